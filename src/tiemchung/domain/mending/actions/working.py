"""Working a case: taken, noted, handed on. Each step is a row and a fact.

The id of a step is made by the form that takes it: sent twice, it is one step, and says nothing more.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from tiemchung.domain.access import queries as access
from tiemchung.domain.mending.actions.desk import at_their_desks, keep_step, locked, was_taken, words_of
from tiemchung.domain.mending.errors import CaseTakenAlready, DeskUnknown
from tiemchung.domain.mending.events import CaseHandedOn, CaseNoted, CaseTaken
from tiemchung.domain.mending.values import CENTER, NO_SITE, CaseState, StepKind
from tiemchung.domain.places import queries as places
from tiemchung.kernel.actor import Actor
from tiemchung.plumbing import database


def take(case: UUID, *, step: UUID, actor: Actor, now: datetime) -> None:
    """Make a case that is nobody's one's own. Of two who try at once one has it, and the other is told who."""
    with at_their_desks(actor):
        found = locked(case, actor=actor, step=step)
        if found.owner == actor.id:
            return
        if found.owner is not None:
            raise CaseTakenAlready(owner=access.staff_names([found.owner]).get(found.owner, ""))
        database.run("update mending_case set owner = %s where id = %s", [actor.id, case])
        keep_step(found, step, StepKind.TAKEN, CaseTaken(id=step, at=now, case=case), by=actor, now=now)


def note(case: UUID, *, step: UUID, text: str, actor: Actor, now: datetime) -> None:
    """Write down what was done or learned. A decided case takes no more words (`case-closed`)."""
    words = words_of(text)
    with at_their_desks(actor):
        found = locked(case, actor=actor, step=step)
        keep_step(found, step, StepKind.NOTED, CaseNoted(id=step, at=now, case=case), by=actor, now=now, text=words)


def hand_on(case: UUID, *, step: UUID, to_site: str, text: str, actor: Actor, now: datetime) -> None:
    """Lay a case on the desk of another site, or with an empty code on the response center's; it is nobody's there.

    A case about a dose stays where the dose was given. Refuses a site nobody knows (`desk-unknown`).
    """
    words, desk = words_of(text), to_site.strip() or CENTER
    if desk != CENTER and places.site(desk) is None:
        raise DeskUnknown(site=to_site)
    with at_their_desks(actor, and_site=desk):
        found = locked(case, actor=actor, step=step)
        if was_taken(step, case):
            return
        if found.dose is not None or desk == found.site:
            raise DeskUnknown(site=to_site)
        fact = CaseHandedOn(id=step, at=now, case=case, desk=desk)
        keep_step(found, step, StepKind.HANDED_ON, fact, by=actor, now=now, text=words, to_site=desk)
        database.run(
            "update mending_case set site = %s, commune = %s, owner = null, state = %s, outcome = null, proposed_by = null, "
            "proposed = null, reason = null where id = %s",
            [desk, NO_SITE, CaseState.OPEN, case],
        )
        database.run("update mending_slip set site = %s, commune = %s where of_case = %s", [desk, NO_SITE, case])
        database.run("update mending_step set site = %s, commune = %s where of_case = %s", [desk, NO_SITE, case])
        letter = "" if desk == CENTER else desk
        database.run("update mending_complaint set site = %s where id = %s", [letter, case])
