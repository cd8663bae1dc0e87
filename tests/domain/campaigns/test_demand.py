"""How many of those who are registered are due, and how old the figure is."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from uuid import UUID

import psycopg
import pytest

from tests.domain.campaigns.wards import CODE, NOW, OTHER_WARD, WARD, block, officer, wish
from tests.domain.scheduling.test_dead import told_dead
from tiemchung.domain.campaigns import actions, queries
from tiemchung.domain.campaigns.actions import demand
from tiemchung.domain.campaigns.values import Channel, Demand, SiteDemand
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.purpose import Purpose
from tiemchung.plumbing.rowsecurity import reaching

pytestmark = pytest.mark.usefixtures("campaign")


@pytest.fixture
def count_due(as_worker: Callable[[], AbstractContextManager[None]]) -> Callable[..., int]:
    def counted(at: datetime = NOW) -> int:
        with as_worker():
            return actions.count_due(now=at)

    return counted


def registered(count: int, *, ward: str = WARD, group: str = "05") -> list[UUID]:
    tu = officer(ward)
    wishes = [
        wish(ward=ward, person_told=block(f"Lê Văn {'Ă' * (n + 1)}", number=None), target_group=group)
        for n in range(count)
    ]
    actions.register(wishes, actor=tu, now=NOW, channel=Channel.LIST)
    return [one.id for one in wishes]


def dosed(owner: psycopg.Connection, person: UUID, given_on: str) -> None:
    owner.execute(
        "insert into immunization_dose (person_id, id, vaccinator, occurred_at, recorded_at, given_on, volume_ml, "
        "findings, rule_book, dose_number, status, arm, site, province, commune, product, lot) values "
        "(%s, %s, %s, %s, %s, %s, 0.5, 0, 1, 1, 0, 0, '01-0009', '01', '', 'az', 'L')",
        [person, uuid7(), uuid7(), given_on, given_on, given_on],
    )


def shown(ward: str = WARD) -> Demand:
    return queries.demand(CODE, [("2021", ward)])["2021", ward]


def test_who_has_just_had_a_dose_is_passed_by_and_no_page_is_empty_before_the_end(
    owner_connection: psycopg.Connection,
) -> None:
    tu, told = officer(), registered(5)
    for person, given_on in zip(told[:4], ("2021-09-10", "2021-08-20", "2021-09-10", "2021-09-10"), strict=True):
        dosed(owner_connection, person, given_on)
    owner_connection.execute(
        "update immunization_dose set status = 2, voided_by = %s where person_id = %s", [uuid7(), told[3]]
    )
    asked = {"purpose": Purpose.REGISTRATION, "not_dosed_after": date(2021, 8, 20)}
    with reaching(tu.reach):
        every = [one.person for one in queries.registered(CODE, [WARD], purpose=Purpose.REGISTRATION)]
        assert sorted(every) == sorted(told)
        here = queries.front(CODE, [WARD], **asked)  # type: ignore[arg-type]  # the same for both
        assert {told[1], told[3], told[4]} <= {one.person for one in here.waiting} <= {*told[1:2], *told[3:], every[-1]}
        dosed(owner_connection, every[0], "2021-09-11")
        first = queries.front(CODE, [WARD], limit=1, **asked)  # type: ignore[arg-type]  # same
    assert first.after is not None
    assert first.after.registration == first.waiting[0].registration
    assert [one.person for one in first.waiting] == every[:1]


def test_who_may_have_a_dose_today_is_due_and_the_figure_tells_its_age(
    owner_connection: psycopg.Connection, count_due: Callable[..., int]
) -> None:
    _never, too_soon, long_ago, child = registered(4)
    dosed(owner_connection, too_soon, "2021-09-10")
    dosed(owner_connection, long_ago, "2021-06-20")
    owner_connection.execute(
        "update people_person set born_from = '2019-01-01', born_to = '2019-01-01' where id = %s", [child]
    )
    assert (shown().registered, shown().due, shown().due_as_of) == (4, 0, None)
    assert count_due() == 4
    assert (shown().registered, shown().due, shown().due_as_of) == (4, 2, NOW)


def test_the_dead_are_not_due(
    count_due: Callable[..., int], as_worker: Callable[[], AbstractContextManager[None]]
) -> None:
    dead, _alive = registered(2)
    assert (count_due(), shown().due) == (2, 2)
    with as_worker():
        told_dead(dead)
    assert (count_due(NOW + timedelta(hours=2)), shown().due) == (1, 1)


def test_a_commune_is_counted_again_when_its_figure_is_an_hour_old(count_due: Callable[..., int]) -> None:
    registered(2)
    assert count_due() == 2
    assert count_due(NOW + timedelta(minutes=59)) == 0
    assert count_due(NOW + timedelta(minutes=61)) == 2


def test_a_run_goes_on_where_the_one_before_stopped_and_reads_page_by_page(
    count_due: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    registered(3)
    registered(2, ward=OTHER_WARD, group="16")
    monkeypatch.setattr(demand, "AT_ONCE", 2)
    monkeypatch.setattr(actions.count_due, "__kwdefaults__", {"most": 1})
    assert [count_due(), count_due(), count_due()] == [3, 2, 0]
    assert (shown().due, shown(OTHER_WARD).due) == (3, 2)


def test_a_site_is_demanded_by_who_wishes_for_it_and_by_nobody_who_took_the_wish_back(
    owner_connection: psycopg.Connection, count_due: Callable[..., int]
) -> None:
    (one, two, _nowhere), (near,) = registered(3), registered(1, ward=OTHER_WARD)
    for wishing, site in ((one, "79-0001"), (two, "79-0001"), (near, "79-0001")):
        owner_connection.execute("update campaigns_registration set site = %s where id = %s", [site, wishing])
    dosed(owner_connection, two, "2021-09-10")
    count_due()
    assert queries.demand_by_site(CODE) == [SiteDemand(site="79-0001", registered=3, due=2)]
    owner_connection.execute("update campaigns_registration set site = null where id <> %s", [near])
    count_due(NOW + timedelta(hours=2))
    assert queries.demand_by_site(CODE) == [SiteDemand(site="79-0001", registered=1, due=1)]


def test_never_more_are_due_than_are_registered(count_due: Callable[..., int]) -> None:
    tu = officer()
    (one, _other) = registered(2)
    count_due()
    with reaching(tu.reach):
        actions.withdraw(one, actor=tu, now=NOW)
    assert (shown().registered, shown().due) == (1, 1)
