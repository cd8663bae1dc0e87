"""Missing doses that a site is to enter: what was told of each, for whoever types from the site's papers."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from tiemchung.domain.journal import actions as journal
from tiemchung.domain.mending import policy
from tiemchung.domain.mending.queries.cases import letter_of
from tiemchung.domain.mending.values import MISSING, CaseState, MissingShown, ToldFacts
from tiemchung.kernel.actor import Actor, Reach
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import arrays, database, sealing
from tiemchung.plumbing.rowsecurity import reaching

MOST_MISSING = 50
"""Cases of one list. Ours: what is due first stands first, and each that is entered makes room."""

_MISSING = """
select c.id, c.person, c.filed_at, c.due_at, array(select s.id from mending_slip s where s.of_case = c.id order by s.id)
from mending_case c where c.site = %s and c.kind = any(%b::text[]) and c.state = %s and c.dose is null
and c.person is not null and c.id = coalesce(%s, c.id) order by c.due_at, c.id limit %s
"""


def missing_at(
    site: str, *, actor: Actor, purpose: Purpose, viewed_at: datetime, only: UUID | None = None
) -> list[MissingShown]:
    """Return the doses that people of known records miss at a site and that nobody entered yet, what is due first on top.

    With `only` that case alone, if it is one. The view is logged. Refuses who types from no paper here (`not-permitted`).
    """
    if not policy.may_enter_missing(actor, site):
        raise NotPermitted(site=site)
    asked = [site, arrays.texts(sorted(MISSING)), CaseState.OPEN, only, MOST_MISSING]
    with reaching(Reach(sites=frozenset({site}))):
        rows = database.rows(_MISSING, asked)
        persons = sorted({row[1] for row in rows})
        journal.log_views(persons, actor=actor, purpose=purpose, viewed_at=viewed_at, site=site)
        letters = {row[0]: letter_of(row[0]) for row in rows}
    return [
        MissingShown(
            id=case,
            person=person,
            filed_at=filed_at,
            due_at=due_at,
            story=letters[case].get("story", ""),
            facts=ToldFacts(**{name: letters[case].get(name, "") for name in ToldFacts.__struct_fields__}),
            slips=tuple(slips),
        )
        for case, person, filed_at, due_at, slips in rows
    ]


def missing_slip(
    identifier: UUID, *, case: UUID, site: str, actor: Actor, purpose: Purpose, viewed_at: datetime
) -> bytes | None:
    """Return a photo that came with a missing dose of a site, as a JPEG of ours; None if there is none such. Logged as a view."""
    if not missing_at(site, actor=actor, purpose=purpose, viewed_at=viewed_at, only=case):
        return None
    with reaching(Reach(sites=frozenset({site}))):
        row = database.row("select sealed from mending_slip where id = %s and of_case = %s", [identifier, case])
    return None if row is None else sealing.unseal(bytes(row[0]), identifier.bytes)
