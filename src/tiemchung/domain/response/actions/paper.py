"""Sites that write on paper: a silence that somebody knows the reason of is no alarm."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from tiemchung.domain.response import policy
from tiemchung.domain.response.actions.telling import tell
from tiemchung.domain.response.errors import WordsMissing
from tiemchung.domain.response.events import PaperBegun, PaperEnded
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import arrays, database

LONGEST_REASON = 200


def begin_paper(site: str, *, reason: str, actor: Actor, now: datetime) -> None:
    """Note that a site writes on paper for now, and why. Told again, the first word stands."""
    if not site or not policy.may_respond(actor, site):
        raise NotPermitted(site=site)
    said = reason.strip()[:LONGEST_REASON]
    if not said:
        raise WordsMissing
    with transaction.atomic():
        begun = database.run(
            "insert into response_paper as p (site, by, since, reason) values (%s, %s, %s, %s) "
            "on conflict (site) do update set by = excluded.by, since = excluded.since, reason = excluded.reason, "
            "ended_at = null where p.ended_at is not null",
            [site, actor.id, now, said],
        )
        if begun:
            tell([PaperBegun(id=uuid7(now), at=now, site=site, reason=said)], actor=actor, now=now)


def end_paper(sites: Collection[str], *, actor: Actor, now: datetime) -> list[str]:
    """Note that these sites no longer write on paper; returns those that did."""
    for site in sites:
        if not policy.may_respond(actor, site):
            raise NotPermitted(site=site)
    with transaction.atomic():
        ended = [
            site
            for (site,) in database.rows(
                "update response_paper set ended_at = %s where site = any(%b::text[]) and ended_at is null returning site",
                [now, arrays.texts(sorted(sites))],
            )
        ]
        tell([PaperEnded(id=uuid7(now), at=now, site=site) for site in sorted(ended)], actor=actor, now=now)
    return sorted(ended)
