"""A site in the middle of a morning: people who waited, lots on the shelf, staff who may sign in by one click."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client

from tests.domain.intake.chair import TestTablet
from tiemchung.domain.access import actions as access
from tiemchung.domain.access import queries as access_queries
from tiemchung.domain.declarations.events import Consented, Screened
from tiemchung.domain.immunization.events import DoseGiven
from tiemchung.domain.intake import actions as intake
from tiemchung.domain.people.values import IdentifierTold, PersonBlock
from tiemchung.domain.places import actions as places
from tiemchung.domain.supply import actions as supply
from tiemchung.domain.supply.events import VialOpened
from tiemchung.domain.supply.values import LotTold, ReceiptTold
from tiemchung.domain.visits.events import Arrived, Identified, Left, SessionOpened
from tiemchung.kernel import wire
from tiemchung.kernel.actor import SYSTEM, Reach
from tiemchung.kernel.events import Event
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import reaching

SITE, OTHER_SITE = "79-0012", "79-0099"
MORNING = datetime(2021, 9, 13, 2, 0, tzinfo=UTC)
DAY = date(2021, 9, 13)
NOVEMBER = datetime(2021, 11, 15, 2, 30, tzinfo=UTC)
"""A day on which the form for children holds."""
LOT, HELD_LOT = "ABX6412", "PV9001"


def found_sites() -> None:
    """Load two sites of one ward; what the web's role may not write."""
    ward = [{"code": "TYT-1", "name": "Trạm y tế phường Tân Phú", "commune": "26734"}]
    places.load_organizations(ward, actor=SYSTEM)
    sites = [
        {"code": SITE, "name": "Trạm Y tế phường Tân Phú", "organization": "TYT-1", "commune": "26734"},
        {"code": OTHER_SITE, "name": "Nhà văn hóa phường Tân Phú", "organization": "TYT-1", "commune": "26734"},
    ]
    places.load_sites(sites, actor=SYSTEM)


def hire(login: str, *roles: str, site: str = SITE, name: str = "Nguyễn Thị Thảo") -> UUID:
    """Load somebody who works at the site."""
    row = {
        "id": str(uuid7()),
        "name": name,
        "login": login,
        "roles": [{"role": role, "site": site} for role in roles],
    }
    access.load_staff([row], actor=SYSTEM, now=MORNING)
    found = access_queries.staff_of_login(login)
    assert found is not None
    return found


def stock(*, lot: str = LOT, product: str = "az", doses: int = 100, site: str = SITE) -> None:
    """Lay doses of a lot on the site's shelf."""
    told = LotTold(number=lot, product=product, expires_on=date(2021, 12, 31))
    receipt = ReceiptTold(id=uuid7(), lot=lot, store=site, doses=doses, at=MORNING)
    with reaching(Reach(sites=frozenset({site}))):
        supply.load_lots([told], actor=SYSTEM, now=MORNING)
        supply.load_receipts([receipt], actor=SYSTEM, now=MORNING)


def tell(*events: Event, site: str = SITE) -> None:
    """Let entries arrive at the site."""
    with reaching(Reach(sites=frozenset({site}))):
        answers = intake.record(events, actor=SYSTEM, site=site, now=MORNING + timedelta(minutes=30))
    assert {str(answer.outcome) for answer in answers} == {"kept"}


def somebody_screened(
    name: str = "Nguyễn Thị Ánh Hằng", *, ticket: str = "31", site: str = SITE, conclusion: str = "eligible_now"
) -> UUID:
    """Bring somebody as far as the vaccinator's table and return their visit."""
    visit, person = uuid7(), uuid7()
    number = IdentifierTold(kind="personal-number", value="079187004417")
    block = PersonBlock(name=name, born="1987-03-02", sex="female", identifiers=[number])
    at = [MORNING + timedelta(minutes=minute) for minute in range(5)]
    tell(
        Arrived(id=uuid7(), at=at[0], visit=visit, person=person, ticket=ticket, block=block),
        Identified(id=uuid7(), at=at[1], visit=visit, person=person, how="card-scanned"),
        Consented(id=uuid7(), at=at[2], visit=visit, person=person, form="consent_1535", agreed=True),
        Screened(
            id=uuid7(),
            at=at[3],
            visit=visit,
            person=person,
            form="adult_4355",
            answers={},
            conclusion=conclusion,  # type: ignore[arg-type]  # tests name the words of the wire
        ),
        site=site,
    )
    return visit


def somebody_who_left(*, site: str = SITE) -> None:
    """Let somebody come who had no dose: the day has begun, and its lines come to nothing."""
    visit, person = uuid7(), uuid7()
    tell(
        Arrived(id=uuid7(), at=MORNING, visit=visit, person=person, ticket="1"),
        Left(id=uuid7(), at=MORNING, visit=visit, person=person, minutes=0, reason="went-home"),
        site=site,
    )


def dosed_elsewhere(number: str, *, site: str = OTHER_SITE, kind: str = "personal-number") -> UUID:
    """Give a dose at another site to somebody with this identity number, and return the person there."""
    person, visit = uuid7(), uuid7()
    block = PersonBlock(
        name="Nguyễn Thị Ánh Hằng",
        born="1987-03-02",
        sex="female",
        identifiers=[IdentifierTold(kind=kind, value=number)],
    )
    tell(
        Arrived(id=uuid7(), at=MORNING, visit=visit, person=person, ticket="1", block=block),
        DoseGiven(
            id=uuid7(),
            at=MORNING,
            visit=visit,
            person=person,
            product="az",
            lot=LOT,
            vaccinator=uuid7(),
            volume_ml=0.5,
            arm="left",
        ),
        site=site,
    )
    return person


def join_session(visit: UUID, session: UUID) -> None:
    """Let a visit belong to a campaign session: told by an earlier arrival of the same visit."""
    with reaching(Reach(sites=frozenset({SITE}))):
        ((person,),) = database.rows("select person_id from visits_visit where id = %s", [visit])
    tell(
        Arrived(id=uuid7(), at=MORNING, visit=visit, person=person, ticket="7", campaign_session=session),
        SessionOpened(id=uuid7(), at=MORNING, campaign_session=session),
    )


def open_vial(vial: str, *, lot: str = LOT, doses: int = 10) -> None:
    """Open a vial at the site."""
    tell(VialOpened(id=uuid7(), at=MORNING, lot=lot, vial=vial, doses=doses, reason=None))


def tablet(name: str) -> TestTablet:
    """Enroll a tablet at the site and return it, ready to sign."""
    key = ec.generate_private_key(ec.SECP256R1())
    point = wire.dump_public_key(key.public_key())
    row = {
        "code": name,
        "site": SITE,
        "name": name,
        "expires_at": "2021-10-01T00:00:00Z",
        "public_key_sha256": hashlib.sha256(point).hexdigest(),
    }
    access.load_enrollments([row], actor=SYSTEM)
    receipt = access.enroll(name, public_key=point, name=name, now=MORNING)
    return TestTablet(receipt.device, key, site=SITE)


def dose_fields(person: UUID, visit: UUID, vaccinator: UUID) -> dict[str, Any]:
    """Return what a tablet tells of a dose."""
    return {
        "person": person,
        "visit": visit,
        "product": "az",
        "lot": LOT,
        "volume_ml": 0.5,
        "arm": "left",
        "vaccinator": vaccinator,
    }


def signed_in(login: str) -> Client:
    """Return a browser in which somebody signed in; needs the demo to be on."""
    from django.contrib.auth.models import User  # noqa: PLC0415 - the registry is ready when tests run

    client = Client()
    client.force_login(User.objects.get(username=login), backend="allauth.account.auth_backends.AuthenticationBackend")
    user = User.objects.get(username=login)
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": 0, "type": "totp"}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client
