"""What a site's other devices wrote, as one of its tablets gets it: no more of a person than the day's list holds."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from tiemchung.domain.access.values import Device
from tiemchung.domain.immunization import queries as immunization
from tiemchung.domain.intake import queries as intake
from tiemchung.domain.intake.values import ToldByOther
from tiemchung.domain.people import queries as people
from tiemchung.domain.visits import queries as visits
from tiemchung.faces.devices.bundle import cut_off, token_key
from tiemchung.kernel import wire
from tiemchung.kernel.actor import Actor, ActorKind, Reach
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.purpose import Purpose
from tiemchung.plumbing.rowsecurity import reaching

LAST_FOUR, YEAR = 4, 4
_NOT_PASSED_ON = ("proof", "guardian_name", "guardian_phone")
"""Fields of an entry that no other tablet needs: an attester's signature, and whom a child's consent names."""


def pulled(device: Device, *, after: str | None, bundle: int | None, now: datetime) -> dict[str, Any]:
    """Return the next stretch of the site's entries, and what stands now besides: holds, links, doses with findings."""
    reach = Reach(sites=frozenset({device.site}))
    actor, today = Actor(id=device.id, kind=ActorKind.DEVICE, reach=reach), business_day(now)
    key = None if bundle is None else token_key(device.site, bundle)
    with reaching(reach):
        told = intake.told_by_others(
            device.site, device=device.id, after=after, purpose=Purpose.CARE, actor=actor, viewed_at=now
        )
        return {
            "server_time": now,
            "after": told.after,
            "more": told.more,
            "entries": [_entry(one, key) for one in told.others],
            "own": [{"id": entry, "seq": seq} for entry, seq in told.own],
            # What stands now goes with the last stretch: before that the tablet is not up to date anyway.
            "judged": [] if told.more else immunization.flagged_doses(device.site, today),
            "links": []
            if told.more
            else [
                {"person": person, "same_as": other}
                for person, other in visits.links_of_day(device.site, today, purpose=Purpose.CARE)
            ],
            **cut_off(device.site),
        }


def _entry(one: ToldByOther, key: bytes | None) -> dict[str, Any]:
    said: dict[str, Any] = msgspec.to_builtins(one.event, str_keys=True)
    for field in _NOT_PASSED_ON:
        said.pop(field, None)
    if said.get("block"):
        said["block"] = _short(said["block"], key)
    return {"device": one.device, "seq": one.seq, "recorded_at": one.recorded_at, "entry": said}


def _short(block: dict[str, Any], key: bytes | None) -> dict[str, Any]:
    numbers = block["identifiers"]
    return {
        "name": block["name"],
        "born": block["born"][:YEAR],
        "sex": block["sex"],
        "last4": [
            {"kind": number["kind"], "end": number["value"][-LAST_FOUR:] if len(number["value"]) > LAST_FOUR else ""}
            for number in numbers
        ],
        "tokens": []
        if key is None
        else [wire.to_base64url(people.token_of(number["value"], key=key)) for number in numbers],
    }
