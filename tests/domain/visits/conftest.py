"""The tests of visits act at one site, as a tablet or a signed-in page there would."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest

from tests.domain.intake.chair import NOW
from tests.domain.intake.chair import SITE as SITE_OF_WARD
from tests.domain.intake.conftest import new_tablet, tablet, ward
from tests.domain.visits.factories import CHIEF, SITE
from tiemchung.domain.access import actions as access
from tiemchung.kernel import wire
from tiemchung.kernel.actor import SYSTEM, Reach
from tiemchung.plumbing.rowsecurity import reaching
from tiemchung_world.passkey import Passkey

__all__ = ["at_the_site", "lead", "new_tablet", "tablet", "ward"]


@pytest.fixture
def at_the_site(db: None) -> Iterator[None]:
    with reaching(Reach(sites=frozenset({SITE}))):
        yield


@pytest.fixture
def lead(ward: None, as_worker: Callable[[], AbstractContextManager[None]]) -> Passkey:
    """Return the passkey of a lead of the ward's first site, `CHIEF`."""
    del ward
    passkey = Passkey.of("visits")
    row = {
        "id": str(CHIEF),
        "name": "Trần Thị Trưởng",
        "login": "chief",
        "roles": [{"role": "lead", "site": SITE_OF_WARD}],
        "passkeys": [
            {
                "credential": wire.to_base64url(passkey.credential),
                "public_key": wire.to_base64url(passkey.public_key()),
                "rp_id": "localhost",
            }
        ],
    }
    with as_worker():
        access.load_staff([row], actor=SYSTEM, now=NOW)
    return passkey
