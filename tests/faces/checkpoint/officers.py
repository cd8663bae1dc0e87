"""Officers of a ward who may sign in: one at the roadside, one at the ward's office."""

from __future__ import annotations

from tests.domain.certificates import golden
from tiemchung.domain.access import actions as access
from tiemchung.kernel.actor import SYSTEM
from tiemchung.kernel.ids import uuid7

WARD = "26734"


def hire(login: str, role: str, *, ward: str = WARD, era: str = "2021") -> None:
    """Load somebody who works in a ward."""
    row = {
        "id": str(uuid7()),
        "name": "Phạm Văn Chốt",
        "login": login,
        "roles": [{"role": role, "level": "commune", "era": era, "place": ward}],
    }
    access.load_staff([row], actor=SYSTEM, now=golden.NOW)
