"""Who may check travelers: officers, at the checkpoints of the communes within their reach."""

from __future__ import annotations

from tiemchung.domain.places.values import Checkpoint
from tiemchung.kernel.actor import Actor, Power


def may_check(actor: Actor, checkpoint: Checkpoint) -> bool:
    """Tell whether the actor may check at this checkpoint, which nobody has ended."""
    within = actor.reach.everywhere or actor.reach.covers_commune(checkpoint.commune_code)
    return actor.can(Power.CHECK_PASSAGE) and within and not checkpoint.ended
