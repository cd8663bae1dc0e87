"""Who a hub is: a key that is made here and stays here, and the center's signed statement of what was enrolled."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tiemchung.kernel import wire
from tiemchung.plumbing.postgres.server import write_secret
from tiemchung.project.ground import PlatformError
from tiemchung.project.hub.uplink import API, JSON, Ask, NoAnswer, believed

KEY, STATEMENT = "hub.pem", "hub.json"
"""The files that no hub is itself without; a copy of the first is another hub under this one's name."""
_ENROLL = "/station/app/#enroll="
_OVER = frozenset({"expired", "revoked"})


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """What the center's statement says of this hub, and under which key it was said.

    `center` is where the center is asked, `origin` whose pages may ask here.
    """

    device: UUID
    site: str
    center: str
    origin: str
    address: str
    server_key: str


def key_of(folder: Path) -> ec.EllipticCurvePrivateKey:
    """Return the key of the hub in this folder, made at the first call."""
    path = folder / KEY
    if not path.exists():
        made = ec.generate_private_key(ec.SECP256R1())
        pem = made.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        write_secret(path, pem.decode())
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise PlatformError(f"{path} holds no key of a hub.")
    return key


def known(folder: Path) -> Identity | None:
    """Return who the hub of this folder is, once it was enrolled."""
    path = folder / STATEMENT
    return msgspec.json.decode(path.read_bytes(), type=Identity) if path.exists() else None


def origin_in(told: str) -> str:
    """Return the center's origin in what the lead's page shows; raises for what is none, or would be asked in clear."""
    parts = urlsplit(told)
    is_near = parts.scheme == "http" and parts.hostname in {"localhost", "127.0.0.1"}
    if _ENROLL not in told or not (parts.scheme == "https" or is_near):
        raise PlatformError("--enroll takes what the lead's page shows: https://.../station/app/#enroll=...")
    return f"{parts.scheme}://{parts.netloc}"


def enroll(folder: Path, ask: Ask, *, told: str, address: str, say: Callable[[str], None]) -> Identity:
    """Spend the lead's code, show six digits, wait for the lead, and keep what the center then states.

    Killed on the way and started again with the same code, it goes on where it was: the key lies on the disk before anybody is asked.
    """
    code, _, pin = told.partition(_ENROLL)[2].partition(".")
    key = key_of(folder)
    asked = {
        "code": code,
        "public_key": wire.to_base64url(wire.dump_public_key(key.public_key())),
        "address": address,
    }
    answer = ask("POST", f"{API}/enrollments", msgspec.json.encode(asked), {"Content-Type": JSON})
    if answer.status not in {HTTPStatus.OK, HTTPStatus.CREATED}:
        raise PlatformError(
            f"The center did not take the code ({answer.json.get('code')}). Ask the lead for a new one."
        )
    heard = _heard(answer.json, pin)
    say(f"Six digits for the lead: {heard['fingerprint']}")
    while heard["statement"] is None:
        if heard["status"] in _OVER:
            raise PlatformError(f"The enrollment is over ({heard['status']}). Ask the lead for a new code.")
        time.sleep(heard["poll_after_s"])
        try:
            standing = ask("GET", f"{API}/enrollments/{heard['device']}", None, {})
            heard = _heard(standing.json, pin) if standing.status == HTTPStatus.OK else heard
        except NoAnswer:
            continue
    return _keep(folder, heard, point=asked["public_key"], center=origin_in(told), address=address)


def _heard(told: dict[str, Any], pin: str) -> dict[str, Any]:
    """Return what the center told, if it is the one that the lead's code names."""
    try:
        point = wire.from_base64url(str(told.get("server_key", "")))
    except wire.WireError:
        point = b""
    if wire.to_base64url(hashlib.sha256(point).digest()) != pin:
        raise PlatformError("Another server answers than the one that the lead's code names.")
    return told


def _keep(folder: Path, heard: dict[str, Any], *, point: str, center: str, address: str) -> Identity:
    said = believed(heard["statement"], server_key=wire.from_base64url(heard["server_key"]), typ="tc-enrollment+jws")
    if said is None or (said["public_key"], said["address"]) != (point, address):
        raise PlatformError("The center's statement is not about this hub.")
    identity = Identity(
        device=UUID(said["device"]),
        site=said["site"],
        center=center,
        origin=said["origin"],
        address=address,
        server_key=heard["server_key"],
    )
    write_secret(folder / STATEMENT, msgspec.json.encode(identity).decode())
    return identity
