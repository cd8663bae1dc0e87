"""Why somebody looks at identity or health. Each such query takes one; the view is logged with it (DESIGN, law 8)."""

from __future__ import annotations

from enum import StrEnum


class Purpose(StrEnum):
    """The short list of PROTOCOL."""

    CARE = "care"
    OWN = "own"
    REGISTRATION = "registration"
    CORRECTION = "correction"
    SAFETY = "safety"
    MOVEMENT = "movement"
    OVERSIGHT = "oversight"
    SYSTEM = "system"
