"""Facts of movement: somebody passed."""

from __future__ import annotations

from tiemchung.kernel.events import Event


class Passed(Event, frozen=True, kw_only=True):
    """Somebody was checked at a checkpoint: the verdict, the rule behind it, a token of the bearer and nothing else."""

    checkpoint: str
    verdict: str
    rule: str
    bearer: str
