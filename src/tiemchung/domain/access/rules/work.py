"""Proof of work: a number whose hash begins with so many zero bits. Dear for who asks a thousand times, not for who asks once."""

from __future__ import annotations

import hashlib
from typing import Final

FIRST_BITS: Final = 18
"""About 260,000 hashes: a second in a browser, several on an old phone. Ours."""
MOST_BITS: Final = 24


def bits_for(asked: int) -> int:
    """Return how many zero bits the next code costs, after so many that were paid for today: dearer every second time."""
    return min(FIRST_BITS + asked // 2, MOST_BITS)


def is_done(challenge: str, answer: str, *, bits: int) -> bool:
    """Tell whether this answer solves the challenge."""
    if not (answer.isascii() and answer.isdigit() and len(answer) <= len(str(1 << 64))):
        return False
    found = int.from_bytes(hashlib.sha256(f"{challenge}:{answer}".encode()).digest(), "big")
    return found >> (256 - bits) == 0
