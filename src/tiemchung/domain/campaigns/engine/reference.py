"""Reads goals and target groups of the reference files."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from tiemchung.domain.campaigns.values import Goal, TargetGroup
from tiemchung.plumbing.rows import read_csv

GOALS, GROUPS = "goals.csv", "priority_groups_3355.csv"
GOAL_COLUMNS = (
    *("goal_id", "date", "area", "measure", "comparison", "target", "unit", "denominator", "denominator_value"),
    *("denominator_source", "source", "verified", "note"),
)


@cache
def goals() -> list[Goal]:
    """Return the goals in the order of their file."""
    return [
        Goal(
            code=row.text("goal_id"),
            due_on=row.maybe_first_day("date"),
            area=row.text("area"),
            measure=row.text("measure"),
            comparison=row.one_of("comparison", (">", ">=")),
            target=row.whole("target"),
            unit=row.one_of("unit", ("percent", "count")),
            denominator=row.maybe_text("denominator") or "",
            denominator_value=row.maybe_whole("denominator_value"),
            denominator_source=row.maybe_text("denominator_source") or "",
            source=row.text("source"),
            verified=row.text("verified"),
            note=row.maybe_text("note") or "",
        )
        for row in read_csv(GOALS, (files("tiemchung.reference") / GOALS).read_bytes(), columns=GOAL_COLUMNS)
    ]


@cache
def target_groups() -> dict[str, TargetGroup]:
    """Return the target groups by code, in the order in which the decision names them."""
    columns = ("code", "label_vi", "label_en")
    rows = read_csv(GROUPS, (files("tiemchung.reference") / GROUPS).read_bytes(), columns=columns)
    return {
        row.text("code"): TargetGroup(
            code=row.text("code"), rank=rank, label_vi=row.text("label_vi"), label_en=row.text("label_en")
        )
        for rank, row in enumerate(rows, start=1)
    }
