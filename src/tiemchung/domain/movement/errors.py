"""What movement refuses."""

from __future__ import annotations

from tiemchung.kernel.refusal import Refusal


class DeclarationIncomplete(Refusal):
    """Name, birth year, places or day of a journey are missing or cannot be."""

    code = "declaration-incomplete"
