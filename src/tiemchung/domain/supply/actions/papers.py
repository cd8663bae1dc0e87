"""Papers that come with a consignment are kept as they are, with the digest of their bytes in the journal."""

from __future__ import annotations

import hashlib
from datetime import datetime
from uuid import UUID

from django.db import transaction

from tiemchung.domain.supply import engine, policy, queries
from tiemchung.domain.supply.actions.posting import tell
from tiemchung.domain.supply.errors import NothingOpen, PaperNotTaken, PapersEnough, PaperTooLarge
from tiemchung.domain.supply.events import PaperKept
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import database

MOST_BYTES = 8 * 1024 * 1024
"""A page photographed by a phone has half of that. Ours."""
MOST_PAPERS = 12
"""Papers of one consignment; ours."""
LONGEST_NAME = 120


@transaction.atomic
def keep_paper(
    identifier: UUID, *, consignment: UUID, site: str, name: str, content: bytes, actor: Actor, now: datetime
) -> bool:
    """Keep a paper of a consignment at this place; False if this id, or the same bytes, were told before.

    Refuses what is no PDF, JPEG, PNG or HEIC by its bytes, whatever its name says, what is too large, and the thirteenth.
    """
    if not policy.may_keep_stock(actor, site):
        raise NotPermitted(site=site)
    if not queries.consignments([site], id=consignment):
        raise NothingOpen
    if len(content) > MOST_BYTES:
        raise PaperTooLarge(most=MOST_BYTES // 1024 // 1024)
    media = engine.media_of(content)
    if media is None:
        raise PaperNotTaken
    digest = hashlib.sha256(content).hexdigest()
    held = queries.papers_of([consignment])
    if any(each.id == identifier or each.sha256 == digest for each in held):
        return False
    if len(held) >= MOST_PAPERS:
        raise PapersEnough(most=MOST_PAPERS)
    shown = " ".join(name.split())[:LONGEST_NAME] or media.value
    fresh = database.run(
        "insert into supply_paper (id, consignment, told_by, kept_at, size, site, name, media, sha256, content) "
        "values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %b) on conflict do nothing",
        [identifier, consignment, actor.id, now, len(content), site, shown, media.value, digest, content],
    )
    if not fresh:
        return False
    event = PaperKept(
        id=identifier, at=now, consignment=consignment, name=shown, media=media.value, size=len(content), sha256=digest
    )
    tell([event], site=site, actor=actor, now=now)
    return True
