"""What a tablet reads out of the signed bundle of its site: who is called today, found again by the card they show."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import zlib
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from tiemchung.kernel import wire
from tiemchung_world import uplink

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tiemchung_world.center import Center
    from tiemchung_world.tablet import Tablet

PATH = "/api/devices/bundle"
_TOKEN_BYTES = 16


class BundleError(Exception):
    """The bundle does not come, or is not signed by the server that enrolled the tablet."""


class Called(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody with a place in a session of the day who has not come yet, with a token of each number.

    The reference stands in the message or the letter that called them.
    """

    appointment: str
    session: str
    person: str
    starts_at: datetime
    reference: str
    tokens: list[str]


def pull(center: Center, tablet: Tablet, *, server_key: bytes) -> dict[str, Any]:
    """Return the bundle of a tablet's site, its signature checked; raise BundleError otherwise."""
    answer = uplink.signed_request(center, "GET", PATH, device=tablet.device, key=tablet.key)
    if answer.status != http.client.OK:
        raise BundleError(f"{answer.status} {answer.body[:300]!r}")
    return opened(answer.body, server_key=server_key)


def opened(compact: bytes, *, server_key: bytes) -> dict[str, Any]:
    """Return what a bundle says (a compact JWS, ES256) once its signature holds under the server's key."""
    signed, _, signature = compact.rpartition(b".")
    if not wire.verify(wire.load_public_key(server_key), signed, wire.from_base64url(signature.decode())):
        raise BundleError("the signature is not the server's")
    header, payload = (wire.from_base64url(part.decode()) for part in signed.split(b"."))
    if msgspec.json.decode(header).get("zip") == "DEF":
        payload = zlib.decompress(payload, wbits=-zlib.MAX_WBITS)
    told: dict[str, Any] = msgspec.json.decode(payload)
    return told


def called(told: dict[str, Any]) -> list[Called]:
    """Return who is called to the site on the bundle's day and has not come yet."""
    waiting = [one for one in told["list"]["persons"] if one["visit"] is None]
    return msgspec.convert(waiting, list[Called])


def holders(told: dict[str, Any], numbers: dict[str, int]) -> Iterator[tuple[Called, int | None]]:
    """Yield everybody who is called with whoever shows the card that fits, None where no card does.

    `numbers` are those on the cards of people who may come, by number.
    """
    key = wire.from_base64url(told["list"]["token_key"])
    by_token = {
        wire.to_base64url(hmac.digest(key, number.encode(), hashlib.sha256)[:_TOKEN_BYTES]): who
        for number, who in numbers.items()
    }
    for one in called(told):
        yield one, next((by_token[token] for token in one.tokens if token in by_token), None)
