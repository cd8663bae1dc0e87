"""Tables of the journal."""

from __future__ import annotations
