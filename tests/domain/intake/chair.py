"""A tablet for tests: it chains and signs whatever lines it is told, right or wrong."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec

from tiemchung.kernel import wire
from tiemchung.kernel.ids import uuid7

SITE = "79-0001"
OTHER_SITE = "79-0002"
NOW = datetime(2021, 9, 13, 3, 0, tzinfo=UTC)
LOT = "ABX6412"
VACCINATOR = UUID("017bddcf-0000-7000-8000-000000000001")
SCREENER = UUID("017bddcf-0000-7000-8000-000000000002")
LEAD = UUID("017bddcf-0000-7000-8000-000000000003")


class TestTablet:
    """An enrolled tablet with its chain; `lines` makes entries, `batch` signs them."""

    __test__ = False

    def __init__(self, device: UUID, key: ec.EllipticCurvePrivateKey, *, site: str = SITE) -> None:
        self.device = device
        self.key = key
        self.site = site
        self.sequence = 0
        self.head = wire.genesis(device)

    def line(
        self, kind: str, *, at: datetime | str = NOW - timedelta(minutes=5), seq: int | None = None, **fields: Any
    ) -> bytes:
        """Write one entry as the next of the chain, or as the `seq`-th."""
        self.sequence += 1
        told = {
            "id": uuid7(at if isinstance(at, datetime) else NOW),
            "kind": kind,
            "schema": 1,
            "seq": self.sequence if seq is None else seq,
            "at": at,
            "offset_ms": None,
            "site": self.site,
            "staff": VACCINATOR,
            **fields,
        }
        return msgspec.json.encode(told)

    def batch(self, *lines: bytes) -> bytes:
        """Sign lines as the next batch; they must be the latest that `line` wrote (or as many of other bytes)."""
        first = self.sequence - len(lines) + 1
        signed = wire.encode_batch(lines, device=self.device, first=first, previous=self.head, private_key=self.key)
        self.head = wire.chain(self.head, first, lines)
        return signed


def block(**fields: Any) -> dict[str, Any]:
    return {
        "name": "Nguyễn Thị Hòa",
        "born": "1984",
        "sex": "female",
        "identifiers": [{"kind": "personal-number", "value": "079184004417"}],
        "phone": "0901234218",
        "commune": "26734",
        "target_group": "09",
        **fields,
    }


def arrived(tablet: TestTablet, person: UUID, visit: UUID, **fields: Any) -> bytes:
    return tablet.line("arrived", **{"visit": visit, "person": person, "ticket": "A1", "block": block(), **fields})


def dose(tablet: TestTablet, person: UUID, visit: UUID | None = None, **fields: Any) -> bytes:
    return tablet.line(
        "dose-given",
        **{
            "visit": visit,
            "person": person,
            "product": "az",
            "lot": LOT,
            "vial": "V1",
            "volume_ml": 0.5,
            "arm": "left",
            "dose_number_told": 1,
            "vaccinator": VACCINATOR,
            "recorder": None,
            **fields,
        },
    )


def id_of(line: bytes) -> UUID:
    return UUID(msgspec.json.decode(line)["id"])
