"""A world: what stands when every page of a face is looked at, and the browsers of those who look."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.test import Client

HIGH = "ẲNG ỄNH ỐM ỵ Nguyễn Thị Ánh Hằng"
"""A name with the letters that reach highest and lowest."""
NOBODY = UUID(int=0)
"""An id that nothing has."""


@dataclass
class World:
    """What the holes of routes are filled with, and everybody's browser."""

    names: dict[str, object] = field(default_factory=dict)
    browsers: dict[str, Client] = field(default_factory=dict)

    def fill(self, route: str, fills: Mapping[str, str]) -> str:
        """Return an address of this route: each hole by what the page names for it, else by its own name.

        Where nothing of that name stands and an id is asked for, it is nobody's.
        """

        def filled(hole: re.Match[str]) -> str:
            kind, own = hole.groups()
            name = fills.get(own, own)
            return str(self.names.get(name, NOBODY if kind == "uuid" else name))

        return re.sub(r"<(?:(\w+):)?(\w+)>", filled, route)
