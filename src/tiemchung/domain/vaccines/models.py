"""Tables of vaccines."""

from __future__ import annotations
