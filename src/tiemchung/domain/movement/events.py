"""Facts of movement. The room has not had its turn: what comes is kept by the journal and folded when the room arrives."""

from __future__ import annotations

from tiemchung.kernel.events import Event


class Passed(Event, frozen=True, kw_only=True):
    """Somebody was checked at a checkpoint: the verdict, the rule behind it, a token of the bearer and nothing else."""

    checkpoint: str
    verdict: str
    rule: str
    bearer: str
