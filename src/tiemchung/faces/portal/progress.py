"""Progress against the goals of the country, and against the target list of a unit. What no source gives is not made up."""

from __future__ import annotations

from tiemchung.domain.campaigns import queries as campaigns
from tiemchung.domain.campaigns.values import Goal
from tiemchung.domain.figures import queries as figures
from tiemchung.domain.figures import values as counted
from tiemchung.domain.places.values import Era
from tiemchung.faces.portal.pages import Progress
from tiemchung.faces.portal.units import ERA, Here
from tiemchung.faces.shared.goals import goal_title, source_told
from tiemchung.faces.shared.numbers import number
from tiemchung.faces.shared.words import t

WHOLE_COUNTRY = "VN"


def progress(totals: counted.Totals) -> list[Progress]:
    """Return how far the country is on each of its goals, in the order of the reference file."""
    goals = [goal for goal in campaigns.goals() if goal.area == WHOLE_COUNTRY]
    persons = _vaccinated() if any(goal.measure == "people_vaccinated" for goal in goals) else 0
    return [_progress(goal, totals.doses if goal.measure == "doses" else persons) for goal in goals]


def _vaccinated() -> int:
    """Return the persons of the whole country with at least one dose, whichever era told where they live."""
    told = [figures.persons_by_residence(counted.Level.COUNTRY, era=era.value) for era in Era]
    return sum(unit.by_dose_number.get(1) or 0 for units in told for unit in units)


def _progress(goal: Goal, reached: int) -> Progress:
    of = goal.target if goal.unit == "count" else goal.denominator_value
    mark = 1.0 if goal.unit == "count" else goal.target / 100
    return Progress(
        title=goal_title(goal),
        reached=reached,
        unit=t("mũi", "doses") if goal.measure == "doses" else t("người, từ 1 mũi", "persons, 1 dose or more"),
        share=reached / of if of else None,
        mark=mark if of else None,
        of=_of(goal),
        due_on=goal.due_on,
        source=source_told(goal.source),
    )


def _of(goal: Goal) -> str:
    if goal.unit == "count":
        return ""
    if goal.denominator_value is None:
        return t(
            "Chưa có nguồn cho mẫu số, nên chỉ có số đếm.",
            "No source gives the denominator, so there is only the count.",
        )
    return t(
        "Mẫu số {n} người ({source}).",
        "Out of {n} persons ({source}).",
        n=number(goal.denominator_value),
        source=source_told(goal.denominator_source),
    )


def progress_of_unit(here: Here, listed: int) -> Progress | None:
    """Return how far a unit is: residents with a dose beside its target list, the only denominator that a unit has.

    None where the list is too small to be told, or residents are not counted.
    """
    if here.era is not ERA or here.place is None or listed < counted.SMALLEST_PUBLIC_CELL:
        return None
    bands = [band.by_dose_number.get(1, 0) for band in figures.persons_by_age_band(here.unit)]
    reached = sum(band or 0 for band in bands)
    return Progress(
        title=t("Danh sách đối tượng của {place}", "Target list of {place}", place=here.name),
        reached=reached,
        unit=t("người ở đây, từ 1 mũi", "residents, 1 dose or more"),
        share=reached / listed,
        mark=1.0,
        of=t("Mẫu số {n} người trong danh sách.", "Out of {n} persons on the list.", n=number(listed)),
        due_on=None,
        source=t(
            "danh sách do các xã, phường nhập; người đã tiêm có thể không có tên trong đó",
            "lists brought by the communes; who has a dose need not be on them",
        ),
    )
