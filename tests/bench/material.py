"""What the tablets of a benchmark send: a small campaign, its persons, and their entries, all made before the clock runs."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec

from tiemchung.kernel import wire
from tiemchung.kernel.ids import uuid7
from tiemchung_world.passkey import RP_ID, Passkey
from tiemchung_world.tablet import Tablet

DAY = date(2021, 9, 13)
NOON = datetime(2021, 9, 13, 5, tzinfo=UTC)
"""When the platform's clock starts: midday in Viet Nam. Everything sent happened in the morning before."""
MORNING = datetime(2021, 9, 13, 1, tzinfo=UTC)
LOTS = (("BENCH-AZ", "az", 0.5), ("BENCH-PF", "pfizer", 0.3))
QUESTIONS = ("Q1", "Q2", "Q3", "Q4a", "Q4b", "Q5", "Q6", "Q7", "Q8", "Q9", "Q10")
"""What the form of that day asks; nearly everybody answers no to everything."""
STORE = "79-9999"
COMMUNE = "26734"
STAFF_ROLES = ("vaccinator", "check-in", "screener", "lead")


@dataclass(frozen=True, kw_only=True)
class Desk:
    """One site with one tablet: who works there, and the key with which the tablet signs."""

    site: str
    staff: dict[str, UUID]
    key: ec.EllipticCurvePrivateKey
    lead_passkey: Passkey

    @property
    def code(self) -> str:
        """Return the enrollment code that its managed tablet spends."""
        return f"bench-{self.site}"


def desks(count: int) -> list[Desk]:
    """Return so many sites of Ho Chi Minh City with a tablet each."""
    return [
        Desk(
            site=f"79-{number + 1:04d}",
            staff={role: uuid7(MORNING) for role in STAFF_ROLES},
            key=ec.generate_private_key(ec.SECP256R1()),
            lead_passkey=Passkey.of("bench", number),
        )
        for number in range(count)
    ]


@cache
def communes() -> list[str]:
    """Return the communes of Ho Chi Minh City, where the persons live."""
    with (files("tiemchung.reference") / "vn_communes_2021.csv").open(encoding="utf-8") as lines:
        return [row["code"] for row in csv.DictReader(lines) if row["province_code"] == "79"]


def campaign(found: list[Desk]) -> dict[str, Any]:
    """Return the campaign file of these desks, with stock enough for every dose."""
    before = (MORNING - timedelta(days=2)).isoformat().replace("+00:00", "Z")
    sites = [STORE, *(desk.site for desk in found)]
    return {
        "format": "tiemchung/campaign/1",
        "campaign": {
            "code": "bench",
            "name": "Benchmark",
            "starts_on": "2021-03-08",
            "ends_on": "2021-12-31",
            "target_diseases": ["covid-19"],
        },
        "organizations": [{"code": "BENCH", "name": "Benchmark", "commune": COMMUNE}],
        "sites": [
            {"code": site, "name": site, "organization": "BENCH", "commune": COMMUNE, "era": "2021"}
            | {"lon": None, "lat": None, "mobile": False}
            for site in sites
        ],
        "staff": [
            {"id": str(one), "name": f"{role} {desk.site}", "login": f"{role}.{desk.site}"}
            | {"roles": [{"role": role, "site": desk.site}]}
            | {"passkeys": [_passkey(desk.lead_passkey)] if role == "lead" else []}
            for desk in found
            for role, one in desk.staff.items()
        ],
        "lots": [
            {"number": lot, "product": product, "expires_on": "2022-06-30", "manufacturer_doses": 50_000_000}
            for lot, product, _volume in LOTS
        ],
        "receipts": [
            {"id": str(uuid7(MORNING)), "lot": lot, "store": STORE, "doses": 50_000_000, "at": before}
            for lot, *_ in LOTS
        ],
        "issues": [
            {"id": str(uuid7(MORNING)), "lot": lot, "from": STORE, "to": desk.site, "doses": 1_000_000, "at": before}
            for desk in found
            for lot, *_ in LOTS
        ],
        "enrollments": [
            {"code": desk.code, "site": desk.site, "name": desk.site, "expires_at": "2021-12-31T00:00:00Z"}
            | {"kinds": None, "public_key_sha256": _digest(desk)}
            for desk in found
        ],
    }


def _passkey(passkey: Passkey) -> dict[str, str]:
    credential, public_key = wire.to_base64url(passkey.credential), wire.to_base64url(passkey.public_key())
    return {"credential": credential, "public_key": public_key, "rp_id": RP_ID}


def _digest(desk: Desk) -> str:
    return hashlib.sha256(wire.dump_public_key(desk.key.public_key())).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One person's visit: who, when the dose went in, and what of."""

    person: UUID
    visit: UUID
    dose: UUID
    at: datetime
    number: int

    @property
    def lot(self) -> tuple[str, str, float]:
        """Return lot, product and volume in ml."""
        return LOTS[self.number % len(LOTS)]


def visits(count: int, *, first: int) -> list[Visit]:
    """Return visits of so many persons, one after the other through the morning."""
    return [
        Visit(
            person=uuid7(at),
            visit=uuid7(at),
            dose=uuid7(at),
            at=at,
            number=number,
        )
        for number in range(first, first + count)
        for at in [MORNING + timedelta(milliseconds=900 * (number % 14_000))]
    ]


class Pen:
    """Writes the entries of visits into a tablet's outbox."""

    def __init__(self, tablet: Tablet, desk: Desk) -> None:
        self.tablet = tablet
        self.desk = desk
        self._staff = {role: str(one) for role, one in desk.staff.items()}

    def visits(self, found: Sequence[Visit], *, whole: bool) -> None:
        """Write visits with all their entries, or their doses alone."""
        for visit in found:
            if whole:
                self.arrival(visit)
                self.screening(visit)
            self.dose(visit)
            if whole:
                self.release(visit)

    def arrival(self, visit: Visit) -> None:
        """Write that the person came, with the block that makes them known."""
        number = visit.number
        self._write(
            "arrived",
            visit,
            role="check-in",
            minutes=-20,
            ticket=str(number % 1000),
            block={
                "name": f"Nguyễn Thị Số {number}",
                "born": str(1940 + number % 60),
                "sex": "female" if number % 2 else "male",
                "identifiers": [{"kind": "cccd", "value": f"0790{number % 100_000_000:08d}"}],
                "phone": f"09{number % 100_000_000:08d}",
                "commune": communes()[number % len(communes())],
                "target_group": "unknown",
            },
        )

    def screening(self, visit: Visit) -> None:
        """Write the screening that let the person through."""
        self._write(
            "screened",
            visit,
            role="screener",
            minutes=-10,
            form="adult_4355",
            answers=dict.fromkeys(QUESTIONS, False),
            vitals={"temp_c": 36.6, "pulse_bpm": 76.0, "systolic_mmhg": 121.0, "diastolic_mmhg": 78.0},
            conclusion="eligible_now",
        )

    def dose(self, visit: Visit) -> None:
        """Write the dose."""
        lot, product, volume_ml = visit.lot
        self._write(
            "dose-given",
            visit,
            role="vaccinator",
            id_=visit.dose,
            product=product,
            lot=lot,
            volume_ml=volume_ml,
            arm="left",
            dose_number_told=1,
            vaccinator=self._staff["vaccinator"],
        )

    def release(self, visit: Visit) -> None:
        """Write that the observation ended well."""
        self._write("released", visit, role="check-in", minutes=30, state="well", told={"minutes": 30})

    def attestation(self, found: Sequence[Visit], *, origin: str) -> None:
        """Write that the lead stands for these doses, with a passkey's signature on a page of this origin."""
        at = found[-1].at
        doses = [visit.dose for visit in found]
        proof = self.desk.lead_passkey.answer(wire.doses_challenge(doses), origin=origin).as_proof()
        entry = {"kind": "attested", "id": str(uuid7(at)), "doses": [str(dose) for dose in doses], "proof": proof}
        self.tablet.write(entry, true_ms=int(at.timestamp() * 1000), staff=self._staff["lead"], person=None, truth=None)

    def _write(
        self,
        kind: str,
        visit: Visit,
        *,
        role: str,
        minutes: int = 0,
        id_: UUID | None = None,
        told: dict[str, Any] | None = None,
        **fields: Any,
    ) -> None:
        at = visit.at + timedelta(minutes=minutes)
        entry = {
            "kind": kind,
            "id": str(id_ or uuid7(at)),
            "visit": str(visit.visit),
            "person": str(visit.person),
            **(told or {}),
            **fields,
        }
        self.tablet.write(
            entry,
            true_ms=int(at.timestamp() * 1000),
            staff=self._staff[role],
            person=entry["person"],
            truth=None,
        )

    def signed(self, size: int) -> list[bytes]:
        """Return the outbox as signed batches of `size` entries, and empty it."""
        batches = []
        while self.tablet.outbox:
            batch = self.tablet.next_batch(size)
            batches.append(self.tablet.sign(batch))
            self.tablet.forget(batch)
        return batches


def lines_of(found: Sequence[Visit], desk: Desk, *, whole: bool) -> list[bytes]:
    """Return the entries of visits as a tablet would send them, without sending them."""
    pen = Pen(Tablet(device=uuid7(), site=desk.site, key=desk.key), desk)
    pen.visits(found, whole=whole)
    return [entry.line for entry in pen.tablet.outbox]
