from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tiemchung.domain.figures.engine import Change, differences, steps
from tiemchung.domain.figures.values import Counted, Delay, Level, Placed

SITES = {
    "79-0001": [Placed("2021", "79", "760", "26734"), Placed("2025", "79", "", "26743")],
    "79-0002": [Placed("2021", "79", "761", "26767"), Placed("2025", "79", "", "26743")],
    "86-0001": [Placed("2025", "86", "", "29551")],
}
HOMES = {
    ("2021", "26734"): Placed("2021", "79", "760", "26734"),
    ("2021", "26767"): Placed("2021", "79", "761", "26767"),
    ("2025", "29551"): Placed("2025", "86", "", "29551"),
}
DOSE = Counted(
    site="79-0001",
    given_on=date(2021, 9, 13),
    recorded_on=date(2021, 9, 13),
    product="az",
    dose_number=1,
    commune="26734",
    era="2021",
    sex="female",
    age_band="18-49",
    target_group="05",
    delay=Delay.SAME_DAY,
)
DAY = st.integers(0, 9).map(lambda ahead: date(2021, 9, 13) + timedelta(days=ahead))


@st.composite
def _doses(draw: st.DrawFn) -> Counted:
    era, commune = draw(st.sampled_from(sorted(HOMES)))
    given_on = draw(st.none() | DAY)
    return Counted(
        site=draw(st.sampled_from(sorted(SITES))),
        given_on=given_on,
        recorded_on=draw(DAY),
        product=draw(st.sampled_from(["az", "pfizer"])),
        dose_number=draw(st.integers(1, 3)),
        commune=commune,
        era=era,
        sex=draw(st.sampled_from(["female", "male"])),
        age_band=draw(st.sampled_from(["18-49", "65+"])),
        target_group=draw(st.sampled_from(["05", "unknown"])),
        delay=draw(st.sampled_from(list(Delay))),
    )


def _differences(changes: list[Change]) -> dict[str, Counter[tuple[Any, ...]]]:
    return differences(changes, sites=SITES, residences=HOMES)


def _sum(counter: Counter[tuple[Any, ...]], level: Level, era: str = "2021") -> int:
    return sum(doses for keys, doses in counter.items() if keys[0] == era and keys[1] == level)


def test_a_place_lies_in_every_unit_above_it() -> None:
    assert [(step.level, step.unit, step.parent) for step in steps(SITES["79-0001"][0], "79-0001")] == [
        (Level.COUNTRY, "VN", ""),
        (Level.PROVINCE, "79", "VN"),
        (Level.DISTRICT, "760", "79"),
        (Level.COMMUNE, "26734", "760"),
        (Level.SITE, "79-0001", "26734"),
    ]


def test_an_era_without_districts_hangs_communes_on_provinces() -> None:
    assert [(step.level, step.parent) for step in steps(SITES["86-0001"][0])] == [
        (Level.COUNTRY, ""),
        (Level.PROVINCE, "VN"),
        (Level.COMMUNE, "86"),
    ]


def test_a_dose_counts_at_every_level_once_in_both_eras() -> None:
    found = _differences([Change(None, DOSE)])
    assert [_sum(found["figures_unit_total"], level) for level in Level] == [1, 1, 1, 1, 1]
    assert [_sum(found["figures_unit_total"], level, "2025") for level in Level] == [1, 1, 0, 1, 1]


def test_a_dose_without_a_day_still_counts_for_its_target_group() -> None:
    found = _differences([Change(None, DOSE._replace(given_on=None, delay=Delay.UNKNOWN))])
    assert {keys: doses for keys, doses in found["figures_group_total"].items() if keys[0] == "2021"} == {
        ("2021", "country", "VN", "05"): 1,
        ("2021", "province", "79", "05"): 1,
        ("2021", "district", "760", "05"): 1,
        ("2021", "commune", "26734", "05"): 1,
        ("2021", "site", "79-0001", "05"): 1,
    }


def test_a_dose_counts_for_its_age_from_the_site_up_in_both_eras() -> None:
    found = _differences([Change(None, DOSE)])["figures_age_total"]
    assert [_sum(found, level) for level in Level] == [1, 1, 1, 1, 1]
    assert [_sum(found, level, "2025") for level in Level] == [1, 1, 0, 1, 1]
    assert {keys[3] for keys in found} == {"18-49"}


def test_a_dose_without_a_day_is_in_no_day_and_no_week() -> None:
    found = _differences([Change(None, DOSE._replace(given_on=None, delay=Delay.UNKNOWN))])
    assert found["figures_undated"] == {("79-0001", "az", 1): 1}
    assert not found["figures_site_day"]
    assert not found["figures_group_day"]
    assert not found["figures_unit_day"]
    assert [keys[2] for keys in found["figures_residence_week"]] == [0]
    assert _sum(found["figures_unit_total"], Level.COUNTRY) == 1


def test_a_site_without_a_district_counts_in_the_unknown_one() -> None:
    found = _differences([Change(None, DOSE._replace(site="86-0001"))])
    assert found["figures_group_day"] == {("unknown", DOSE.given_on, "05"): 1}


@given(dose=_doses())
def test_what_stays_the_same_writes_nothing(dose: Counted) -> None:
    assert not any(_differences([Change(dose, dose)]).values())


@given(dose=_doses())
def test_a_void_takes_back_all_that_was_counted(dose: Counted) -> None:
    assert not any(_differences([Change(None, dose), Change(dose, None)]).values())


@given(first=_doses(), second=_doses(), third=_doses())
def test_two_corrections_come_to_the_same_as_the_last_alone(first: Counted, second: Counted, third: Counted) -> None:
    stepwise = _differences([Change(None, first), Change(first, second), Change(second, third)])
    assert stepwise == _differences([Change(None, third)])


@given(doses=st.lists(_doses(), max_size=12))
def test_every_level_holds_every_dose(doses: list[Counted]) -> None:
    found = _differences([Change(None, dose) for dose in doses])
    homes_2021 = sum(dose.era == "2021" for dose in doses)
    sites_2021 = sum(dose.site != "86-0001" for dose in doses)
    for level in Level:
        assert _sum(found["figures_unit_total"], level) == sites_2021
    for level in (Level.COUNTRY, Level.PROVINCE, Level.DISTRICT, Level.COMMUNE):
        assert _sum(found["figures_residence_total"], level) == homes_2021
    assert sum(found["figures_entry_day"].values()) == len(doses)
