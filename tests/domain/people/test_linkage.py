"""Linkage: who is one person, who a human must look at, and who is neither."""

from __future__ import annotations

from datetime import date

import pytest

from tiemchung.domain.people.engine.linkage import Pair, Row, link
from tiemchung.domain.people.engine.linkage.model import COMPARISONS

# fmt: off
GIVEN = [
    "An", "Bảo", "Châu", "Dũng", "Giang", "Hạnh", "Khoa", "Liên", "Mai", "Nga", "Oanh", "Phúc", "Quân", "Sơn", "Tâm", "Uyên",
    "Vinh", "Xuân", "Yến",
]
# fmt: on
CERTAIN, CASE, NOTHING = "certain", "case", "nothing"


def person(place: int, **otherwise: object) -> Row:
    """Return the row of somebody who shares nothing with those of other places but the family and the middle name."""
    born = date(1950 + place, 1 + place % 12, 20)
    told = {
        "name": f"Nguyễn Thị {GIVEN[place]}",
        "born_from": born,
        "born_to": born,
        "sex": "female",
        "commune": f"2{place:04}",
        "personal": (place,),
        "numbers": (place,),
        "phones": (900 + place,),
    }
    return Row(**{**told, **otherwise})  # type: ignore[arg-type]  # fields of Row by name


def in_year(year: int) -> dict[str, object]:
    """Return a birth of which the year alone is known."""
    return {"born_from": date(year, 1, 1), "born_to": date(year, 12, 31)}


BARE: dict[str, object] = {"personal": (), "numbers": ()}
OTHER_NUMBER: dict[str, object] = {"personal": (99,), "numbers": (99,)}
CASES: dict[str, tuple[dict[str, object], str]] = {
    "told alike": ({}, CERTAIN),
    "without marks, in capitals": ({"name": "NGUYEN THI BAO"}, CERTAIN),
    "the given name first": ({"name": "Châu Nguyễn Thị"}, CERTAIN),
    "no phone, elsewhere": ({"phones": (), "commune": "30001"}, CERTAIN),
    "the year alone": (in_year(1954), CERTAIN),
    "the year as 1 January": ({"born_from": date(1955, 1, 1), "born_to": date(1955, 1, 1)}, CERTAIN),
    "sex not told": ({"sex": "unknown"}, CERTAIN),
    "other marks on the name": ({"name": "Nguyễn Thị Liễn"}, CASE),
    "another sex": ({"sex": "male"}, CASE),
    "the year before": ({"born_from": date(1958, 10, 20), "born_to": date(1958, 10, 20)}, CASE),
    "another given name": ({"name": "Nguyễn Thị Bích"}, CASE),
    "an old number agrees, the personal ones differ": ({"numbers": (11, 98), "personal": (98,)}, CASE),
    "no number: nothing merges by itself": (BARE, CASE),
    "a number of another kind": ({"personal": (), "numbers": (97,)}, CASE),
    "another number, all else alike": (OTHER_NUMBER, CASE),
    "a neighbor": ({**BARE, **in_year(1970), "name": "Trần Thị Bích", "phones": ()}, NOTHING),
    "born on one day": ({**OTHER_NUMBER, "name": "Trần Văn Tú", "sex": "male", "phones": ()}, NOTHING),
    "her mother, who has no phone of her own": (
        {**OTHER_NUMBER, "name": "Nguyễn Thị Bích", "born_from": date(1940, 3, 4), "born_to": date(1940, 3, 4)},
        NOTHING,
    ),
    "another given name and a slip in the birth": (
        {**BARE, "name": "Nguyễn Thị Bích", "born_from": date(1968, 7, 26), "born_to": date(1968, 7, 26)},
        CASE,
    ),
}


@pytest.fixture(scope="module")
def answers() -> dict[str, str]:
    """Return what linkage answers of every case, all told in one list."""
    cases = list(CASES)
    rows = [person(place) for place in range(len(cases))]
    rows += [person(place, **CASES[case][0]) for place, case in enumerate(cases)]
    found = {pair.one: pair.certain for pair in link(rows) if pair.other == pair.one + len(cases)}
    return {
        case: NOTHING if place not in found else CERTAIN if found[place] else CASE for place, case in enumerate(cases)
    }


@pytest.mark.parametrize("case", CASES)
def test_what_a_second_row_is(case: str, answers: dict[str, str]) -> None:
    assert answers[case] == CASES[case][1]


def test_rows_that_are_both_on_record_are_no_pair() -> None:
    rows = [person(0, fresh=False), person(0, fresh=False), person(0)]
    assert {(pair.one, pair.other): pair.certain for pair in link(rows)} == {(0, 2): True, (1, 2): True}


def test_a_row_that_would_tie_two_personal_numbers_together_is_for_a_human() -> None:
    old_card = person(0, personal=(), numbers=(5,))
    one, other = person(0, personal=(1,), numbers=(1, 5)), person(0, personal=(2,), numbers=(2, 5))
    found = link([old_card, one, other])
    assert {(pair.one, pair.other): pair.certain for pair in found} == {(0, 1): False, (0, 2): False, (1, 2): False}


def test_a_phone_on_many_rows_makes_nobody_a_pair() -> None:
    crowd = [person(place, phones=(91,)) for place in range(len(GIVEN))]
    crowd += [
        person(place, **BARE, **in_year(2000), name=f"Lê Minh {GIVEN[place]}", phones=(91,)) for place in range(4)
    ]
    assert link(crowd) == []


def test_the_same_rows_give_the_same_pairs() -> None:
    rows = [person(0), person(0, **BARE), person(0, **OTHER_NUMBER), person(1)]
    first: list[Pair] = link(rows)
    assert first
    assert link(rows) == first


def test_what_two_persons_have_in_common_is_as_likely_as_a_whole() -> None:
    for comparison in COMPARISONS:
        levels = [level for level in comparison["comparison_levels"] if "m_probability" in level]
        for share in ("m_probability", "u_probability"):
            assert sum(level[share] for level in levels) == pytest.approx(1, abs=0.03), comparison["output_column_name"]
