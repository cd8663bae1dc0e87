"""What an account has typed so far, and what it asked about its own data."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec

from tiemchung.domain.access.values import About, OwnRequestShown, RequestState
from tiemchung.kernel.actor import Reach
from tiemchung.kernel.purpose import Purpose
from tiemchung.plumbing import database, sealing
from tiemchung.plumbing.rowsecurity import looking

_REQUEST = "select id, person, about, dose, told, state, asked_at, answer, closed_at from access_ownrequest "


def draft(account: UUID, flow: str) -> dict[str, str]:
    """Return what this account has typed so far in a flow; nothing if it has not begun."""
    with looking(Reach(account=account)):
        row = database.row("select told from access_draft where account = %s and flow = %s", [account, flow])
    if row is None:
        return {}
    return msgspec.json.decode(sealing.unseal(bytes(row[0]), account.bytes + flow.encode()), type=dict[str, str])


def requests_of(account: UUID, person: UUID, *, purpose: Purpose) -> list[OwnRequestShown]:
    """Return what this account has asked about a person, the newest first, with the answers."""
    del purpose
    with looking(Reach(account=account)):
        found = database.rows(
            f"{_REQUEST} where account = %s and person = %s order by asked_at desc, id", [account, person]
        )
    return [_shown(row) for row in found]


def story_of_request(request: UUID, *, purpose: Purpose) -> str:
    """Return what somebody wrote when they asked, as far as the session reaches; "" if nothing is there."""
    del purpose
    found = database.row("select told from access_ownrequest where id = %s", [request])
    return "" if found is None else sealing.unseal(bytes(found[0]), request.bytes).decode()


def _shown(row: tuple[Any, ...]) -> OwnRequestShown:
    identifier, person, about, dose, told, state, asked_at, answer, closed_at = row
    return OwnRequestShown(
        id=identifier,
        person=person,
        about=About(about),
        dose=dose,
        story=sealing.unseal(bytes(told), identifier.bytes).decode(),
        state=RequestState(state),
        asked_at=asked_at,
        answer="" if answer is None else sealing.unseal(bytes(answer), identifier.bytes).decode(),
        closed_at=closed_at,
    )
