from __future__ import annotations

import tomllib
from collections import Counter

import numpy as np
import pytest

from tiemchung_world.phase import load_phase, tablets_for
from tiemchung_world.plan import Plan, draw_plan


@pytest.fixture(scope="module")
def small() -> Plan:
    return draw_plan(load_phase("hcmc", scale=0.01), seed=7)


@pytest.fixture(scope="module")
def tenth() -> Plan:
    return draw_plan(load_phase("hcmc", scale=0.1), seed=7)


def of_phase(plan: Plan) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    mask: np.ndarray[tuple[int], np.dtype[np.bool_]] = plan.visits.day >= plan.days_before
    return mask


@pytest.mark.parametrize(("scale", "sites", "doses"), [(0.001, 4, 930), (0.01, 6, 9_300), (0.1, 65, 93_000)])
def test_scale_multiplies_persons_and_sites_alike(scale: float, sites: int, doses: int) -> None:
    plan = draw_plan(load_phase("hcmc", scale=scale), seed=1)
    assert plan.phase.sites == sites
    assert int((plan.visits.number[of_phase(plan)] > 0).sum()) == doses


def test_three_in_ten_doses_of_the_phase_are_second_ones(small: Plan) -> None:
    numbers = Counter(small.visits.number[of_phase(small)].tolist())
    assert numbers[2] / (numbers[1] + numbers[2]) == pytest.approx(0.30, abs=0.02)


def test_every_second_dose_had_its_first_before_the_phase(small: Plan) -> None:
    visits = small.visits
    before = {
        int(small.person_of[record])
        for record, day in zip(visits.record, visits.day, strict=True)
        if day < small.days_before
    }
    second = {int(small.person_of[record]) for record in visits.record[visits.number == 2]}
    assert second == before


def test_some_second_doses_come_too_early_and_most_do_not(small: Plan) -> None:
    visits, days = small.visits, small.days
    first_day = {
        int(small.person_of[record]): days[day]
        for record, day in zip(visits.record, visits.day, strict=True)
        if day < small.days_before
    }
    az = next(index for index, one in enumerate(small.phase.products) if one.code == "az")
    mine = (visits.number == 2) & (visits.product == az)
    waits = [
        (days[day] - first_day[int(small.person_of[record])]).days
        for record, day in zip(visits.record[mine], visits.day[mine], strict=True)
    ]
    early = sum(wait < 56 for wait in waits) / len(waits)
    assert 0.05 < early < 0.30


def test_a_duplicate_is_another_record_of_the_same_person(small: Plan) -> None:
    duplicates = np.flatnonzero(np.bincount(small.person_of) == 2)
    seconds = int((small.visits.number == 2).sum())
    assert len(duplicates) / seconds == pytest.approx(small.phase.shares.new_person, abs=0.02)
    record = int(np.flatnonzero(small.person_of == duplicates[0])[1])
    assert small.record_ids[record] != small.truth(record) == small.record_ids[int(duplicates[0])]
    assert len(set(small.record_ids)) == len(small.record_ids)


def test_a_person_is_written_down_once_for_each_record(small: Plan) -> None:
    unmet = small.visits.record[~small.visits.met]
    assert sorted(unmet.tolist()) == list(range(len(small.record_ids)))


def test_the_hall_gives_nine_thousand_doses_a_day(tenth: Plan) -> None:
    in_hall = [len(tenth.at(day, 0)) for day in range(len(tenth.days))]
    assert sum(visits >= 9_000 for visits in in_hall) == tenth.phase.hall_days == 4
    hall_share = sum(in_hall[tenth.days_before :]) / tenth.phase.doses
    assert hall_share < tenth.phase.hall.largest_share + 0.03


def test_there_is_no_hall_in_a_small_phase(small: Plan) -> None:
    assert small.phase.hall_days == 0
    assert small.most_doses_a_day().max() < 9_000


def test_one_seed_plans_the_same_and_another_run_gives_other_ids(small: Plan) -> None:
    again = draw_plan(load_phase("hcmc", scale=0.01), seed=7)
    assert again.record_ids == small.record_ids
    assert (again.visits.record == small.visits.record).all()
    other_run = draw_plan(load_phase("hcmc", scale=0.01), seed=7, run="second")
    assert not set(other_run.record_ids) & set(small.record_ids)
    assert (other_run.visits.record == small.visits.record).all()


def test_days_and_sites_hold_every_visit_once(small: Plan) -> None:
    rows = [row for day in range(len(small.days)) for site in range(small.phase.sites) for row in small.at(day, site)]
    assert rows == list(range(len(small.visits)))


@pytest.mark.parametrize(("doses", "tablets"), [(0, 2), (100, 2), (900, 2), (901, 4), (9_000, 20)])
def test_a_site_has_as_many_desks_as_chairs(doses: int, tablets: int) -> None:
    assert tablets_for(doses, doses_a_tablet=450) == tablets


def test_an_unknown_word_in_a_phase_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    real = tomllib.loads
    monkeypatch.setattr(tomllib, "loads", lambda text: real(text) | {"hal": {}})
    with pytest.raises(ValueError, match="hal"):
        load_phase("hcmc", scale=1)
