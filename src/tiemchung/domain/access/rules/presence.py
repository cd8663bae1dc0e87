"""The code that a health book shows at a desk: which link it speaks of and in which half minute, under the server's key."""

from __future__ import annotations

import base64
import binascii
import hmac
from datetime import datetime
from typing import Final
from uuid import UUID

PREFIX: Final = "TCS1:"
TURNS_EVERY_S: Final = 30
"""A code that is older than the half minutes beside now shows nobody: a picture of a screen is no presence. Ours."""
_ID_BYTES, _MAC_BYTES = 16, 14


def code_of(link: UUID, *, secret: bytes, at: datetime) -> str:
    """Return the code of this half minute (real time) for a link's bearer to show."""
    body = link.bytes + _mac(link, _window(at), secret)
    return PREFIX + base64.b32encode(body).decode().rstrip("=")


def is_code(text: str) -> bool:
    """Tell whether somebody showed a book's code, good or not."""
    return text.strip().upper().startswith(PREFIX)


def letters_of(text: str) -> str:
    """Return a code's letters as they are compared, whatever a reader made of their case."""
    return text.strip().upper().removeprefix(PREFIX)


def link_in(text: str, *, secret: bytes, at: datetime) -> UUID | None:
    """Return the link that a code speaks of; None for one that is not ours or not of now. Clocks may differ by half a minute."""
    letters = letters_of(text)
    try:
        body = base64.b32decode(letters + "=" * (-len(letters) % 8))
    except (binascii.Error, ValueError):
        return None
    if len(body) != _ID_BYTES + _MAC_BYTES:
        return None
    link, told, now = UUID(bytes=body[:_ID_BYTES]), body[_ID_BYTES:], _window(at)
    # Every window is tried, so that the time taken says nothing.
    holds = [hmac.compare_digest(told, _mac(link, window, secret)) for window in (now - 1, now, now + 1)]
    return link if any(holds) else None


def _window(at: datetime) -> int:
    return int(at.timestamp()) // TURNS_EVERY_S


def _mac(link: UUID, window: int, secret: bytes) -> bytes:
    return hmac.digest(secret, b"tc/presence/1" + link.bytes + window.to_bytes(8, "big"), "sha256")[:_MAC_BYTES]
