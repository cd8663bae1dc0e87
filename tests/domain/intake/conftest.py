"""A ward with two sites, staff, a lot and a tablet, on the real database."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from tests.domain.intake.chair import LEAD, LOT, NOW, OTHER_SITE, SCREENER, SITE, VACCINATOR, TestTablet
from tiemchung.domain.access import actions as access
from tiemchung.domain.places import actions as places
from tiemchung.domain.supply import actions as supply
from tiemchung.domain.supply.values import LotTold, ReceiptTold
from tiemchung.kernel import wire
from tiemchung.kernel.actor import SYSTEM
from tiemchung.kernel.ids import uuid7


@pytest.fixture
def ward(committed_db: None, as_worker: Callable[[], AbstractContextManager[None]]) -> None:
    """Load two sites with their staff, and one lot of which the first site has a hundred doses."""
    del committed_db
    with as_worker():
        places.load_organizations([{"code": "TYT-1", "name": "Trạm y tế 1", "commune": "26734"}], actor=SYSTEM)
        places.load_sites(
            [
                {"code": code, "name": f"Điểm tiêm {code}", "organization": "TYT-1", "commune": "26734"}
                for code in (SITE, OTHER_SITE)
            ],
            actor=SYSTEM,
        )
        roles = {VACCINATOR: "vaccinator", SCREENER: "screener", LEAD: "lead"}
        access.load_staff(
            [
                {
                    "id": str(staff),
                    "name": f"Nhân viên {role}",
                    "login": role,
                    "roles": [{"role": role, "site": SITE}, {"role": role, "site": OTHER_SITE}],
                    "passkeys": [],
                }
                for staff, role in roles.items()
            ],
            actor=SYSTEM,
            now=NOW,
        )
        supply.load_lots(
            [LotTold(number=LOT, product="az", expires_on=(NOW + timedelta(days=90)).date())], actor=SYSTEM, now=NOW
        )
        supply.load_receipts([ReceiptTold(id=uuid7(), lot=LOT, store=SITE, doses=100, at=NOW)], actor=SYSTEM, now=NOW)


@pytest.fixture
def new_tablet(ward: None, as_worker: Callable[[], AbstractContextManager[None]]) -> Callable[..., TestTablet]:
    """Return a function that enrolls another tablet at a site."""
    del ward

    def enroll(site: str = SITE, **terms: Any) -> TestTablet:
        key = ec.generate_private_key(ec.SECP256R1())
        point = wire.dump_public_key(key.public_key())
        with as_worker():
            code = access.open_enrollment(
                **{
                    "site": site,
                    "name": "Máy 1",
                    "kinds": None,
                    "actor": SYSTEM,
                    "now": NOW - timedelta(days=1),
                    **terms,
                }
            )
            receipt = access.enroll(code, public_key=point, name="Máy 1", now=NOW - timedelta(days=1))
            access.confirm(receipt.device, fingerprint=receipt.fingerprint, actor=SYSTEM, now=NOW - timedelta(days=1))
        return TestTablet(receipt.device, key, site=site)

    return enroll


@pytest.fixture
def tablet(new_tablet: Callable[..., TestTablet]) -> TestTablet:
    return new_tablet()
