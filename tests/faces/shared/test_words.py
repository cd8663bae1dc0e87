from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.utils import translation
from markupsafe import Markup

from tests.faces.shared.sentences import Sentence, sentences
from tiemchung.faces.shared.words import Words, said, strong, t

CASES = Path("tests/conformance/words/cases.json")


def test_vietnamese_is_spoken_unless_english_was_asked_for() -> None:
    with translation.override("vi"):
        assert t("mũi", "doses") == "mũi"
    with translation.override("en"):
        assert t("mũi", "doses") == "doses"
    with translation.override(None):
        assert t("mũi", "doses") == "mũi"


def test_facts_fill_the_braces_of_either_sentence() -> None:
    words = Words("{n} mũi ở {place}", "{n} doses in {place}")
    with translation.override("en"):
        assert said(words, n="1,234", place="Hà Nội") == "1,234 doses in Hà Nội"


def test_a_plain_fact_beside_markup_is_escaped() -> None:
    with translation.override("vi"):
        spoken = t("{link} của {name}", "{link} of {name}", link=Markup("<a href='/'>Sổ</a>"), name="<b>An</b>")
    assert spoken == "<a href='/'>Sổ</a> của &lt;b&gt;An&lt;/b&gt;"


@pytest.mark.parametrize("case", msgspec.json.decode(CASES.read_bytes()), ids=lambda case: case["said"])
def test_english_says_one_thing_otherwise_than_several(case: dict[str, Any]) -> None:
    with translation.override("en"):
        assert t("", case["text"], **case["facts"]) == case["said"]


def test_a_number_in_bold_decides_as_well() -> None:
    with translation.override("en"):
        assert t("", "{n} [dose|doses]", n=strong("1")) == Markup("<strong>1</strong> dose")


def test_vietnamese_is_left_as_it_is() -> None:
    with translation.override("vi"):
        assert t("{n} [mũi|liều]", "", n=1) == "1 [mũi|liều]"


NEVER_ONE = {
    "Cells of fewer than {n} persons are hidden": "five",
    "fewer than {n} persons, hidden": "five",
    "{n} – {m} years": "the end of an age band",
    "Of {all} sites, {n} are placed": "the sites of the country",
    "_id takes 1 to {most} ids": "a limit of ours",
}
"""Beginnings or parts of sentences whose number is never 1, and what it is."""


def test_no_english_sentence_counts_things_in_the_plural_alone() -> None:
    told = list(sentences())
    counted = {word for one in told for word in one.plurals}
    assert {"doses", "people", "records"} <= counted
    assert len([one for one in told if one.plurals]) > 100
    assert [one for one in told if one.counts_bare(counted) and not any(part in one.en for part in NEVER_ONE)] == []


def test_whatever_never_is_one_is_still_said() -> None:
    told = [one.en for one in sentences()]
    assert [part for part in NEVER_ONE if not any(part in en for en in told)] == []


@pytest.mark.parametrize(
    ("en", "bare"),
    [
        ("{n} doses wait", True),
        ("{n} silent doses", True),
        ("{n} [dose waits|doses wait]", False),
        ("{n} [dose|doses] left of {m} doses", True),
        ("Doses of lot {lot}", False),
    ],
)
def test_the_house_rule_sees_what_it_should(en: str, bare: bool) -> None:  # noqa: FBT001 - a case
    assert Sentence(where="", vi="", en=en).counts_bare({"doses"}) is bare


def test_every_pair_of_forms_stands_behind_a_number_and_in_english_alone() -> None:
    told = list(sentences())
    assert [one for one in told if not one.forms_are_counted] == []
