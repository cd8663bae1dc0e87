"""What was counted, at every level, and how the reactions stand. Public pages read counters and nothing else."""

from __future__ import annotations

from tiemchung.domain.figures.queries.counting import (
    counted,
    counted_doses_of,
    counted_places,
    places,
    residences,
)
from tiemchung.domain.figures.queries.doses import (
    as_of,
    doses_by_age,
    doses_by_day,
    doses_by_delay,
    doses_by_group,
    doses_by_unit,
    doses_on,
    totals,
)
from tiemchung.domain.figures.queries.heirs import over_to_heirs, residents, residents_by_age
from tiemchung.domain.figures.queries.persons import (
    NATION,
    age_bands,
    hide_small,
    hide_small_parts,
    persons_by_age_band,
    persons_by_residence,
)
from tiemchung.domain.figures.queries.states import (
    HALF,
    LATELY,
    NEARLY_ALL,
    doses_by_minute,
    lag_steps,
    places_of_minutes,
    reaction_states,
    skipped_entries,
)

__all__ = [
    "HALF",
    "LATELY",
    "NATION",
    "NEARLY_ALL",
    "age_bands",
    "as_of",
    "counted",
    "counted_doses_of",
    "counted_places",
    "doses_by_age",
    "doses_by_day",
    "doses_by_delay",
    "doses_by_group",
    "doses_by_minute",
    "doses_by_unit",
    "doses_on",
    "hide_small",
    "hide_small_parts",
    "lag_steps",
    "over_to_heirs",
    "persons_by_age_band",
    "persons_by_residence",
    "places",
    "places_of_minutes",
    "reaction_states",
    "residences",
    "residents",
    "residents_by_age",
    "skipped_entries",
    "totals",
]
