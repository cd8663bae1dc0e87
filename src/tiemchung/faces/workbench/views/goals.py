"""Goals and how far each unit is: a percentage only where somebody told the denominator, else the count, and it says so."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from tiemchung.domain.campaigns import queries as campaigns
from tiemchung.domain.campaigns.values import Goal
from tiemchung.domain.figures import queries as figures
from tiemchung.domain.figures.values import Level
from tiemchung.domain.places.values import Unit
from tiemchung.faces.shared.doors import StaffRequest, staff_only
from tiemchung.faces.shared.goals import goal_title, source_told
from tiemchung.faces.workbench.views.frame import Office, office_of, page
from tiemchung.kernel.actor import Power


@staff_only(Power.PLAN, Power.FOLLOW_UP)
@require_GET
def progress(request: StaffRequest) -> HttpResponse:
    """Show the country's goals with their sources, and the wards of this officer against their own lists."""
    office = office_of(request)
    context = {
        "office": office,
        "goals": [_goal(goal) for goal in campaigns.goals()],
        "wards": _wards(office),
        "as_of": figures.as_of(),
    }
    return page(request, "workbench/goals.html", context, here="goals")


def _goal(goal: Goal) -> dict[str, Any]:
    total = figures.totals()
    persons = total.by_dose_number.get(1, 0)
    reached = total.doses if goal.measure == "doses" else persons
    wanted = goal.target if goal.unit == "count" else None
    whole = wanted or goal.denominator_value
    return {
        "goal": goal,
        "title": goal_title(goal),
        "of": source_told(goal.denominator_source),
        "source": source_told(goal.source),
        "reached": reached,
        "complete": total.by_dose_number.get(2, 0) if goal.measure == "people_vaccinated" else None,
        "whole": whole,
        "share": reached / whole if whole else None,
    }


def _wards(office: Office) -> list[dict[str, Any]]:
    if not office.wards or office.campaign is None:
        return []
    units = [(ward.era, ward.code) for ward in office.wards]
    demand = campaigns.demand(office.campaign.code, units)
    persons = _persons(office.wards)
    rows = []
    for ward in office.wards:
        told = demand[str(ward.era), ward.code]
        first = persons.get(ward.code, {}).get(1)
        rows.append(
            {
                "ward": ward,
                "registered": told.registered,
                "due": told.due if told.due_as_of else None,
                "due_as_of": told.due_as_of,
                "channels": told.by_channel,
                "first": first,
                "second": persons.get(ward.code, {}).get(2),
                "share": first / told.registered if first is not None and told.registered else None,
            }
        )
    return rows


def _persons(wards: list[Unit]) -> dict[str, dict[int, int | None]]:
    found: dict[str, dict[int, int | None]] = {}
    for era, parent in sorted({(ward.era, ward.parent) for ward in wards}, key=str):
        told = figures.persons_by_residence(Level.COMMUNE, parent=parent, era=era)
        found |= {one.code: dict(one.by_dose_number) for one in told}
    return found
