"""Goals and how far each unit is: a percentage only where somebody told the denominator, else the count, and it says so."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from tiemchung.domain.figures import queries as figures
from tiemchung.domain.figures.values import Level
from tiemchung.domain.places.values import Era
from tiemchung.domain.response import queries as response
from tiemchung.faces.shared.doors import StaffRequest, staff_only
from tiemchung.faces.shared.goals import (
    AgainstGoal,
    AgainstList,
    against_goals,
    against_lists,
    goal_title,
    source_told,
)
from tiemchung.faces.workbench.views.frame import Office, office_of, page
from tiemchung.kernel.actor import Power


@staff_only(Power.PLAN, Power.FOLLOW_UP)
@require_GET
def progress(request: StaffRequest) -> HttpResponse:
    """Show the country's goals with their sources, and the wards of this officer against their own lists."""
    office = office_of(request)
    context = {
        "office": office,
        "goals": [_goal(told) for told in against_goals()],
        "wards": _wards(office),
        "as_of": figures.as_of(),
        "counted_at": response.counted_at(Era.Y2021),
    }
    return page(request, "workbench/goals.html", context, here="goals")


def _goal(told: AgainstGoal) -> dict[str, Any]:
    goal = told.goal
    return {
        "goal": goal,
        "title": goal_title(goal),
        "of": source_told(goal.denominator_source),
        "source": source_told(goal.source),
        "reached": told.reached,
        "complete": told.complete,
        "share": told.share,
    }


def _wards(office: Office) -> list[dict[str, Any]]:
    """Return how far each ward is, as the portal shows it."""
    told: dict[tuple[Era, str], AgainstList] = {}
    for era, parent in sorted({(ward.era, ward.parent or "") for ward in office.wards}):
        found = against_lists(Level.COMMUNE, parent=parent, era=era)
        told |= {(era, code): against for code, against in found.items()}
    return [{"ward": ward, "told": told.get((ward.era, ward.code), AgainstList())} for ward in office.wards]
