"""What becomes of doses in the record: numbered, judged, amended, attested, whatever the order in which they come."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from threading import Barrier
from typing import Any
from uuid import UUID

import msgspec
import psycopg
import pytest
from django.db import connection

from tests.domain.intake.chair import (
    LEAD,
    LOT,
    NOW,
    OTHER_SITE,
    SITE,
    VACCINATOR,
    TestTablet,
    arrived,
    block,
    dose,
    id_of,
)
from tiemchung.domain.access import actions as access
from tiemchung.domain.immunization import actions, queries, reactions
from tiemchung.domain.immunization.actions import judging
from tiemchung.domain.immunization.events import DoseGiven, DoseRejudged, DoseRenumbered
from tiemchung.domain.immunization.values import DoseShown, DoseStatus, mask_of
from tiemchung.domain.intake import actions as intake
from tiemchung.domain.intake import jobs
from tiemchung.domain.intake.errors import ToldOtherwiseBefore
from tiemchung.domain.intake.values import Answer, Outcome
from tiemchung.domain.journal import queries as journal
from tiemchung.domain.journal.values import START
from tiemchung.domain.supply import actions as supply_actions
from tiemchung.domain.supply import queries as supply
from tiemchung.domain.supply.values import LotTold
from tiemchung.domain.visits.events import Attested
from tiemchung.kernel.actor import SYSTEM, Actor, ActorKind, Power, Reach
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import reaching
from tiemchung.project.reactions import REACTIONS

AsWorker = Callable[[], AbstractContextManager[None]]

HERE = Reach(sites=frozenset({SITE}))
NURSE = Actor(id=VACCINATOR, kind=ActorKind.STAFF, powers=frozenset({Power.RECORD_DOSE}), reach=HERE)
THE_LEAD = Actor(id=LEAD, kind=ActorKind.STAFF, powers=frozenset({Power.ATTEST}), reach=HERE)


def send(tablet: TestTablet, *lines: bytes, now: datetime = NOW) -> list[Answer]:
    return intake.receive(tablet.batch(*lines), now=now).answers


def recorded(person: UUID, *, site: str = SITE) -> list[DoseShown]:
    with reaching(Reach(sites=frozenset({site}))):
        return list(queries.history([person], purpose=Purpose.CARE, actor=NURSE, viewed_at=NOW)[person])


def weeks_ago(weeks: float) -> datetime:
    return NOW - timedelta(weeks=weeks)


def rejudge(person: UUID, as_worker: AsWorker) -> int:
    with as_worker():
        return actions.rejudge([person], now=NOW)


def test_a_second_dose_too_early_is_kept_with_its_finding(tablet: TestTablet) -> None:
    person = uuid7()
    send(tablet, arrived(tablet, person, uuid7()), dose(tablet, person, at=weeks_ago(4)))
    (answer,) = send(tablet, dose(tablet, person, dose_number_told=2))
    assert answer.outcome is Outcome.KEPT
    assert "interval-too-short" in answer.findings
    assert [one.dose_number for one in recorded(person)] == [1, 2]


def test_eight_weeks_are_enough(tablet: TestTablet) -> None:
    person = uuid7()
    send(tablet, arrived(tablet, person, uuid7()), dose(tablet, person, at=weeks_ago(8)))
    (answer,) = send(tablet, dose(tablet, person, dose_number_told=2))
    assert answer.findings == []


def test_two_doses_of_one_batch_see_each_other(tablet: TestTablet) -> None:
    person = uuid7()
    answers = send(
        tablet,
        arrived(tablet, person, uuid7()),
        dose(tablet, person, at=NOW - timedelta(hours=2)),
        dose(tablet, person, dose_number_told=2),
    )
    assert "interval-too-short" in answers[2].findings


def test_the_number_told_is_kept_and_the_rank_counts(tablet: TestTablet) -> None:
    person = uuid7()
    answers = send(tablet, arrived(tablet, person, uuid7()), dose(tablet, person, dose_number_told=3))
    assert answers[1].findings == ["told-number-differs"]
    (shown,) = recorded(person)
    assert (shown.dose_number, shown.dose_number_told) == (1, 3)


def test_a_dose_elsewhere_is_judged_too_though_nobody_here_sees_it(new_tablet: Callable[..., TestTablet]) -> None:
    here, there = new_tablet(), new_tablet(OTHER_SITE)
    person = uuid7()
    send(there, arrived(there, person, uuid7()), dose(there, person, at=weeks_ago(3)))
    (answer,) = send(here, dose(here, person, dose_number_told=2))
    assert "interval-too-short" in answer.findings
    assert len(recorded(person)) == 1


def test_an_earlier_dose_that_comes_late_renumbers_and_rejudges_the_later(
    new_tablet: Callable[..., TestTablet], as_worker: AsWorker
) -> None:
    chair, slow = new_tablet(), new_tablet(OTHER_SITE)
    person = uuid7()
    send(chair, arrived(chair, person, uuid7()), dose(chair, person))
    send(slow, dose(slow, person, at=weeks_ago(3)))
    assert [one.dose_number for one in recorded(person)] == [1]
    assert rejudge(person, as_worker) == 1
    (later,) = recorded(person)
    assert later.dose_number == 2
    assert "interval-too-short" in later.findings
    assert "told-number-differs" in later.findings
    with as_worker():
        told = journal.settled_after(START, limit=100, kinds={"dose-renumbered"}).entries
    assert [entry.person for entry in told] == [person]
    assert rejudge(person, as_worker) == 0, "judged again, nothing changes"


def test_two_tablets_at_the_same_moment_are_found_afterwards(
    new_tablet: Callable[..., TestTablet], as_worker: AsWorker
) -> None:
    """Each batch is judged as if the other were not there, which is what two open transactions see."""
    one, other = new_tablet(), new_tablet(OTHER_SITE)
    person = uuid7()
    send(one, dose(one, person))
    send(other, dose(other, person, at=NOW - timedelta(minutes=4)))
    rejudge(person, as_worker)
    (here,) = recorded(person)
    (there,) = recorded(person, site=OTHER_SITE)
    assert "interval-too-short" in here.findings
    assert "interval-too-short" in there.findings


def test_what_is_corrected_while_a_dose_is_judged_again_stays_corrected(
    new_tablet: Callable[..., TestTablet], as_worker: AsWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reaction has read the dose as it was; the batch with the correction commits before the reaction writes."""
    chair, desk = new_tablet(), new_tablet()
    person = uuid7()
    given = dose(chair, person, lot="NOBODYS")
    send(chair, given)
    (before,) = recorded(person)
    assert set(before.findings) == {"person-unknown", "lot-unknown"}
    send(desk, arrived(desk, person, uuid7(), block=block(born="2015")))
    rewrite = judging._rewrite

    def meanwhile(*read: Any, **told: Any) -> None:
        values = {"lot": LOT}
        send(chair, chair.line("corrected", entry=id_of(given), values=values, reason="typed-wrong", evidence=None))
        rewrite(*read, **told)

    monkeypatch.setattr(judging, "_rewrite", meanwhile)
    assert rejudge(person, as_worker) == 1
    (after,) = recorded(person)
    assert (after.lot, set(after.findings)) == (LOT, {"too-young"})


def test_a_dose_before_its_arrival_learns_who_it_was(
    new_tablet: Callable[..., TestTablet], as_worker: AsWorker
) -> None:
    chair, desk = new_tablet(), new_tablet()
    person = uuid7()
    (answer,) = send(chair, dose(chair, person))
    assert answer.findings == ["person-unknown"]
    send(desk, arrived(desk, person, uuid7(), block=block(born="2015")))
    assert rejudge(person, as_worker) == 1
    (shown,) = recorded(person)
    assert shown.findings == ["too-young"]
    with reaching(HERE):
        (fact,) = queries.dose_facts([(person, shown.id)])
    assert (fact.commune, fact.sex, fact.target_group) == ("26734", "female", "09")


def test_a_void_points_at_its_dose_gives_the_draw_back_and_counts_back(tablet: TestTablet, as_worker: AsWorker) -> None:
    person = uuid7()
    came = arrived(tablet, person, uuid7())
    first, second = dose(tablet, person, at=weeks_ago(9)), dose(tablet, person, dose_number_told=2)
    send(tablet, came, first, second)
    before = stock()
    send(tablet, tablet.line("voided", entry=id_of(first), reason="wrong-person", evidence=None))
    assert stock() == before + 1
    rejudge(person, as_worker)
    shown = recorded(person)
    assert [(one.status, one.dose_number) for one in shown] == [(DoseStatus.VOIDED, 1), (DoseStatus.WAITING, 1)]
    assert "told-number-differs" in shown[1].findings


def stock() -> int:
    with reaching(HERE):
        return sum(line.doses for line in supply.stock_of(SITE))


def test_a_void_told_twice_by_two_entries_gives_back_once(tablet: TestTablet) -> None:
    person = uuid7()
    given = dose(tablet, person)
    send(tablet, given)
    before = stock()
    for _ in range(2):
        send(tablet, tablet.line("voided", entry=id_of(given), reason="typed-twice", evidence=None))
    assert stock() == before + 1


def test_a_void_that_comes_before_its_dose_is_folded_when_the_dose_is_here(
    new_tablet: Callable[..., TestTablet], as_worker: AsWorker
) -> None:
    lead, chair = new_tablet(), new_tablet()
    person = uuid7()
    given = dose(chair, person)
    (answer,) = send(lead, lead.line("voided", entry=id_of(given), reason="typed-twice", evidence=None))
    assert (answer.outcome, answer.findings) == (Outcome.KEPT, ["awaits-entry"])
    send(chair, given)
    with as_worker():
        assert jobs.refold(now=NOW) == (1, None)
        assert jobs.refold(now=NOW) == (0, None)
        told = journal.settled_after(START, limit=100, kinds={"dose-rejudged"}).entries
    assert [entry.person for entry in told] == [person]
    assert recorded(person)[0].status is DoseStatus.VOIDED


def test_a_correction_changes_the_dose_and_keeps_what_was_told(tablet: TestTablet) -> None:
    person = uuid7()
    given = dose(tablet, person)
    send(tablet, given)
    send(tablet, tablet.line("corrected", entry=id_of(given), values={"vial": "V2", "arm": "right"}, reason="slip"))
    (shown,) = recorded(person)
    assert (shown.vial, shown.arm, shown.lot) == ("V2", "right", "ABX6412")
    with reaching(HERE):
        (entry,) = journal.entries([id_of(given)])
    assert entry.body == given


def test_the_recorder_types_and_only_the_vaccinator_confirms(tablet: TestTablet) -> None:
    person = uuid7()
    given = dose(tablet, person, recorder=LEAD)
    send(tablet, given)
    (wrong,) = send(tablet, tablet.line("confirmed", entry=id_of(given), staff=LEAD))
    assert wrong.findings == ["confirmed-by-another"]
    (right,) = send(tablet, tablet.line("confirmed", entry=id_of(given), staff=VACCINATOR))
    assert right.findings == []


def attest(day: date, *, by: UUID = LEAD) -> list[UUID]:
    with reaching(HERE):
        return actions.attest(SITE, day, by=by, before=NOW, actor=THE_LEAD, now=NOW)


def test_a_day_attests_its_clean_doses_once(tablet: TestTablet) -> None:
    clean, flagged = uuid7(), uuid7()
    send(tablet, arrived(tablet, clean, uuid7()), dose(tablet, clean), dose(tablet, flagged, lot="NOBODY-KNOWS"))
    today = business_day(NOW)
    (attested,) = attest(today)
    assert [one.id for one in recorded(clean)] == [attested]
    assert recorded(clean)[0].status is DoseStatus.ATTESTED
    assert recorded(flagged)[0].status is DoseStatus.WAITING
    assert attest(today) == []


def test_nobody_attests_what_they_gave(tablet: TestTablet) -> None:
    person = uuid7()
    send(tablet, arrived(tablet, person, uuid7()), dose(tablet, person))
    assert attest(business_day(NOW), by=VACCINATOR) == []


def test_nobody_attests_what_they_typed_for_the_vaccinator(tablet: TestTablet) -> None:
    person = uuid7()
    send(tablet, arrived(tablet, person, uuid7()), dose(tablet, person, recorder=LEAD))
    assert attest(business_day(NOW), by=LEAD) == []
    assert recorded(person)[0].status is DoseStatus.WAITING


def test_nobody_attests_a_dose_that_they_have_made_another_s(tablet: TestTablet) -> None:
    person = uuid7()
    came, given = arrived(tablet, person, uuid7()), dose(tablet, person, vaccinator=LEAD)
    send(tablet, came, given)
    renamed = tablet.line("corrected", entry=id_of(given), values={"vaccinator": VACCINATOR}, reason="slip", staff=LEAD)
    send(tablet, renamed)
    assert recorded(person)[0].vaccinator == VACCINATOR
    assert attest(business_day(NOW)) == []


def test_a_nurse_attests_nothing(tablet: TestTablet) -> None:
    with reaching(HERE), pytest.raises(NotPermitted):
        actions.attest(SITE, business_day(NOW), by=VACCINATOR, before=NOW, actor=NURSE, now=NOW)


def test_what_a_revoked_device_had_sent_counts_when_the_lead_lets_it_in(tablet: TestTablet) -> None:
    person = uuid7()
    access.revoke(tablet.device, reason="mất máy", actor=_enroller(), now=NOW)
    lines = [arrived(tablet, person, uuid7()), dose(tablet, person)]
    assert {answer.outcome for answer in send(tablet, *lines)} == {Outcome.SET_ASIDE}
    assert recorded(person) == []
    with pytest.raises(NotPermitted):
        intake.release(SITE, actor=NURSE, now=NOW)
    released = intake.release(SITE, actor=THE_LEAD, now=NOW)
    assert [answer.outcome for answer in released] == [Outcome.KEPT, Outcome.KEPT]
    assert len(recorded(person)) == 1
    assert intake.release(SITE, actor=THE_LEAD, now=NOW) == []


def test_a_release_lets_in_no_kind_that_the_device_might_not_send(new_tablet: Callable[..., TestTablet]) -> None:
    desk = new_tablet(kinds=["arrived"])
    person = uuid7()
    access.revoke(desk.device, reason="mất máy", actor=_enroller(), now=NOW)
    send(desk, arrived(desk, person, uuid7()), dose(desk, person))
    released = intake.release(SITE, actor=THE_LEAD, now=NOW)
    assert [(one.outcome, one.reason) for one in released] == [
        (Outcome.KEPT, None),
        (Outcome.SET_ASIDE, "kind-not-allowed"),
    ]
    assert recorded(person) == []


def test_whoever_hears_of_findings_hears_of_a_new_number_too(tablet: TestTablet, as_worker: AsWorker) -> None:
    person = uuid7()
    came, later = arrived(tablet, person, uuid7()), dose(tablet, person, at=NOW)
    send(tablet, came, later)
    send(tablet, dose(tablet, person, at=NOW - timedelta(days=1)))
    # Both change at once here, and one fact tells both.
    rejudge(person, as_worker)
    with as_worker():
        kinds = {entry.kind for entry in journal.settled_after(START, limit=100).entries}
    assert "dose-renumbered" in kinds
    assert "dose-rejudged" not in kinds
    assert set(REACTIONS[DoseRejudged]) <= set(REACTIONS[DoseRenumbered])


def _enroller() -> Actor:
    return Actor(id=LEAD, kind=ActorKind.STAFF, powers=frozenset({Power.ENROLL_DEVICE}), reach=HERE)


def test_a_page_sent_twice_is_one_dose(tablet: TestTablet) -> None:
    del tablet
    person = uuid7()
    event = DoseGiven(
        id=uuid7(NOW), at=NOW, person=person, product="az", lot="ABX6412", vial="V1", volume_ml=0.5, arm="left",
        vaccinator=VACCINATOR, dose_number_told=1,
    )  # fmt: skip
    assert [one.outcome for one in intake.record([event], actor=NURSE, site=SITE, now=NOW)] == [Outcome.KEPT]
    assert [one.outcome for one in intake.record([event], actor=NURSE, site=SITE, now=NOW)] == [Outcome.KNOWN]
    assert len(recorded(person)) == 1


def test_two_corrections_in_one_batch_both_hold(tablet: TestTablet) -> None:
    person = uuid7()
    given = dose(tablet, person)
    send(tablet, given)
    before = stock()
    send(
        tablet,
        tablet.line("corrected", entry=id_of(given), values={"lot": "OTHER-LOT"}, reason="slip"),
        tablet.line("corrected", entry=id_of(given), values={"vial": "V7"}, reason="slip"),
    )
    (shown,) = recorded(person)
    assert (shown.lot, shown.vial) == ("OTHER-LOT", "V7")
    assert stock() == before


def test_a_correction_folded_late_does_not_undo_a_newer_one(
    new_tablet: Callable[..., TestTablet], as_worker: AsWorker
) -> None:
    lead, chair = new_tablet(), new_tablet()
    person = uuid7()
    given = dose(chair, person)
    older = {"vial": "V-OLD", "arm": "right", "vaccinator": str(LEAD)}
    send(lead, lead.line("corrected", entry=id_of(given), values=older, reason="slip"))
    send(chair, given, now=NOW + timedelta(minutes=1))
    newer = lead.line("corrected", entry=id_of(given), values={"vial": "V-NEW"}, reason="slip")
    send(lead, newer, now=NOW + timedelta(minutes=2))
    with as_worker():
        assert jobs.refold(now=NOW + timedelta(minutes=3)) == (1, None)
    (shown,) = recorded(person)
    assert (shown.vial, shown.arm, shown.vaccinator) == ("V-NEW", "right", LEAD)


def test_two_voids_and_a_correction_in_one_batch_give_back_once(tablet: TestTablet) -> None:
    person = uuid7()
    given = dose(tablet, person)
    send(tablet, given)
    before = stock()
    send(
        tablet,
        tablet.line("voided", entry=id_of(given), reason="typed-twice"),
        tablet.line("voided", entry=id_of(given), reason="typed-twice"),
        tablet.line("corrected", entry=id_of(given), values={"lot": "OTHER-LOT"}, reason="slip"),
    )
    assert stock() == before + 1


def test_a_corrected_lot_and_vaccinator_are_judged_anew(tablet: TestTablet, as_worker: AsWorker) -> None:
    person, stranger = uuid7(), uuid7()
    came, given = arrived(tablet, person, uuid7()), dose(tablet, person, lot="TYPED-WRONG", vaccinator=stranger)
    send(tablet, came, given)
    assert {"lot-unknown", "vaccinator-not-on-roster"} <= set(recorded(person)[0].findings)
    values = {"lot": "ABX6412", "vaccinator": str(VACCINATOR)}
    send(tablet, tablet.line("corrected", entry=id_of(given), values=values, reason="slip"))
    rejudge(person, as_worker)
    assert recorded(person)[0].findings == []
    send(tablet, tablet.line("corrected", entry=id_of(given), values={"lot": "NOBODY-KNOWS"}, reason="slip"))
    rejudge(person, as_worker)
    assert recorded(person)[0].findings == ["lot-unknown"]


def test_an_attested_dose_that_is_corrected_waits_again(tablet: TestTablet) -> None:
    person = uuid7()
    came, given = arrived(tablet, person, uuid7()), dose(tablet, person)
    send(tablet, came, given)
    attest(business_day(NOW))
    send(tablet, tablet.line("corrected", entry=id_of(given), values={"dose_number_told": 1}, reason="slip"))
    assert recorded(person)[0].status is DoseStatus.ATTESTED
    send(tablet, tablet.line("corrected", entry=id_of(given), values={"product": "pfizer"}, reason="slip"))
    assert recorded(person)[0].status is DoseStatus.WAITING


def test_a_finding_that_comes_after_the_attestation_wants_a_second_person_again(
    new_tablet: Callable[..., TestTablet], as_worker: AsWorker
) -> None:
    here, there = new_tablet(), new_tablet(OTHER_SITE)
    person = uuid7()
    came, given = arrived(here, person, uuid7()), dose(here, person)
    send(here, came, given)
    attest(business_day(NOW))
    assert recorded(person)[0].status is DoseStatus.ATTESTED
    send(there, dose(there, person, at=weeks_ago(3)))
    rejudge(person, as_worker)
    with reaching(HERE):
        flagged = mask_of(["interval-too-short"])
        assert database.row(
            "select findings & ~attested_findings & %s from immunization_dose where site = %s", [flagged, SITE]
        ) == (flagged,)
        again = actions.attest_doses([id_of(given)], by=LEAD, site=SITE, actor=THE_LEAD, now=NOW)
        assert again == [id_of(given)]
        assert actions.attest_doses([id_of(given)], by=LEAD, site=SITE, actor=THE_LEAD, now=NOW) == []


def test_another_site_amends_nothing_even_when_folded_later(
    new_tablet: Callable[..., TestTablet], as_worker: AsWorker
) -> None:
    here, there = new_tablet(), new_tablet(OTHER_SITE)
    person = uuid7()
    given = dose(here, person)
    send(here, given)
    send(there, there.line("voided", entry=id_of(given), reason="typed-twice"))
    with as_worker():
        assert jobs.refold(now=NOW) == (1, None)
    assert recorded(person)[0].status is DoseStatus.WAITING


def test_a_lot_registered_between_reading_and_keeping_a_dose_is_found_afterwards(
    tablet: TestTablet, as_worker: AsWorker
) -> None:
    person = uuid7()
    send(tablet, arrived(tablet, person, uuid7()), dose(tablet, person, lot="JUST-COMING"))
    with as_worker():
        supply_actions.load_lots([LotTold(number="JUST-COMING", product="az", expires_on=None)], actor=SYSTEM, now=NOW)
        told = journal.settled_after(START, limit=100, kinds={"dose-given"}).entries
        reactions.rejudge(told, now=NOW)
    assert recorded(person)[0].findings == []


def test_a_server_device_that_closes_a_day_keeps_one_chain(
    tablet: TestTablet, owner_connection: psycopg.Connection
) -> None:
    person = uuid7()
    came, given = arrived(tablet, person, uuid7()), dose(tablet, person, dose_number_told=1, lot="NOBODY-KNOWS")
    send(tablet, came, given)
    told = Attested(id=uuid7(NOW), at=NOW, staff=LEAD, doses=[id_of(given)])
    (answer,) = intake.record([told], actor=THE_LEAD, site=SITE, now=NOW)
    assert answer.findings == []
    assert recorded(person)[0].status is DoseStatus.ATTESTED
    twice = owner_connection.execute(
        "select device, device_sequence from journal_entry group by 1, 2 having count(*) > 1"
    ).fetchall()
    assert twice == []
    assert owner_connection.execute(
        "select count(*) from journal_batch b where b.first > 1 and not exists "
        "(select from journal_batch p where p.device = b.device and p.head = b.previous)"
    ).fetchone() == (0,)


def test_a_form_sent_twice_at_once_is_one_fact_and_known(tablet: TestTablet) -> None:
    del tablet
    event = _typed()
    together = Barrier(3)

    def click(place: int) -> list[Answer]:
        # Each thread is a server device of its own and stands at another place of its chain.
        intake.record([_typed() for _ in range(place)], actor=NURSE, site=SITE, now=NOW)
        together.wait()
        try:
            return intake.record([event], actor=NURSE, site=SITE, now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        told = sorted(str(one.outcome) for answers in pool.map(click, (1, 2, 3)) for one in answers)
    assert told == ["kept", "known", "known"]


def test_a_form_sent_again_with_other_words_is_refused_whole(
    tablet: TestTablet, owner_connection: psycopg.Connection
) -> None:
    """Some of it kept and some of it not would contradict itself; whoever stands before the page is told instead."""
    del tablet
    first, beside = _typed(), _typed()
    intake.record([first], actor=NURSE, site=SITE, now=NOW)
    with pytest.raises(ToldOtherwiseBefore):
        intake.record([beside, msgspec.structs.replace(first, lot="OTHER")], actor=NURSE, site=SITE, now=NOW)
    ids = [first.id, beside.id]
    assert owner_connection.execute("select id from journal_entry where id = any(%s)", [ids]).fetchall() == [
        (first.id,)
    ]
    assert owner_connection.execute("select count(*) from journal_set_aside").fetchone() == (0,)
    assert [one.outcome for one in intake.record([first, beside], actor=NURSE, site=SITE, now=NOW)] == [
        Outcome.KNOWN,
        Outcome.KEPT,
    ]


def test_what_is_typed_from_paper_was_written_down_when_it_is_typed(tablet: TestTablet) -> None:
    """A sheet's ids are made when it is printed: they must not let a dose of last week pass for one that was told in time."""
    del tablet
    days_ago = NOW - timedelta(days=3)
    paper, page = (msgspec.structs.replace(_typed(), id=uuid7(days_ago), at=days_ago) for _ in range(2))
    (of_paper,) = intake.record_from_paper([paper], actor=NURSE, site=SITE, now=NOW)
    (of_page,) = intake.record([page], actor=NURSE, site=SITE, now=NOW)
    assert "late" in of_paper.findings
    assert "late" not in of_page.findings
    retyped = msgspec.structs.replace(paper, recorder=LEAD)
    (again,) = intake.record_from_paper([retyped], actor=THE_LEAD, site=SITE, now=NOW)
    assert again.outcome is Outcome.KNOWN


def _typed() -> DoseGiven:
    return DoseGiven(
        id=uuid7(NOW), at=NOW, person=uuid7(), product="az", lot="ABX6412", volume_ml=0.5, arm="left",
        vaccinator=VACCINATOR,
    )  # fmt: skip
