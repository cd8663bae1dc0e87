"""Rules of a visit and of a day's close: plain values in, plain values out."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from uuid import UUID

_ATTEST = b"tc/attest/1"


def day_challenge(site: str, day: date, lines_hash: str) -> bytes:
    """Return what an attester signs for a site's day. Raises ValueError for a hash that is not hex."""
    return hashlib.sha256(_ATTEST + site.encode() + day.isoformat().encode() + bytes.fromhex(lines_hash)).digest()


def doses_challenge(doses: Sequence[UUID]) -> bytes:
    """Return what an attester signs for single doses, in the order told."""
    return hashlib.sha256(_ATTEST + b"".join(dose.bytes for dose in doses)).digest()
