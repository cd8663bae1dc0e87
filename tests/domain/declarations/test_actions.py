from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from uuid import UUID

import msgspec
import psycopg
import pytest
from django.db import connection

from tiemchung.domain.declarations import actions, queries
from tiemchung.domain.declarations.events import Consented, Screened
from tiemchung.domain.declarations.values import Outcome, ScreeningShown, Vitals
from tiemchung.kernel.actor import ANYBODY, Actor, ActorKind, Power, Reach
from tiemchung.kernel.events import Event, Kept
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing.rowsecurity import reaching

pytestmark = pytest.mark.django_db

SITE, NOW = "79-0001", datetime(2021, 9, 13, 3, 0, tzinfo=UTC)
PERSON, VISIT, BATCH = uuid7(), uuid7(), uuid7()
SCREENER = Actor(id=uuid7(), kind=ActorKind.STAFF, powers=frozenset({Power.SCREEN}))
NO = dict.fromkeys(("Q1", "Q2", "Q3", "Q4a", "Q4b", "Q5", "Q6", "Q7", "Q8", "Q9", "Q10"), False)


@pytest.fixture(autouse=True)
def _at_the_site() -> Iterator[None]:
    with reaching(Reach(sites=frozenset({SITE}))):
        yield


def kept(event: Event, *, at: datetime = NOW, plausible: bool = True) -> Kept[Event]:
    return Kept(event=event, site=SITE, device=uuid7(), occurred_at=at, recorded_at=NOW, plausible=plausible)


def screened(conclusion: str = "eligible_now", form: str = "adult_4355", **told: bool | str | float | None) -> Screened:
    return Screened(
        id=uuid7(),
        at=NOW,
        visit=VISIT,
        person=PERSON,
        form=form,
        answers={**NO, **told},
        vitals=Vitals(temp_c=36.6),
        conclusion=Outcome(conclusion),
        reasons=["told by the screener"],
    )


def consented(guardian_name: str | None = None, guardian_phone: str | None = None) -> Consented:
    return Consented(
        id=uuid7(),
        at=NOW,
        visit=VISIT,
        person=PERSON,
        form="adult_4355",
        agreed=True,
        guardian_name=guardian_name,
        guardian_phone=guardian_phone,
    )


def shown() -> list[ScreeningShown]:
    return queries.screenings([PERSON], purpose=Purpose.CARE, actor=SCREENER, viewed_at=NOW, site=SITE)


def test_a_screening_is_kept_with_the_rows_that_fired() -> None:
    event = screened("defer", Q3=True)
    assert actions.fold([kept(event)], batch=BATCH) == []
    (one,) = shown()
    assert (one.entry, one.conclusion, one.site, one.form) == (event.id, Outcome.DEFER, SITE, "adult_4355")
    assert one.answers == event.answers
    assert one.vitals.temp_c == 36.6
    assert [row.question for row in one.fired] == ["Q3"]
    assert one.findings == []


def test_findings_come_back_by_entry_and_stay_with_the_row() -> None:
    against, wrong_day = screened("eligible_now", Q3=True), screened(form="adult_5785")
    unknown, dateless = screened(form="adult_1"), screened(form="adult_5785")
    entries = [kept(against), kept(wrong_day), kept(unknown), kept(dateless, plausible=False)]
    found = [(finding.entry, finding.code) for finding in actions.fold(entries, batch=BATCH)]
    assert found == [
        (against.id, "conclusion-differs"),
        (wrong_day.id, "form-not-in-force"),
        (wrong_day.id, "form-question-unknown"),
        (unknown.id, "form-unknown"),
        (dateless.id, "form-question-unknown"),
    ]
    by_entry = {one.entry: one.findings for one in shown()}
    assert by_entry[wrong_day.id] == ["form-not-in-force", "form-question-unknown"]
    assert by_entry[unknown.id] == ["form-unknown"]


def test_folded_again_nothing_changes() -> None:
    entries = [kept(screened("eligible_now", Q3=True)), kept(consented(guardian_name="Trần Thị B"))]
    first = actions.fold(entries, batch=BATCH)
    assert actions.fold(entries, batch=uuid7()) == first
    assert len(shown()) == 1
    assert len(queries.consents([PERSON], purpose=Purpose.CARE, actor=SCREENER, viewed_at=NOW)) == 1


def test_a_consent_is_kept_with_its_guardian() -> None:
    actions.fold(
        [kept(consented(guardian_name="Trần Thị B", guardian_phone="0901234567")), kept(consented())], batch=BATCH
    )
    told = queries.consents([PERSON], purpose=Purpose.CARE, actor=SCREENER, viewed_at=NOW)
    assert sorted((one.guardian_name or "", one.guardian_phone or "", one.agreed) for one in told) == [
        ("", "", True),
        ("Trần Thị B", "0901234567", True),
    ]


def test_nothing_lies_in_clear() -> None:
    actions.fold([kept(screened("defer", Q3=True, Q5="đậu phộng")), kept(consented(guardian_name="Bùi"))], batch=BATCH)
    with connection.cursor() as cursor:
        cursor.execute("select s::text || c::text from declarations_screening s, declarations_consent c")
        (text,) = cursor.fetchone()
        cursor.execute("select s.sealed, c.sealed from declarations_screening s, declarations_consent c")
        sealed = b"".join(bytes(value) for value in cursor.fetchone())
    for word in ("defer", "đậu phộng", "Q3", "Bùi"):
        assert word not in text
        assert word.encode() not in sealed


def test_who_looked_is_logged() -> None:
    actions.fold([kept(screened())], batch=BATCH)
    shown()
    with connection.cursor() as cursor:
        cursor.execute("select person_id, purpose, actor from journal_view")
        assert cursor.fetchall() == [(PERSON, "care", SCREENER.id)]


def test_nobody_reads_answers_without_the_power_or_from_another_site() -> None:
    actions.fold([kept(screened())], batch=BATCH)
    for query in (queries.screenings, queries.consents):
        with pytest.raises(NotPermitted):
            query([PERSON], purpose=Purpose.CARE, actor=ANYBODY, viewed_at=NOW)
    with reaching(Reach(sites=frozenset({"01-0001"}))):
        assert shown() == []


def test_the_form_of_a_day_depends_on_the_age() -> None:
    def code(day: date, age: int) -> str | None:
        form = queries.form_on(day, age_years=age)
        return form.code if form else None

    assert code(date(2021, 9, 13), 30) == "adult_4355"
    assert code(date(2021, 12, 21), 18) == "adult_5785"
    assert code(date(2021, 10, 28), 17) is None
    assert code(date(2021, 10, 29), 17) == "child_5002"
    assert code(date(2021, 9, 1), 30) is None
    assert [form.code for form in queries.forms_on(date(2022, 3, 28))] == [
        "adult_5785",
        "child_1535",
        "child_5002",
        "consent_ours",
    ]


def test_an_event_is_what_a_tablet_sends() -> None:
    line = msgspec.json.encode(
        {
            "kind": "screened",
            "id": str(uuid7()),
            "at": "2021-09-13T03:00:00.000Z",
            "visit": str(VISIT),
            "person": str(PERSON),
            "form": "adult_4355",
            "answers": {"Q1": False, "Q5": "tôm", "Q10": 37.2, "Q9": None},
            "vitals": {"temp_c": 37.2},
            "conclusion": "caution",
            "reasons": [],
        }
    )
    event = msgspec.json.decode(line, type=Screened)
    assert event.answers == {"Q1": False, "Q5": "tôm", "Q10": 37.2, "Q9": None}
    assert event.conclusion is Outcome.CAUTION
    assert isinstance(event.person, UUID)
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(line.replace(b'"caution"', b'"maybe"'), type=Screened)


def test_the_web_role_can_alter_nothing_that_was_told(owner_connection: psycopg.Connection) -> None:
    granted = owner_connection.execute(
        "select table_name, privilege_type from information_schema.role_table_grants"
        " where grantee = 'tiemchung_app' and table_name in ('declarations_screening', 'declarations_consent')"
    ).fetchall()
    assert {privilege for _, privilege in granted} == {"SELECT", "INSERT"}
