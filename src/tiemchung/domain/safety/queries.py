"""What safety tells. Whoever asks gives a purpose, and the view is logged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from tiemchung.domain.journal import actions as journal
from tiemchung.domain.safety import policy
from tiemchung.domain.safety.rules import episode_of, reactions_in, together
from tiemchung.domain.safety.values import SEVERITIES, ActionShown, AefiShown, Reaction, Warned
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import arrays, database, sealing

__all__ = [
    "LIST_LIMIT",
    "episode_of",
    "events_of",
    "reactions_at",
    "reactions_in",
    "warned_persons",
    "warnings_of",
]

LIST_LIMIT = 100
"""Events on one page. Ours."""
_AFTER_ALL = UUID(int=2**128 - 1)
_COLUMNS = "id, person, visit, site, onset, recorded_at, severity, sealed"


class _Body(msgspec.Struct, frozen=True, kw_only=True):
    signs: list[str]
    actions: list[ActionShown]


def reactions_at(
    sites: Collection[str],
    *,
    actor: Actor,
    purpose: Purpose,
    viewed_at: datetime,
    before: UUID | None = None,
    limit: int = LIST_LIMIT,
) -> list[Reaction]:
    """Return the reactions told at these sites, the one told of last first. Lists page by key: `before` is the last one's id.

    A reaction stands whole where its newest telling stands, and nowhere else. The view is logged for every person shown.
    Refuses who serves nobody at one of these sites (`not-permitted`).
    """
    for site in sites:
        if not policy.may_see_events(actor, site):
            raise NotPermitted(site=site)
    found = database.rows(_AT_SITES, [arrays.texts(sorted(sites)), before or _AFTER_ALL, limit, limit])
    one = next(iter(sites)) if len(sites) == 1 else ""
    told = _shown(found, actor=actor, purpose=purpose, viewed_at=viewed_at, site=one)
    return together(told)


# The same body and onset as `episode_of` has it, in words that use the indexes by person and by visit.
_SAME = """
    {other}.site = e.site and {other}.onset = e.onset
    and ({other}.person = e.person or (e.person is null and {other}.person is null and {other}.visit = e.visit))
"""
_AT_SITES = f"""
with newest as materialized (
    select e.* from unnest(%b::text[]) as at (code) cross join lateral (
        select * from safety_adverseevent e where e.site = at.code and e.id < %s and not exists (
            select from safety_adverseevent later where {_SAME.format(other="later")} and later.id > e.id
        ) order by e.id desc limit %s
    ) e order by e.id desc limit %s
)
select {_COLUMNS} from newest union
select {", ".join(f"o.{column}" for column in _COLUMNS.split(", "))}
from newest e join safety_adverseevent o on {_SAME.format(other="o")}
"""


def events_of(
    persons: Sequence[UUID], *, site: str, actor: Actor, purpose: Purpose, viewed_at: datetime
) -> list[AefiShown]:
    """Return the adverse events of these persons that the session reaches, the oldest first. The view is logged.

    An event told of a visit alone belongs to the person of that visit. Refuses who serves nobody at this site.
    """
    if not policy.may_see_events(actor, site):
        raise NotPermitted(site=site)
    wanted = arrays.uuids(persons)
    found = database.rows(
        f"select {_COLUMNS} from safety_adverseevent where person = any(%b::uuid[]) "
        "or visit in (select id from visits_stages where person_id = any(%b::uuid[])) order by onset, id",
        [wanted, wanted],
    )
    return _shown(found, actor=actor, purpose=purpose, viewed_at=viewed_at, site=site)


def warnings_of(
    persons: Sequence[UUID], *, site: str, actor: Actor, purpose: Purpose, viewed_at: datetime
) -> list[Warned]:
    """Return how grave the reactions of these persons were and when, wherever told: no sign, no site. The view is logged.

    For whoever serves the one who stands there (`may_be_warned`); the rows are those of the session's reach.
    """
    if not policy.may_be_warned(actor, site):
        raise NotPermitted(site=site)
    found = database.rows(
        "select person, onset, max(severity) from safety_adverseevent where person = any(%b::uuid[]) "
        "group by 1, 2 order by 2",
        [arrays.uuids(persons)],
    )
    seen = sorted({row[0] for row in found})
    journal.log_views(seen, actor=actor, purpose=purpose, viewed_at=viewed_at, site=site)
    return [Warned(onset=onset, severity=SEVERITIES[severity - 1]) for _, onset, severity in found]


def warned_persons(persons: Collection[UUID], *, purpose: Purpose) -> dict[UUID, list[Warned]]:
    """Return by person how grave earlier reactions were and when; who had none is absent. The rows are those of the reach.

    For a list that a tablet takes along: whoever names the persons logs the view.
    """
    del purpose
    warned: defaultdict[UUID, list[Warned]] = defaultdict(list)
    for person, onset, severity in database.rows(
        "select person, onset, max(severity) from safety_adverseevent where person = any(%b::uuid[]) "
        "group by 1, 2 order by 1, 2",
        [arrays.uuids(list(persons))],
    ):
        warned[person].append(Warned(onset=onset, severity=SEVERITIES[severity - 1]))
    return dict(warned)


def _shown(
    found: Sequence[tuple[Any, ...]], *, actor: Actor, purpose: Purpose, viewed_at: datetime, site: str
) -> list[AefiShown]:
    seen = sorted({row[1] for row in found if row[1] is not None})
    journal.log_views(seen, actor=actor, purpose=purpose, viewed_at=viewed_at, site=site)
    return [_read(row) for row in found]


def _read(row: tuple[Any, ...]) -> AefiShown:
    identifier, person, visit, site, onset, recorded_at, severity, sealed = row
    body = msgspec.json.decode(sealing.unseal(bytes(sealed), identifier.bytes), type=_Body)
    return AefiShown(
        id=identifier,
        person=person,
        visit=visit,
        site=site,
        onset=onset,
        recorded_at=recorded_at,
        severity=SEVERITIES[severity - 1],
        signs=body.signs,
        actions=body.actions,
    )
