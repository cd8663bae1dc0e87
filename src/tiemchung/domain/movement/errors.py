"""What movement refuses."""

from __future__ import annotations

from tiemchung.kernel.refusal import Refusal


class DeclarationIncomplete(Refusal):
    """Name, birth year, places or day of a journey are missing or cannot be."""

    code = "declaration-incomplete"


class PlaceUnclear(Refusal):
    """The name of a place is none within the province that was told, or fits several."""

    code = "place-unclear"
