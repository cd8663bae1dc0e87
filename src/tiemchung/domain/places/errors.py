"""What places refuse."""

from __future__ import annotations

from tiemchung.kernel.refusal import Refusal


class UnitInUse(Refusal):
    """A unit cannot vanish while a site or an organization stands in it."""

    code = "unit-in-use"
