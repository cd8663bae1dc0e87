"""How a stranger checks a proof of inclusion: SHA-256 and the proof alone, nothing of the platform's."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence


def leads_to(start: bytes, neighbors: Sequence[bytes], *, index: int, count: int, root: bytes) -> bool:
    """Tell whether this leaf, at this place among so many, leads to the root along these neighbors."""
    node, rest = start, list(neighbors)
    while count > 1:
        if index ^ 1 < count:
            if not rest:
                return False
            neighbor = rest.pop(0)
            left, right = (neighbor, node) if index % 2 else (node, neighbor)
            node = hashlib.sha256(b"\1" + left + right).digest()
        index, count = index // 2, (count + 1) // 2
    return not rest and node == root
