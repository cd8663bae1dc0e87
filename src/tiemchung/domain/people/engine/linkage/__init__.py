"""Linkage: which rows about people are one human being, by Splink on DuckDB, in memory.

Plain values in, pairs out; nothing is stored and nothing is merged here. Numbers and phones come as keyed tokens.
"""

from __future__ import annotations

from tiemchung.domain.people.engine.linkage.linking import link
from tiemchung.domain.people.engine.linkage.values import Pair, Row, token_of

__all__ = ["Pair", "Row", "link", "token_of"]
