"""The lists of a session that were put forward for a batch of vaccine, and how many stand on none."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from tiemchung.domain.scheduling.values import CallList, CallListState, CampaignSession
from tiemchung.plumbing import arrays, database


def call_lists(session: UUID, *, site: str) -> list[CallList]:
    """Return the lists of a session, the first to be put forward first. Numbers and who decided, nobody who stands on one."""
    return [
        CallList(
            id=identifier,
            batch=batch,
            people=people,
            asked_at=asked_at,
            asked_by=asked_by,
            state=CallListState(state),
            decided_at=decided_at,
            decided_by=decided_by,
            reason=reason,
        )
        for identifier, batch, people, asked_at, asked_by, state, decided_at, decided_by, reason in database.rows(
            "select id, batch, people, asked_at, asked_by, state, decided_at, decided_by, reason from scheduling_calllist "
            "where site = %s and session = %s order by asked_at, id",
            [site, session],
        )
    ]


def untold_in(session: UUID) -> dict[UUID | None, int]:
    """Return how many have a place in a session and were not told yet, by the list on which they stand; None is no list."""
    return dict(
        database.rows(
            "select call_list, count(*)::int from scheduling_appointment "
            "where session = %s and state || '' = 'booked' and invited_at is null group by call_list",
            [session],
        )
    )


def with_lists_to_decide(sessions: Collection[CampaignSession]) -> set[UUID]:
    """Return those of these sessions that have a list of which nobody has decided."""
    found = database.rows(
        "select distinct session from scheduling_calllist "
        "where site = any(%b::text[]) and session = any(%b::uuid[]) and state = 'asked'",
        [arrays.texts(sorted({one.site for one in sessions})), arrays.uuids([one.id for one in sessions])],
    )
    return {session for (session,) in found}
