"""The bytes of a declaration and of codes that turn. Keys are handed in; the time is an argument."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, date, datetime, timedelta
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec

from tiemchung.domain.certificates.engine import base45, cose, payload
from tiemchung.domain.certificates.engine.cbor import CborError
from tiemchung.domain.movement.values import Declared, Live
from tiemchung.domain.places.values import Era
from tiemchung.kernel.names import display_name

PREFIX = "TD1:"
LIVE_PREFIX = payload.LIVE_PREFIX
CLAIM = -70261
"""From the range left for private use (RFC 8392, 9.1), beside the domestic pass's."""
TURNS_EVERY_S = 30
_CODE_BYTES = 5
_CODE_LETTERS = 8
_MOST_INITIALS = 8


def initials(name: str) -> str:
    """Return the first letters of a name's words, as they stand on a card: Nguyễn Thị Đào is N.T.Đ."""
    words = [word for word in display_name(name).upper().split() if word[0].isalpha()]
    return ".".join(word[0] for word in words[:_MOST_INITIALS])


def sign(declared: Declared, *, kid: bytes, key: ec.EllipticCurvePrivateKey, issued_at: datetime) -> str:
    """Return the text of a declaration's code."""
    ends_at = datetime(declared.day.year, declared.day.month, declared.day.day, tzinfo=UTC) + timedelta(days=1)
    said = {
        "n": declared.identifier,
        "i": declared.initials,
        "y": declared.born_year,
        "f": declared.origin,
        "t": declared.destination,
        "d": declared.day.isoformat(),
    }
    if declared.origin_era is not Era.Y2021:
        said["fe"] = declared.origin_era.value
    if declared.destination_era is not Era.Y2021:
        said["te"] = declared.destination_era.value
    claims = {payload.EXPIRES: int(ends_at.timestamp()), payload.ISSUED: int(issued_at.timestamp()), CLAIM: said}
    message = cose.sign(cbor2.dumps(claims), protected=cose.protected_header(kid), key=key)
    return PREFIX + base45.encode(payload.pack(message))


def read(text: str, *, kid: bytes, key: ec.EllipticCurvePublicKey) -> Declared | None:
    """Return what a declaration's code says if this key signed it; None for anything else."""
    if not text.startswith(PREFIX) or len(text) > payload.MOST_LETTERS:
        return None
    try:
        message = cose.take_apart(payload.unpack(base45.decode(text.removeprefix(PREFIX))))
        genuine = message.algorithm == cose.ES256 and message.kid == kid and cose.is_signed_by(message, key)
        return _declared(cose.claims(message)[CLAIM]) if genuine else None
    except (CborError, base45.Base45Error, KeyError, TypeError, ValueError):
        return None


def _declared(said: dict[str, Any]) -> Declared:
    return Declared(
        identifier=str(said["n"]),
        initials=str(said["i"]),
        born_year=int(said["y"]),
        origin=str(said["f"]),
        destination=str(said["t"]),
        day=date.fromisoformat(said["d"]),
        origin_era=Era(said.get("fe", Era.Y2021)),
        destination_era=Era(said.get("te", Era.Y2021)),
    )


def wrap(text: str, *, secret: bytes, at: datetime) -> str:
    """Return a text with the code that belongs to this half minute in front."""
    return f"{LIVE_PREFIX}{_code(text, secret, _window(at))}:{text}"


def unwrap(shown: str, *, secret: bytes, at: datetime) -> tuple[str, Live]:
    """Return the text inside and how its code stands. The half minutes before and after hold too: clocks differ."""
    if not shown.startswith(LIVE_PREFIX):
        return shown, Live.NONE
    told, _, text = shown.removeprefix(LIVE_PREFIX).partition(":")
    now = _window(at)
    genuine = any(
        hmac.compare_digest(told.encode(), _code(text, secret, window).encode()) for window in (now - 1, now, now + 1)
    )
    return text, Live.LIVE if genuine else Live.OLD


def _window(at: datetime) -> int:
    return int(at.timestamp()) // TURNS_EVERY_S


def _code(text: str, secret: bytes, window: int) -> str:
    about = hashlib.sha256(text.encode()).digest()
    turned = hmac.digest(secret, b"tc/live/1" + about + window.to_bytes(8, "big"), "sha256")
    return base64.b32encode(turned[:_CODE_BYTES]).decode()[:_CODE_LETTERS]


def token(identifier: str, *, secret: bytes) -> str:
    """Return the token of a bearer under a day's key: the same within the day, nothing to anybody after the key's end."""
    return base64.urlsafe_b64encode(hmac.digest(secret, identifier.encode(), "sha256")[:16]).decode().rstrip("=")
