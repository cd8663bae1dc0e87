"""The JSON of the stand-by list, as the Devices API's document shows it."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from ninja import Schema
from pydantic import AwareDatetime, ConfigDict, Field

from tiemchung.domain.scheduling.values import StandbyState
from tiemchung.faces.devices.schemas import DEVICE


class StandbyPersonTold(Schema):
    """Somebody who may be called in: registered, due, without a place."""

    person: UUID
    name: str
    born: str = Field(description="the year; empty if unknown")
    group: tuple[str, str] | None = Field(description="the priority group, in Vietnamese and English")
    phone: str = Field(description="whole, to be called; empty where none was told")
    state: StandbyState | None
    told_at: AwareDatetime | None


class StandbyListTold(Schema):
    """Who may be called in to one session, in the order in which they are called."""

    session: UUID
    product: str
    persons: list[StandbyPersonTold]


class StandbyTold(Schema):
    """Who may be called in to the sessions of a day."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "day": "2021-09-13",
                "told_at": "2021-09-13T08:30:00Z",
                "lists": [{"session": DEVICE, "product": "az", "persons": []}],
            }
        }
    )

    day: date
    told_at: datetime
    lists: list[StandbyListTold]


class StandbyAnswer(Schema):
    """What came of calling somebody of the stand-by list in: nobody answered yet, they come, or they do not."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"session": DEVICE, "person": DEVICE, "state": "coming", "staff": DEVICE}},
    )

    session: UUID
    person: UUID
    state: StandbyState
    staff: UUID | None = Field(
        default=None, description="who called: the member of the site's staff signed in on the tablet"
    )


class StandbyNoted(Schema):
    """The center's time: what came of the call is noted."""

    model_config = ConfigDict(json_schema_extra={"example": {"server_time": "2021-09-13T06:58:12.345Z"}})

    server_time: datetime
