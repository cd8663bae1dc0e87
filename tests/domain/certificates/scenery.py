"""What happens at a site on the way to a certificate."""

from __future__ import annotations

from uuid import UUID

from tests.domain.intake.chair import LOT, NOW, SITE, TestTablet, arrived, dose, id_of
from tests.domain.visits.factories import CHIEF
from tiemchung.domain.intake import actions as intake
from tiemchung.domain.intake.values import Outcome, Receipt
from tiemchung.domain.visits import queries as visits
from tiemchung.kernel import wire
from tiemchung.kernel.actor import Reach
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing.rowsecurity import reaching
from tiemchung_world.passkey import Passkey

DAY = business_day(NOW)


def send(tablet: TestTablet, *lines: bytes) -> Receipt:
    return intake.receive(tablet.batch(*lines), now=NOW)


def give(tablet: TestTablet, person: UUID, *, vial: str = "V1", **told: object) -> bytes:
    """Send a visit with one dose out of a vial of one; return the dose's line."""
    visit = uuid7()
    came = arrived(tablet, person, visit)
    line = tablet.line("vial-opened", lot=LOT, vial=vial, doses=1, reason=None)
    given = dose(tablet, person, visit, vial=vial, **told)
    send(tablet, came, line, given)
    return given


def identify(tablet: TestTablet, person: UUID, *, how: str) -> None:
    send(tablet, tablet.line("identified", visit=uuid7(), person=person, how=how, document=None))


def attest(tablet: TestTablet, lead: Passkey) -> None:
    """Close the day, every difference explained. What is found against the close ends the test: nothing would be signed."""
    with reaching(Reach(sites=frozenset({SITE}))):
        lines = visits.day_lines(SITE, DAY)
        told, differences = lines.hash, visits.unexplained(lines).differences
    words = [{"line": one.line, "lot": one.lot, "difference": one.difference, "reason": "seen"} for one in differences]
    challenge = wire.day_challenge(site=SITE, day=DAY, lines_hash=bytes.fromhex(told))
    proof = lead.answer(challenge, origin="http://localhost:8000").as_proof()
    line = tablet.line("attested", day=DAY, lines_hash=told, doses=[], explained=words, proof=proof, staff=CHIEF)
    (answer,) = send(tablet, line).answers
    assert (answer.outcome, answer.reason, answer.findings) == (Outcome.KEPT, None, []), (answer, words)


def void(tablet: TestTablet, given: bytes) -> None:
    send(tablet, tablet.line("voided", entry=id_of(given), reason="another-person", evidence=None))
