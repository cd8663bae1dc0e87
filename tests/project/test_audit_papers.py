"""What people were given to show and told: every class of certificates and of messages, and every fault planted in them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from tests.chair import NOW, SITE, arrival, days, dose, follow, record, visit, void
from tests.project.test_audit import AUDITOR, _failed, _written
from tiemchung.domain.certificates import actions as certificates
from tiemchung.domain.immunization import actions as immunization
from tiemchung.domain.journal import actions as journal
from tiemchung.domain.notices import actions as notices
from tiemchung.domain.notices.gateways.outbox import OutboxGateway
from tiemchung.domain.notices.values import Channel, Message
from tiemchung.domain.visits.events import Identified
from tiemchung.kernel.actor import SYSTEM
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing import database
from tiemchung.project.audit import audit

REAL = datetime.now(tz=UTC)


@pytest.fixture(autouse=True)
def _papers(owner_db: None) -> None:
    """Let there be a certificate, a revoked one, a pass, doses that wait and are withheld, and messages of every class."""
    journal.forget_server_device()
    (proved, first), (_, second), (turned, third) = visit(), visit(), visit()
    _, clean = visit()
    visit()
    future = uuid7(NOW)
    record(arrival(future), dose(future, at=NOW + days(400)))
    # Nobody has registered these lots; of one dose let it be known.
    database.run("update immunization_dose set findings = 0 where id = %s", [clean])
    for person in (proved, turned):
        record(Identified(id=uuid7(NOW), at=NOW, visit=uuid7(NOW), person=person, how="card-scanned"))
    immunization.attest_doses([first, second, third], by=uuid7(), site=SITE, actor=SYSTEM, now=NOW)
    _sign()
    record(void(third), at=NOW + days(1))
    _sign()
    _send()


def _sign() -> None:
    follow()
    while certificates.issue(now=NOW + days(1)).looked:
        pass


def _send() -> None:
    values = {"code": "408215", "minutes": "5"}

    def code(**to: str | UUID) -> Message:
        return Message(id=uuid7(), channel=Channel.SMS, template="sign-in-code", values=values, **to)  # type: ignore[arg-type]  # one of two receivers

    notices.send([code(to_contact="0903123218"), code(to_person=uuid7())], now=REAL)
    notices.deliver(OutboxGateway())
    notices.send([code(to_contact="0903123219")], now=REAL)


@pytest.fixture
def sent(tmp_path: Path) -> Path:
    return _written(tmp_path / "sent.ndjson")


def test_every_dose_and_every_message_is_in_one_class(sent: Path) -> None:
    found = audit(sent, actor=AUDITOR)
    assert _failed(found) == set()
    assert {name: count for name, count in found.classes["certificates"].items() if count} == {
        "signed": 1,
        "domestic": 1,
        "waiting": 1,
        "withheld: date unknown": 1,
        "withheld: flagged": 1,
        "withheld: voided": 1,
    }
    assert found.classes["messages"] == {"queued": 1, "delivered": 1, "no contact": 1, "refused": 0}


def test_what_is_still_due_is_a_class_of_its_own_and_no_fault(sent: Path) -> None:
    _, fourth = visit()
    immunization.attest_doses([fourth], by=uuid7(), site=SITE, actor=SYSTEM, now=NOW)
    follow()
    found = audit(_written(sent), actor=AUDITOR)
    assert _failed(found) == set()
    assert found.classes["certificates"]["to be signed"] == 1


ONE_THAT_WAITS = "(select id from immunization_dose where status = 0 and findings = 0)"
APART = {
    "withheld: backdated": f"update immunization_dose set findings = 4 where id = {ONE_THAT_WAITS}",
    "withheld: late": f"update immunization_dose set findings = 2 where id = {ONE_THAT_WAITS}",
    "withheld: flagged": f"update immunization_dose set findings = 64 where id = {ONE_THAT_WAITS}",
    "withheld: date unknown": f"update immunization_dose set findings = 1 where id = {ONE_THAT_WAITS}",
    "withheld: product unknown": (
        "update immunization_dose set status = 1, attested_by = id, product = 'nobody-knows' "
        f"where id = {ONE_THAT_WAITS}"
    ),
    "withheld: name unknown": (
        "with nameless as (delete from people_person where id = (select person_id from immunization_dose "
        f"where id = {ONE_THAT_WAITS})) update immunization_dose set status = 1, attested_by = id "
        f"where id = {ONE_THAT_WAITS}"
    ),
    "withheld: voided": f"update immunization_dose set status = 2, voided_by = id where id = {ONE_THAT_WAITS}",
}
"""What puts the one dose that waits into each class of what is withheld."""


@pytest.mark.parametrize("name", APART)
def test_each_reason_to_withhold_is_a_class_of_its_own_and_another_s_is_a_fault(sent: Path, name: str) -> None:
    before = audit(sent, actor=AUDITOR).classes["certificates"]
    ((person,),) = database.rows(f"select person_id from immunization_dose where id = {ONE_THAT_WAITS}")
    assert database.run(APART[name]) == 1
    assert "certificates-classes" in _failed(audit(sent, actor=AUDITOR)), "it is still prepared as one that waits"
    certificates.prepare([person], now=NOW)
    found = audit(sent, actor=AUDITOR)
    assert "certificates-classes" not in _failed(found)
    counted = found.classes["certificates"]
    assert {each: counted[each] - before[each] for each in counted if counted[each] != before[each]} == {
        "waiting": -1,
        name: 1,
    }


def test_a_message_that_the_operator_refused_is_a_class_of_its_own(sent: Path) -> None:
    assert database.run(
        "update notices_delivery set state = 'refused', reason = 'no such number' where state = 'queued'"
    )
    database.run("update notices_delivery set settled_at = now(), told = null where state = 'refused'")
    found = audit(sent, actor=AUDITOR)
    assert found.classes["messages"] == {"queued": 0, "delivered": 1, "no contact": 1, "refused": 1}
    assert "messages-classes" not in _failed(found)
    assert database.run("update notices_delivery set reason = '' where state = 'refused'")
    assert "messages-classes" in _failed(audit(sent, actor=AUDITOR))


CERTIFICATE, PASS = "kind = 1 and withdrawn is null", "kind = 2"


@pytest.mark.parametrize(
    ("plant", "expected"),
    [
        pytest.param(
            f"delete from certificates_certificate where {CERTIFICATE}", "certificates-signed", id="certificate lost"
        ),
        pytest.param(
            f"update certificates_certificate set kind = 1 where {PASS}", "certificates-signed", id="signed, not proved"
        ),
        pytest.param(
            "update certificates_certificate set withdrawn = null, withdrawn_at = null",
            "certificates-signed",
            id="void still signed",
        ),
        pytest.param(
            f"update certificates_certificate set facts = facts + 1 where {CERTIFICATE}",
            "certificates-signed",
            id="other facts",
        ),
        pytest.param(
            f"update certificates_certificate set dose = gen_random_uuid() where {PASS}",
            "certificates-doses",
            id="no such dose",
        ),
        pytest.param(
            "update immunization_dose set findings = findings | 8192 where status = 1",
            "certificates-classes",
            id="signed on, though flagged since",
        ),
        pytest.param("delete from certificates_revocation", "certificates-revoked", id="revocation unpublished"),
        pytest.param(
            "update certificates_preparation set state = 2, reason = 0 where state = 1",
            "certificates-classes",
            id="ready too soon",
        ),
        pytest.param(
            "delete from certificates_preparation where state = 3", "certificates-classes", id="dose unprepared"
        ),
        pytest.param("update certificates_logline set leaves = leaves + 1", "certificates-log", id="leaf too many"),
        pytest.param(
            (
                "delete from certificates_logline where id = "
                "(select id from certificates_logline where what = 'signed' order by id desc limit 1)"
            ),
            "certificates-log",
            id="line lost",
        ),
        pytest.param(
            "update certificates_logline set previous = sha256('another') where what = 'revoked'",
            "certificates-log",
            id="log forked",
        ),
        pytest.param("update notices_delivery set settled_at = null", "messages-classes", id="delivered at no time"),
        pytest.param(
            "update notices_delivery set told = 'code' where state = 'delivered'",
            "messages-classes",
            id="code remembered",
        ),
        pytest.param("delete from notices_delivery where state = 'delivered'", "messages-asked", id="sent unasked"),
    ],
)
def test_a_planted_error_is_found(sent: Path, plant: str, expected: str) -> None:
    assert database.run(plant) != 0
    assert expected in _failed(audit(sent, actor=AUDITOR))
