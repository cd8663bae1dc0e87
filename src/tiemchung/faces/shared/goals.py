"""A goal's name and its source in the page's language: the portal and the office speak of the same goals."""

from __future__ import annotations

import re

from tiemchung.domain.campaigns.values import Goal
from tiemchung.faces.shared.numbers import number, percent
from tiemchung.faces.shared.words import language, t

_IN_VIETNAMESE = {"press articles": "báo chí", "census": "tổng điều tra", "QD-BYT": "QĐ-BYT", "QD ": "QĐ "}
"""The words of the reference file's sources, which are English, as a Vietnamese page says them."""
_FILE = re.compile(r" \(see [^)]*\)")
"""Where a source points at another of our files: of use to whoever keeps the data, not to whoever reads the page."""


def goal_title(goal: Goal) -> str:
    """Return what a goal is called: how much of whom."""
    if goal.unit == "count":
        return (
            t("{n} mũi", "{n} doses", n=number(goal.target))
            if goal.measure == "doses"
            else t("{n} người", "{n} persons", n=number(goal.target))
        )
    whom = {
        "people aged 18 and over": t("người từ 18 tuổi", "people of 18 and older"),
        "whole population": t("dân số", "the population"),
    }.get(goal.denominator, goal.denominator)
    return t("{share} {whom}", "{share} of {whom}", share=percent(goal.target / 100, digits=0), whom=whom)


def source_told(told: str) -> str:
    """Return a source of the reference files as a page names it."""
    said = _FILE.sub("", told)
    if language() == "vi":
        for english, vietnamese in _IN_VIETNAMESE.items():
            said = said.replace(english, vietnamese)
    return said
