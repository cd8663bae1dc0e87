"""Which tellings are one reaction: those of one body with one onset, however many entries and tablets told of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid5

from tiemchung.domain.safety.values import SEVERITIES, AefiShown, Reaction

EPISODES = UUID("5a1b7c0e-3a55-4a8e-9d57-0f6b7f0e2c11")


def episode_of(*, person: UUID | None, visit: UUID | None, telling: UUID, onset: datetime) -> UUID:
    """Return the id of what went wrong with one body: every telling of the same onset has the same, and names nobody.

    Of whom nobody knows who they are, the visit is the body; where that is unknown too, each telling is its own.
    """
    return uuid5(EPISODES, f"{person or visit or telling}/{onset.isoformat()}")


def together(told: Sequence[AefiShown]) -> list[Reaction]:
    """Return the reactions that these tellings make together at each site, the one told of last first.

    The gravest word holds; every sign and every action is there once.
    """
    found: dict[tuple[str, UUID], list[AefiShown]] = {}
    for one in told:
        body = episode_of(person=one.person, visit=one.visit, telling=one.id, onset=one.onset)
        found.setdefault((one.site, body), []).append(one)
    return sorted(map(_reaction, found.values()), key=lambda reaction: reaction.id, reverse=True)


def reactions_in(told: Sequence[AefiShown]) -> list[Reaction]:
    """Return the reactions of one human being that these tellings make together, the latest onset last.

    Under whatever row, visit or site it was told: the onset alone parts them.
    """
    found: dict[datetime, list[AefiShown]] = {}
    for one in told:
        found.setdefault(one.onset, []).append(one)
    return [_reaction(tellings) for _, tellings in sorted(found.items())]


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
