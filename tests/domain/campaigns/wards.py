"""People of two wards who wish to be called, and those who plan for them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

from tiemchung.domain.campaigns import actions
from tiemchung.domain.campaigns.values import Campaign, Registration
from tiemchung.domain.people.values import IdentifierTold, PersonBlock
from tiemchung.domain.places import queries as places
from tiemchung.domain.places.values import ward_code
from tiemchung.kernel.actor import SYSTEM, Actor, ActorKind, Power, Reach
from tiemchung.kernel.ids import uuid7

NOW = datetime(2021, 9, 13, 3, 0, tzinfo=UTC)
WARD, OTHER_WARD = "26734", "27475"
CODE = "covid-2021"
NUMBER = "079187004417"


def open_campaign() -> str:
    told = Campaign(
        code=CODE,
        name="Chiến dịch tiêm vắc xin COVID-19",
        starts_on=date(2021, 7, 1),
        ends_on=date(2022, 4, 30),
        target_diseases=["COVID-19"],
        source="QD 3355/QD-BYT",
    )
    actions.load_campaigns([told], actor=SYSTEM)
    return CODE


def block(name: str = "Nguyễn Thị Ánh Hằng", *, number: str | None = NUMBER, phone: str | None = None) -> PersonBlock:
    identifiers = [IdentifierTold(kind="cccd", value=number)] if number else []
    return PersonBlock(name=name, born="1987-03-02", sex="female", identifiers=identifiers, phone=phone)


def wish(*, account: UUID | None = None, ward: str = WARD, **changes: object) -> Registration:
    told = {"id": uuid7(NOW), "campaign": CODE, "person_told": block(), "commune": ward, "account": account}
    return Registration(**{**told, **changes})  # type: ignore[arg-type]  # each test names what matters


def citizen() -> Actor:
    account = uuid4()
    return Actor(id=account, kind=ActorKind.CITIZEN, reach=Reach(account=account))


def officer(ward: str = WARD, *powers: Power) -> Actor:
    found = places.reach_of([("2021", ward)])
    reach = replace(found, sites=found.sites | {ward_code(ward)})
    return Actor(id=uuid4(), kind=ActorKind.STAFF, name="Tú", powers=frozenset(powers or {Power.PLAN}), reach=reach)
