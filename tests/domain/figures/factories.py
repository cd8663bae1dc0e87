"""Doses as counters see them; a test states only what matters."""

from __future__ import annotations

from datetime import date
from typing import Any

from tiemchung.domain.figures.values import Counted, Delay, DoseKey
from tiemchung.kernel.ids import uuid7

DAY = date(2021, 9, 13)


def a_dose(**told: Any) -> Counted:
    """Return a first AstraZeneca dose, given at a site nobody has registered to a woman of Bến Nghé (District 1)."""
    usual = Counted(
        site="79-0001",
        given_on=DAY,
        recorded_on=DAY,
        product="az",
        dose_number=1,
        commune="26740",
        era="2021",
        sex="female",
        age_band="18-49",
        target_group="05",
        delay=Delay.SAME_DAY,
    )
    return usual._replace(**told)


def a_key() -> DoseKey:
    """Return the key of some dose of some person."""
    return DoseKey(uuid7(), uuid7())
