"""What became otherwise of a site's visits meanwhile, and waits for its lead."""

from __future__ import annotations

from tiemchung.domain.visits import policy
from tiemchung.domain.visits.values import WRONG_PERSON, Change, ChangeKey, ChangeShown, Ending
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import database

CHANGES_SHOWN = 50
"""Changes on one page, the oldest first; the others come up as these are settled. Ours."""

# A link that was ended since, and a visit that should never have been on the list, wait for nobody.
_WAITING = f"""
from visits_changed c join visits_visit v on v.person_id = c.person_id and v.id = c.visit
left join lateral (
    select s.valid_from from people_same_as s
    where c.change = '{Change.LINKED}' and s.valid_to is null
    and ((s.person = c.person_id and s.other = c.other) or (s.person = c.other and s.other = c.person_id))
) s on true
where c.site = %s and c.settled_at is null and (c.change <> '{Change.LINKED}' or s.valid_from is not null)
and (v.ending is distinct from {int(Ending.LEFT)} or v.state is distinct from '{WRONG_PERSON}')
"""
_SHOWN = f"""
select c.visit, c.change, c.other, c.person_id, coalesce(v.ticket, ''), coalesce(v.arrived_at, c.found_at), c.day,
    s.valid_from, c.moved_at, c.moved_site
{_WAITING} order by c.found_at, c.visit, c.change, c.other limit %s
"""


def changes_waiting(site: str, *, most: int = 1_000) -> int:
    """Return how many changes wait for the site's lead, and at most so many: more than the page shows anyway."""
    row = database.row(f"select count(*) from (select 1 {_WAITING} limit %s) x", [site, most])
    return 0 if row is None else int(row[0])


def changes_at(site: str, *, actor: Actor, purpose: Purpose, limit: int = CHANGES_SHOWN) -> list[ChangeShown]:
    """Return what waits for the site's lead, the oldest first. Ids and instants; whoever names the persons logs the view.

    Refuses who does not stand for the site (`not-permitted`).
    """
    del purpose
    if not policy.may_attest(actor, site):
        raise NotPermitted(site=site)
    return [
        ChangeShown(
            key=ChangeKey(visit=row[0], change=Change(row[1]), other=row[2]),
            person=row[3],
            ticket=row[4],
            came_at=row[5],
            day=row[6],
            changed_at=row[7],
            moved_at=row[8],
            moved_site=row[9],
        )
        for row in database.rows(_SHOWN, [site, limit])
    ]
