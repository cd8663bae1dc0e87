"""What a rehearsal wrote is recorded by no center, whoever sends it: neither by itself nor in the chain of an enrolled tablet."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from tests.domain.intake.chair import LOT, NOW, SITE, VACCINATOR, TestTablet, arrived, dose
from tiemchung.domain.intake import actions as intake
from tiemchung.domain.intake.errors import UnknownSender
from tiemchung.domain.intake.values import Outcome
from tiemchung.kernel.actor import Reach
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import reaching

REHEARSED = json.loads(Path("tests/conformance/rehearsal/entry.json").read_text(encoding="utf-8"))


def recorded() -> list[int]:
    with reaching(Reach(sites=frozenset({SITE}))):
        return [
            database.rows(f"select count(*) from {table}")[0][0]
            for table in (
                "immunization_dose",
                "journal_entry where kind = 'dose-given'",
                "visits_visit",
                "people_person",
            )
        ]


def told(tablet: TestTablet, **real: object) -> bytes:
    """Return the rehearsed dose as the tablet's next line; `real` puts true things into it."""
    fields = {**REHEARSED, **real, "id": uuid7(NOW), "seq": tablet.sequence + 1}
    return tablet.line(fields.pop("kind"), **fields)


def test_a_rehearsal_has_no_key_that_a_center_knows(ward: None) -> None:
    stranger = TestTablet(UUID(REHEARSED["id"]), ec.generate_private_key(ec.SECP256R1()))
    batch = stranger.batch(told(stranger))
    with pytest.raises(UnknownSender):
        intake.receive(batch, now=NOW)
    assert recorded() == [0, 0, 0, 0]


@pytest.mark.parametrize("real", [{}, {"site": SITE, "lot": LOT, "vaccinator": VACCINATOR, "staff": VACCINATOR}])
def test_an_enrolled_tablet_that_sends_a_rehearsed_dose_is_not_believed(
    tablet: TestTablet, real: dict[str, object]
) -> None:
    (answer,) = intake.receive(tablet.batch(told(tablet, **real)), now=NOW).answers
    assert (answer.outcome, answer.reason) == (Outcome.SET_ASIDE, "schema-unknown")
    assert recorded() == [0, 0, 0, 0]


def test_what_the_tablet_writes_beside_it_is_recorded(tablet: TestTablet) -> None:
    person = uuid7(NOW - timedelta(minutes=5))
    lines = [arrived(tablet, person, person), told(tablet), dose(tablet, person, person)]
    answers = intake.receive(tablet.batch(*lines), now=NOW).answers
    assert [answer.outcome for answer in answers] == [Outcome.KEPT, Outcome.SET_ASIDE, Outcome.KEPT]
    assert recorded() == [1, 1, 1, 1]
