"""What is inside a certificate: the payload of the EU Digital COVID Certificate, version 1.3, and our domestic pass.

The pass has the same words under a claim of its own, so that no reader of the one takes the other for it.
"""

from __future__ import annotations

import os
import re
import zlib
from datetime import date, datetime
from itertools import product
from typing import Annotated, Any

import msgspec

from tiemchung.domain.certificates.engine import base45, cbor, latin
from tiemchung.domain.certificates.engine.cbor import CborError
from tiemchung.domain.certificates.values import Kind, Signable

PREFIXES = {Kind.CERTIFICATE: "HC1:", Kind.PASS: "TC1:"}
CLAIMS = {Kind.CERTIFICATE: -260, Kind.PASS: -70260}
"""Where the words stand among the claims: the EU's place, and one from the range left for private use (RFC 8392, 9.1)."""
ISSUER, EXPIRES, ISSUED = 1, 4, 6
_WORDS = 1
VERSION = "1.3.0"
COUNTRY = "VN"
DISEASE = "840539006"
"""COVID-19 in SNOMED CT (value set `disease-agent-targeted`)."""
AUTHORITY = "Tiêm Chủng"
"""The issuer's name on the certificate where no setting puts another, such as a ministry's, in its place."""
LIVE_PREFIX = "TL1:"
_TURNING = re.compile(rf"{LIVE_PREFIX}[A-Z2-7]{{8}}:")

MOST_LETTERS = 12_000
MOST_BYTES = 32_000
"""Ours: a QR code holds 4,296 letters; a bomb is stopped at this size, whatever it would have grown to."""
_SMALLEST, _WINDOW, _MEMORY = 9, 11, 4
"""Deflate over 2 KB, more than any certificate of ours has: a fifth of the time of the usual 32 KB, the same size."""
_OPAQUE_BYTES = 15
_CHECK_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/:"

_BASE32 = ["".join(pair) for pair in product("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", repeat=2)]
_SHIFTS = range(8 * _OPAQUE_BYTES - 10, -1, -10)
"""Two letters of base32 (RFC 4648) stand for ten bits."""
_ONCE = bytes(max(0, _CHECK_LETTERS.find(chr(code))) for code in range(256))
_DOUBLED = bytes(sum(divmod(2 * value, len(_CHECK_LETTERS))) for value in _ONCE)
"""What each letter adds to the check letter's sum, at every other place the digits of its double."""

Text80 = Annotated[str, msgspec.Meta(max_length=80)]
Latin = Annotated[str, msgspec.Meta(max_length=80, pattern=r"^[A-Z<]*\Z")]
Day = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}")]
Positive = Annotated[int, msgspec.Meta(ge=1)]
Code = Annotated[str, msgspec.Meta(min_length=1, max_length=80)]


class Name(msgspec.Struct, frozen=True, kw_only=True):
    """A name in its own letters and in a passport's."""

    fnt: Latin
    fn: Text80 | None = None
    gn: Text80 | None = None
    gnt: Latin | None = None


class Vaccination(msgspec.Struct, frozen=True, kw_only=True):
    """One dose."""

    tg: Code
    vp: Code
    mp: Code
    ma: Code
    dn: Positive
    sd: Positive
    dt: Day
    co: Code
    iss: Text80 = msgspec.field(name="is")
    ci: Text80


class Other(msgspec.Struct, frozen=True, kw_only=True):
    """A test or a recovery: we issue none and say only what it is."""

    tg: Code
    co: Code
    ci: Text80


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """The words of a certificate. Exactly one of the three lists is there, with one entry."""

    ver: Annotated[str, msgspec.Meta(pattern=r"^[0-9]+\.[0-9]+\.[0-9]+\Z")]
    nam: Name
    dob: Annotated[str, msgspec.Meta(pattern=r"^((19|20)[0-9]{2}(-[0-9]{2}){0,2})?")]
    v: Annotated[list[Vaccination], msgspec.Meta(min_length=1, max_length=1)] | None = None
    t: Annotated[list[Other], msgspec.Meta(min_length=1, max_length=1)] | None = None
    r: Annotated[list[Other], msgspec.Meta(min_length=1, max_length=1)] | None = None


def read_words(claims: dict[Any, Any], kind: Kind) -> Words:
    """Return the words among the claims; raises `CborError` if they are not what the schema asks for."""
    held = claims.get(CLAIMS[kind])
    try:
        words = msgspec.convert(held[_WORDS], Words) if isinstance(held, dict) and _WORDS in held else None
    except (msgspec.ValidationError, ValueError) as error:
        raise CborError("words that are not of the schema") from error
    if words is None or sum(part is not None for part in (words.v, words.t, words.r)) != 1:
        raise CborError("words that are not of the schema")
    return words


def instant(claims: dict[Any, Any], claim: int) -> float | None:
    """Return an instant among the claims, in seconds of the epoch."""
    found = claims.get(claim)
    return found if isinstance(found, int | float) and not isinstance(found, bool) else None


def bare(shown: str) -> str:
    """Return what was shown without the code that turns in front of it, which only a checkpoint with a network reads."""
    text = shown.strip()
    return text[found.end() :] if (found := _TURNING.match(text)) else text


def words_of(signable: Signable, *, identifier: str, issuer: str = AUTHORITY) -> dict[str, Any]:
    """Return the words of a certificate of ours, in the order of the schema."""
    family, given = latin.parts(signable.name)
    names = {"fn": family, "fnt": latin.transliterated(family)}
    if given:
        names |= {"gn": given, "gnt": latin.transliterated(given)}
    dose = {
        "tg": DISEASE,
        "vp": signable.prophylaxis,
        "mp": signable.product,
        "ma": signable.holder,
        "dn": signable.dose_number,
        "sd": signable.series_doses,
        "dt": signable.given_on.isoformat(),
        "co": COUNTRY,
        "is": issuer,
        "ci": identifier,
    }
    return {"ver": VERSION, "nam": names, "dob": signable.born, "v": [dose]}


def claims_of(kind: Kind, words: dict[str, Any], *, issued_at: datetime, expires_at: datetime) -> bytes:
    """Return the bytes that are signed."""
    return cbor.encode(
        {
            ISSUER: COUNTRY,
            EXPIRES: int(expires_at.timestamp()),
            ISSUED: int(issued_at.timestamp()),
            CLAIMS[kind]: {_WORDS: words},
        }
    )


def new_identifier() -> str:
    """Return a new certificate's name (UVCI, third form): opaque letters that tell nothing, and a check letter."""
    noise = int.from_bytes(os.urandom(_OPAQUE_BYTES), "big")
    opaque = "".join([_BASE32[noise >> shift & 0x3FF] for shift in _SHIFTS])
    name = f"URN:UVCI:01:{COUNTRY}:{opaque}"
    return f"{name}#{check_letter(name)}"


def check_letter(name: str) -> str:
    """Return the letter after the # of a certificate's name: Luhn's sum over the letters that such a name may have."""
    backwards = name.encode("ascii")[::-1]
    total = sum(backwards[::2].translate(_DOUBLED)) + sum(backwards[1::2].translate(_ONCE))
    return _CHECK_LETTERS[-total % len(_CHECK_LETTERS)]


def pack(message: bytes) -> bytes:
    """Return a signed message as it is stored: deflated."""
    squeezer = zlib.compressobj(_SMALLEST, zlib.DEFLATED, _WINDOW, _MEMORY)
    return squeezer.compress(message) + squeezer.flush()


def text_of(kind: Kind, packed: bytes) -> str:
    """Return the text of a stored message, which stands in the QR code."""
    return PREFIXES[kind] + base45.encode(packed)


def unpack(packed: bytes) -> bytes:
    """Return the message that was deflated; raises `CborError` for what is no deflated message or too large a one."""
    reader = zlib.decompressobj()
    try:
        message = reader.decompress(packed, MOST_BYTES)
    except zlib.error as error:
        raise CborError("not deflated") from error
    if not reader.eof or reader.unused_data:
        raise CborError("too large, or cut off")
    return message


def as_day(text: str) -> date:
    """Return the day that begins this text; raises ValueError if there is no such day."""
    return date.fromisoformat(text[:10])
