"""The sentences of everything the platform refuses or finds, in both languages, by the code that is raised or kept.

Short, kind, exact: what is safe, what happened, what to do, in this order. A refusal's facts fill the braces.
"""

from __future__ import annotations

from tiemchung.faces.shared.sentences import access, calling, mending, others, response, supply
from tiemchung.faces.shared.sentences.fields import FIELDS
from tiemchung.faces.shared.sentences.findings import FINDINGS, REASONS
from tiemchung.faces.shared.words import Words

__all__ = ["FIELDS", "FINDINGS", "REASONS", "REFUSALS", "UNNAMED"]

ROOMS = (access, calling, mending, others, response, supply)
REFUSALS: dict[str, Words] = {code: words for room in ROOMS for code, words in room.REFUSALS.items()}
"""By `Refusal.code`. A house test demands an entry for every refusal, in one file only."""

UNNAMED = Words("Việc này chưa làm được.", "This could not be done.")
"""For a code without a sentence of its own. The house test keeps it from ever being read."""
