"""Progress as the open pages tell it: against the goals of the area, and against the target list of a unit."""

from __future__ import annotations

from tiemchung.domain.campaigns.values import Goal
from tiemchung.faces.portal.pages import Progress
from tiemchung.faces.portal.units import Here
from tiemchung.faces.shared.divisions import ERA
from tiemchung.faces.shared.goals import AgainstGoal, AgainstList, against_goals, goal_title, source_told
from tiemchung.faces.shared.numbers import number
from tiemchung.faces.shared.words import t


def progress(here: Here, own: AgainstList | None) -> list[Progress]:
    """Return how far the country is on its goals; a unit on its own goals, if any, and on its target list.

    Goals name areas of the division in which the campaign was led. Where a unit's persons are hidden, what is measured
    by them is left out.
    """
    if own is None:
        return [_progress(told) for told in against_goals()]
    told = against_goals(here.unit, persons=(own.one or 0, own.two or 0)) if here.era is ERA else []
    goals = [_progress(goal) for goal in told if goal.goal.measure == "doses" or own.one is not None]
    against = _progress_of_list(here, own)
    return [*goals, *([against] if against else [])]


def _progress(told: AgainstGoal) -> Progress:
    doses = told.goal.measure == "doses"
    return Progress(
        title=goal_title(told.goal),
        reached=told.reached,
        unit=t("mũi", "doses") if doses else t("người, từ 1 mũi", "persons, 1 dose or more"),
        share=told.share,
        mark=told.mark if told.whole else None,
        of=_of(told.goal),
        due_on=told.goal.due_on,
        source=source_told(told.goal.source),
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
        "Out of {n} [person|persons] ({source}).",
        n=number(goal.denominator_value),
        source=source_told(goal.denominator_source),
    )


def _progress_of_list(here: Here, own: AgainstList) -> Progress | None:
    """Return how far a unit is on its list; None where there is none, or a number is hidden."""
    if own.one is None or not own.listed:
        return None
    return Progress(
        title=t("Danh sách đối tượng của {place}", "Target list of {place}", place=here.name),
        reached=own.one,
        unit=t("người ở đây, từ 1 mũi", "residents, 1 dose or more"),
        share=own.share,
        mark=1.0,
        of=t("Mẫu số {n} người trong danh sách.", "Out of {n} [person|persons] on the list.", n=number(own.listed)),
        due_on=None,
        source=t(
            "danh sách do các xã, phường nhập; người đã tiêm có thể không có tên trong đó",
            "lists brought by the communes; who has a dose need not be on them",
        ),
    )
