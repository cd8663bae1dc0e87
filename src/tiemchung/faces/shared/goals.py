"""How far the country and its units are: one computation for the portal and for the office, and the same words for it.

A goal of the reference file is measured against its own denominator, and where no source gives one it is a count. A
unit's only denominator is its target list. Persons are counted where they live.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tiemchung.domain.campaigns import queries as campaigns
from tiemchung.domain.campaigns.values import Goal
from tiemchung.domain.figures import queries as figures
from tiemchung.domain.figures.values import COUNTRY_CODE, Level, Unit
from tiemchung.domain.places.values import Era
from tiemchung.domain.response import queries as response
from tiemchung.domain.response.values import DemandShown
from tiemchung.faces.shared.numbers import number, percent
from tiemchung.faces.shared.words import language, t

_IN_VIETNAMESE = {"press articles": "báo chí", "census": "tổng điều tra", "QD-BYT": "QĐ-BYT", "QD ": "QĐ "}
"""The words of the reference file's sources, which are English, as a Vietnamese page says them."""
_FILE = re.compile(r" \(see [^)]*\)")
"""Where a source points at another of our files: of use to whoever keeps the data, not to whoever reads the page."""


def goal_title(goal: Goal) -> str:
    """Return what a goal is called: how much of whom."""
    if goal.unit == "count":
        return (
            t("{n} mũi", "{n} [dose|doses]", n=number(goal.target))
            if goal.measure == "doses"
            else t("{n} người", "{n} [person|persons]", n=number(goal.target))
        )
    whom = {
        "people aged 18 and over": t("người từ 18 tuổi", "people of 18 and older"),
        "whole population": t("dân số", "the population"),
    }.get(goal.denominator, goal.denominator)
    return t("{share} {whom}", "{share} of {whom}", share=percent(goal.target / 100, digits=0), whom=whom)


def source_told(told: str) -> str:
    """Return a source of the reference files as a page names it."""
    said = _FILE.sub("", told)
    if language() == "vi":
        for english, vietnamese in _IN_VIETNAMESE.items():
            said = said.replace(english, vietnamese)
    return said


@dataclass(frozen=True, kw_only=True)
class AgainstGoal:
    """How far an area is on one goal: `reached` doses or persons, of persons also those with two doses (`complete`).

    `whole` is what the share is of, None where no source gives it; `mark` is the share that the goal asks for.
    """

    goal: Goal
    reached: int
    complete: int | None
    whole: int | None
    mark: float

    @property
    def share(self) -> float | None:
        """Return how much of the whole was reached; None where nobody told the whole."""
        return self.reached / self.whole if self.whole else None


def against_goals(unit: Unit = figures.NATION, *, persons: tuple[int, int] | None = None) -> list[AgainstGoal]:
    """Return how far the country, or a unit that has goals of its own, is on each of them, in the order of their file.

    `persons` are the unit's residents with at least one and two doses; of the country they are looked up.
    """
    goals = [goal for goal in campaigns.goals() if goal.area == unit.code]
    if not goals:
        return []
    one, two = persons if persons is not None else _vaccinated()
    doses = figures.totals(unit).doses
    return [
        AgainstGoal(
            goal=goal,
            reached=doses if goal.measure == "doses" else one,
            complete=None if goal.measure == "doses" else two,
            whole=int(goal.target) if goal.unit == "count" else goal.denominator_value,
            mark=1.0 if goal.unit == "count" else goal.target / 100,
        )
        for goal in goals
    ]


def _vaccinated() -> tuple[int, int]:
    """Return the persons of the whole country with at least one and two doses, whichever era told where they live."""
    told = [figures.persons_by_residence(Level.COUNTRY, era=era.value) for era in Era]
    one, two = (sum(unit.by_dose_number.get(least) or 0 for units in told for unit in units) for least in (1, 2))
    return one, two


@dataclass(frozen=True, kw_only=True)
class AgainstList:
    """How far a unit is on its target list, and its demand; None is hidden, because so few persons are in it.

    Who has a dose need not be on the list.
    """

    one: int | None = 0
    two: int | None = 0
    registered: int | None = 0
    listed: int | None = 0
    due: int | None = 0
    called: int | None = 0

    @property
    def share(self) -> float | None:
        """Return the residents with a dose beside the list; None where there is no list, or either is hidden."""
        return None if self.one is None or not self.listed else self.one / self.listed


def against_lists(level: Level, *, parent: str = COUNTRY_CODE, era: Era = Era.Y2021) -> dict[str, AgainstList]:
    """Return how far each unit under a parent is, by code, as anybody may see it. Units without anybody are not there."""
    persons = figures.residents(level, parent=parent, era=era)
    demand = response.demand_shown(level, parent=parent, era=era)
    nobody: dict[int, int | None] = {}
    nothing = DemandShown()
    return {
        code: AgainstList(
            one=persons.get(code, nobody).get(1, 0),
            two=persons.get(code, nobody).get(2, 0),
            registered=demand.get(code, nothing).registered,
            listed=demand.get(code, nothing).listed,
            due=demand.get(code, nothing).due,
            called=demand.get(code, nothing).called,
        )
        for code in persons.keys() | demand.keys()
    }
