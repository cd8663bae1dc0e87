"""What every model declares: where its rows live when the country grows (placement), and how personal its fields are.

DESIGN sections 6 and 7; house tests read both.
"""

from __future__ import annotations

from enum import StrEnum


class Placement(StrEnum):
    """How the rows of a table are spread over machines."""

    PERSON = "person"
    SITE = "site"
    REFERENCE = "reference"
    DIRECTORY = "directory"
    LOCAL = "local"


class DataClass(StrEnum):
    """How personal a field is. Logs and addresses carry no C2 and no C3."""

    C0 = "public aggregate"
    C1 = "operational"
    C2 = "identity"
    C3 = "health"
