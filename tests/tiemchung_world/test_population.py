from __future__ import annotations

import csv
import re
from collections import Counter
from datetime import date
from importlib.resources import files
from random import Random
from unicodedata import is_normalized

import numpy as np
import pytest

from tiemchung_world import facts
from tiemchung_world.desk import without_marks, write_down, wrong_digit
from tiemchung_world.phase import load_phase
from tiemchung_world.population import Population, ages, populate

ON = date(2021, 9, 13)
COUNT = 20_000
PERSONAL_NUMBER = re.compile(r"^(?P<origin>\d{3})(?P<century_sex>\d)(?P<birth_yy>\d{2})(?P<serial>\d{6})$")
"""The pattern of identifier_rules.csv."""


@pytest.fixture(scope="module")
def people() -> Population:
    return populate(COUNT, seed=7, province="79", on=ON)


def everybody(people: Population) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.arange(len(people))


def test_one_seed_meets_the_same_people_again(people: Population) -> None:
    again = populate(COUNT, seed=7, province="79", on=ON)
    assert again.names(everybody(again)) == people.names(everybody(people))
    assert (again.personal_number == people.personal_number).all()
    assert (again.phone == people.phone).all()


def test_another_seed_meets_other_people(people: Population) -> None:
    others = populate(COUNT, seed=8, province="79", on=ON)
    assert np.isin(others.personal_number, people.personal_number).mean() < 0.01
    assert others.names(everybody(others)) != people.names(everybody(people))


def test_a_personal_number_tells_province_century_sex_and_year(people: Population) -> None:
    with files("tiemchung_world").joinpath("data", "vn_provinces_2021.csv").open(encoding="utf-8") as lines:
        known = {row["cccd_prefix"] for row in csv.DictReader(lines)}
    for number, female, born in zip(people.personal_number, people.female, people.born, strict=True):
        match = PERSONAL_NUMBER.match(f"{number:012d}")
        assert match is not None
        year = int(str(born)[:4])
        assert match["origin"] in known
        assert match["birth_yy"] == f"{year % 100:02d}"
        assert int(match["century_sex"]) == (year // 100 - 19) * 2 + bool(female)


def test_no_two_people_share_a_personal_number(people: Population) -> None:
    assert len(np.unique(people.personal_number)) == COUNT


def test_a_phone_is_shared_by_a_household_and_by_nobody_else(people: Population) -> None:
    households: dict[int, set[int]] = {}
    for phone, household in zip(people.phone.tolist(), people.household.tolist(), strict=True):
        households.setdefault(phone, set()).add(household)
    assert all(len(homes) == 1 for homes in households.values())
    assert 0.5 * COUNT < len(households) < 0.85 * COUNT


def test_a_mobile_number_has_a_prefix_in_use(people: Population) -> None:
    assert set(np.unique(people.phone // 10_000_000)) <= set(facts.mobile_prefixes())


def test_every_household_has_an_adult_and_lives_in_one_commune(people: Population) -> None:
    age = people.ages_on(ON)
    homes = Counter(people.household[age >= 18].tolist())
    assert set(homes) == set(people.household.tolist())
    pairs = set(zip(people.household.tolist(), people.commune.tolist(), strict=True))
    assert len(pairs) == len(homes)


def test_ages_follow_the_pyramid(people: Population) -> None:
    pyramid = facts.age_pyramid()
    age = people.ages_on(ON)
    for youngest, oldest in ((0, 14), (15, 49), (50, 64), (65, 99)):
        wanted = pyramid.shares[(pyramid.youngest >= youngest) & (pyramid.oldest <= oldest)].sum()
        drawn = ((age >= youngest) & (age <= oldest)).mean()
        assert drawn == pytest.approx(wanted, abs=0.02), (youngest, oldest)
    assert people.female.mean() == pytest.approx(pyramid.shares[pyramid.female].sum(), abs=0.02)


@pytest.mark.parametrize(
    ("born", "on", "age"),
    [
        ("2003-09-13", date(2021, 9, 13), 18),
        ("2003-09-14", date(2021, 9, 13), 17),
        ("2000-02-29", date(2021, 2, 28), 20),
        ("2000-02-29", date(2021, 3, 1), 21),
        ("2021-09-01", date(2021, 9, 13), 0),
    ],
)
def test_age_is_whole_years_lived(born: str, on: date, age: int) -> None:
    one = np.array([born], dtype="datetime64[D]")
    assert ages(one, on).tolist() == [age]


def test_family_names_have_their_published_share(people: Population) -> None:
    families = Counter(name.split()[0] for name in people.names(everybody(people)))
    assert families["Nguyễn"] / COUNT == pytest.approx(0.384, abs=0.03)


def test_a_desk_makes_about_the_slips_it_is_said_to_make(people: Population) -> None:
    phase = load_phase("hcmc", scale=0.01)
    blocks = write_down(people, everybody(people), slips=phase.slips, groups=phase.groups, rng=Random(3))
    without_document = sum(not block["identifiers"] for block in blocks) / COUNT
    assert without_document == pytest.approx(phase.slips.no_document, abs=0.006)
    decomposed = sum(not is_normalized("NFC", block["name"]) for block in blocks) / COUNT
    assert decomposed == pytest.approx(phase.slips.decomposed * (1 - phase.slips.no_marks), abs=0.004)
    years = [block["born"] for block in blocks if len(block["born"]) == 4]
    assert len(years) > COUNT * phase.slips.year_only
    values = {value["value"] for block in blocks for value in block["identifiers"]}
    true_numbers = {f"{number:012d}" for number in people.personal_number}
    mistyped = sum(len(value) == 12 and value not in true_numbers for value in values) / COUNT
    assert 0.5 * phase.slips.wrong_digit < mistyped < 1.2 * phase.slips.wrong_digit


def test_marks_go_and_letters_stay() -> None:
    assert without_marks("Đặng Thị Hoài Phượng") == "Dang Thi Hoai Phuong"


def test_a_wrong_digit_is_one_digit() -> None:
    rng = Random(1)
    for _ in range(200):
        typed = wrong_digit("079089123456", rng=rng)
        assert sum(a != b for a, b in zip(typed, "079089123456", strict=True)) == 1
