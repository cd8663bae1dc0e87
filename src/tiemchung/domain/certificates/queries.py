"""What certificates tell: how many doses stand where."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from tiemchung.domain.certificates.values import Reason, Standing, State
from tiemchung.plumbing import arrays, database


def standings(persons: Collection[UUID]) -> dict[UUID, Standing]:
    """Return where each dose of these persons stands, as far as the session reaches. No name: nothing is logged."""
    return {
        dose: Standing(State(state), Reason(reason))
        for dose, state, reason in database.rows(
            "select id, state, reason from certificates_preparation where person_id = any(%b::uuid[])",
            [arrays.uuids(list(persons))],
        )
    }
