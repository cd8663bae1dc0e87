"""Which tellings are one reaction: those of one body with one onset, however many entries and tablets told of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid5

from tiemchung.domain.safety.values import SEVERITIES, AefiShown, Reaction

EPISODES = UUID("5a1b7c0e-3a55-4a8e-9d57-0f6b7f0e2c11")


def episode(*, person: UUID | None, visit: UUID | None, telling: UUID, onset: datetime) -> UUID:
    """Return the id of what went wrong with one body: every telling of the same onset has the same, and names nobody.

    Of whom nobody knows who they are, the visit is the body; where that is unknown too, each telling is its own.
    """
    return uuid5(EPISODES, f"{person or visit or telling}/{onset.isoformat()}")


def together(told: Sequence[AefiShown], *, of_one: bool = False) -> list[Reaction]:
    """Return the reactions that these tellings make together, each where its first telling stands.

    The gravest word holds; every sign and every action is there once. A site's list has what that site told. With
    `of_one` all of them are of one human being, under whatever row or visit it was told: then the onset alone parts them.
    """
    found: dict[object, list[AefiShown]] = {}
    for one in told:
        body = episode(person=one.person, visit=one.visit, telling=one.id, onset=one.onset)
        found.setdefault(one.onset if of_one else (one.site, body), []).append(one)
    return [_reaction(tellings) for tellings in found.values()]


def _reaction(tellings: Sequence[AefiShown]) -> Reaction:
    in_order = sorted(tellings, key=lambda one: one.id)
    newest = in_order[-1]
    return Reaction(
        id=newest.id,
        person=newest.person,
        visit=newest.visit,
        site=in_order[0].site,
        onset=newest.onset,
        recorded_at=newest.recorded_at,
        severity=max((one.severity for one in in_order), key=SEVERITIES.index),
        signs=tuple(dict.fromkeys(sign for one in in_order for sign in one.signs)),
        actions=tuple(
            sorted({deed for one in in_order for deed in one.actions}, key=lambda deed: (deed.at, deed.what))
        ),
    )
