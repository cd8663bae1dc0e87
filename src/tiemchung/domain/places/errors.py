"""What places refuse."""

from __future__ import annotations

from tiemchung.kernel.refusal import Refusal


class UnitInUse(Refusal):
    """A unit cannot vanish while a site or an organization stands in it."""

    code = "unit-in-use"


class CheckpointUnknown(Refusal):
    """There is no such checkpoint in the wards within reach, or it was ended."""

    code = "checkpoint-unknown"


class CheckpointIncomplete(Refusal):
    """A checkpoint needs a name and a commune that exists."""

    code = "checkpoint-incomplete"


class ZoneIncomplete(Refusal):
    """A zone needs a unit, a level, the decision's number, where it can be read, and days in order and of our time."""

    code = "zone-incomplete"


class ZoneUnknown(Refusal):
    """There is no such zone of the provinces within reach, or it ends before that day already."""

    code = "zone-unknown"
