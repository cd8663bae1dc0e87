"""The transparency log: a tree over what was signed together, and a chain of such trees. RFC 6962 has both forms."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

START = b"\0" * 32


def leaf(message: bytes) -> bytes:
    """Return the hash of a signed message as it stands in its tree."""
    return hashlib.sha256(b"\0" + hashlib.sha256(message).digest()).digest()


def levels(leaves: Sequence[bytes]) -> list[list[bytes]]:
    """Return the tree over these hashes, the leaves first, the root last; an odd last node rises unchanged."""
    found = [list(leaves)]
    while len(found[-1]) > 1:
        level = found[-1]
        paired = [_joined(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        found.append(paired + level[len(level) - len(level) % 2 :])
    return found


def root(leaves: Sequence[bytes]) -> bytes:
    """Return the root over these hashes; of none, the hash of nothing."""
    return levels(leaves)[-1][0] if leaves else hashlib.sha256(b"").digest()


def path(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Return the neighbors that lead from a leaf to the root."""
    found = []
    for level in levels(leaves)[:-1]:
        neighbor = index ^ 1
        if neighbor < len(level):
            found.append(level[neighbor])
        index //= 2
    return found


def head(previous: bytes, tree: bytes) -> bytes:
    """Return the link of the log's chain: over the link before and this tree's root."""
    return hashlib.sha256(b"tc/log/1" + previous + tree).digest()


def _joined(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()
