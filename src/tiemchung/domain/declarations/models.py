"""Tables of declarations."""

from __future__ import annotations
