from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest

from tests.domain.response.officers import NOW, OTHER_SITE, SITE, hired, signal
from tiemchung.domain.response import actions, queries
from tiemchung.domain.response.errors import AlertUnknown
from tiemchung.domain.response.values import AlertKind, AlertShown, Outcome
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.refusal import NotPermitted

pytestmark = pytest.mark.usefixtures("worker_db")

LATER = NOW + timedelta(minutes=5)
SILENT = AlertKind.SITE_SILENT


def holding(officer: Actor, kinds: Collection[AlertKind] = tuple(AlertKind)) -> list[AlertShown]:
    return queries.alerts(kinds, actor=officer)


def facts_of(owner: psycopg.Connection) -> list[str]:
    return [
        kind
        for (kind,) in owner.execute(
            "select kind from journal_entry where kind like 'alert-%' order by position, sequence"
        ).fetchall()
    ]


def test_what_holds_is_raised_once_and_what_no_longer_holds_is_cleared(owner_connection: psycopg.Connection) -> None:
    yen = hired("Yến")
    both = [signal(pending=84), signal(site=OTHER_SITE)]
    for _ in "12":
        actions.sweep(SILENT, both, now=NOW)
    assert [(alert.site, alert.facts.pending) for alert in holding(yen)] == [(SITE, 84), (OTHER_SITE, 0)]
    assert actions.sweep(SILENT, both[1:], now=LATER) == [SITE]
    assert [alert.site for alert in holding(yen)] == [OTHER_SITE]
    assert facts_of(owner_connection) == ["alert-raised", "alert-raised", "alert-cleared"]


def test_its_figures_follow_and_it_keeps_its_beginning() -> None:
    yen = hired("Yến")
    actions.sweep(SILENT, [signal(pending=1)], now=NOW)
    actions.sweep(SILENT, [signal(pending=9)], now=LATER)
    (alert,) = holding(yen)
    assert (alert.facts.pending, alert.raised_at) == (9, NOW)


def test_what_comes_again_is_another_alert_without_the_old_incident() -> None:
    yen = hired("Yến")
    actions.sweep(SILENT, [signal()], now=NOW)
    (first,) = holding(yen)
    actions.open_from_alert(first.id, actor=yen, now=NOW)
    actions.sweep(SILENT, [], now=LATER)
    actions.sweep(SILENT, [signal()], now=LATER)
    (again,) = holding(yen)
    assert again.id != first.id
    assert (again.raised_at, again.incident) == (LATER, None)


def test_looking_at_some_sites_clears_nothing_at_the_others() -> None:
    yen, kind = hired("Yến"), AlertKind.STOCK_NEGATIVE
    actions.sweep(kind, [signal(kind, key="A"), signal(kind, site=OTHER_SITE, key="A")], now=NOW)
    actions.sweep(kind, [], now=LATER, sites=[SITE])
    assert [alert.site for alert in holding(yen)] == [OTHER_SITE]


def test_a_single_fact_is_never_raised_again_not_even_when_its_incident_is_over() -> None:
    yen, kind = hired("Yến"), AlertKind.PACE_IMPOSSIBLE
    hour = signal(kind, key="2021-09-13T02:00", doses=500, most=60)
    assert actions.raise_once([hour], now=NOW) == 1
    assert actions.raise_once([hour], now=NOW) == 0
    (incident,) = queries.incidents_open(actor=yen)
    actions.take(incident.id, step=uuid7(), actor=yen, now=NOW)
    actions.resolve(incident.id, step=uuid7(), outcome=Outcome.EXPLAINED, text="nhập bù", actor=yen, now=LATER)
    assert holding(yen) == []
    assert actions.raise_once([hour], now=LATER) == 0
    assert holding(yen) == []


def test_what_weighs_heavily_opens_an_incident_that_waits_for_an_owner() -> None:
    yen = hired("Yến")
    actions.sweep(AlertKind.DEVICE_FORKED, [signal(AlertKind.DEVICE_FORKED, key="máy", reason="Máy 2")], now=NOW)
    actions.sweep(SILENT, [signal()], now=NOW)
    (incident,) = queries.incidents_open(actor=yen)
    assert (incident.kind, incident.facts.reason, incident.owner) == (AlertKind.DEVICE_FORKED, "Máy 2", None)
    (alert,) = holding(yen, [AlertKind.DEVICE_FORKED])
    assert alert.incident == incident.id
    (opened,) = queries.steps(incident.id, actor=yen)
    assert opened.by_name is None, "it was the platform that opened it"


def test_two_officers_who_open_it_have_one_incident() -> None:
    actions.sweep(SILENT, [signal()], now=NOW)
    opened: set[UUID] = set()
    for name in ("Yến", "Nghĩa"):
        officer = hired(name)
        (alert,) = holding(officer)
        opened.add(actions.open_from_alert(alert.id, actor=officer, now=NOW))
    assert len(opened) == 1


def test_a_persisting_alert_may_be_opened_anew_after_its_incident_is_over() -> None:
    yen = hired("Yến")
    actions.sweep(SILENT, [signal()], now=NOW)
    (alert,) = holding(yen)
    first = actions.open_from_alert(alert.id, actor=yen, now=NOW)
    actions.take(first, step=uuid7(), actor=yen, now=NOW)
    actions.resolve(first, step=uuid7(), outcome=Outcome.HANDED_ON, text="đã báo tỉnh", actor=yen, now=NOW)
    (still,) = holding(yen)
    assert still.id == alert.id
    assert actions.open_from_alert(alert.id, actor=yen, now=LATER) != first


def test_nothing_is_opened_from_an_alert_out_of_reach_or_over() -> None:
    yen, far, auditor = hired("Yến"), hired("Xa", site=OTHER_SITE), hired("Kiểm", "auditor")
    actions.sweep(SILENT, [signal()], now=NOW)
    (alert,) = holding(yen)
    assert holding(far) == []
    with pytest.raises(AlertUnknown):
        actions.open_from_alert(alert.id, actor=far, now=NOW)
    with pytest.raises(NotPermitted):
        actions.open_from_alert(alert.id, actor=auditor, now=NOW)
    actions.sweep(SILENT, [], now=LATER)
    with pytest.raises(AlertUnknown):
        actions.open_from_alert(alert.id, actor=yen, now=LATER)
