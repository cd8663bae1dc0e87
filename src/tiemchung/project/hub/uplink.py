"""What a hub asks the center: to be enrolled, the roster of its site, and to take a batch. It believes what the pinned key signed."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from tiemchung.kernel import relay, wire
from tiemchung.project.hub.store import Rostered

API = "/api/devices"
TIMEOUT_S = 15
MOST_BYTES = 16 * 1024 * 1024
"""More than any answer has; what is longer is none of the center's."""
RELAYED, JSON = "application/vnd.tiemchung.relay", "application/json"
_ANY_HEADER = jws.JWSRegistry(strict_check_header=False)


class NoAnswer(Exception):  # noqa: N818 - it tells what the matter is
    """Nobody answered, or nobody who is the center."""


class NotTaken(Exception):  # noqa: N818 - it tells what the matter is
    """The center refused what was asked; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back: a status and a body."""

    status: int
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        """Return the body as a JSON object; raise `NoAnswer` if it is none, for then somebody else answered."""
        try:
            told = msgspec.json.decode(self.body)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise NoAnswer("no JSON") from error
        if not isinstance(told, dict):
            raise NoAnswer("no object")
        return told


Ask = Callable[[str, str, bytes | None, Mapping[str, str]], Answer]
"""How something is asked: method, path, body and headers."""


def asking(origin: str) -> Ask:
    """Return how the center of this origin is asked over the network."""

    def ask(method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        request = urllib.request.Request(origin + path, data=body, method=method, headers=dict(headers))  # noqa: S310 - the origin is https or loopback, checked before it is kept
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310 - same
                return Answer(status=answer.status, body=answer.read(MOST_BYTES))
        except urllib.error.HTTPError as error:
            return Answer(status=error.code, body=error.read(MOST_BYTES))
        except (OSError, http.client.HTTPException) as error:
            raise NoAnswer(str(error)) from error

    return ask


class Uplink:
    """The center as an enrolled hub asks it."""

    def __init__(self, ask: Ask, *, hub: UUID, key: ec.EllipticCurvePrivateKey, server_key: bytes) -> None:
        self._ask, self._hub, self._key, self._server_key = ask, hub, key, server_key

    def roster(self) -> list[Rostered]:
        """Return the tablets of the site; raises `NotTaken` when the center knows no such hub."""
        path = f"{API}/roster"
        nonce = str(self._told(self._ask("GET", f"{API}/nonce", None, {})).get("nonce", ""))
        signature = wire.sign_request(self._key, method="GET", path=path, nonce=nonce)
        proof = wire.encode_authorization(self._hub, nonce=nonce, signature=signature)
        answer = self._ask("GET", path, None, {"Authorization": proof})
        if answer.status != HTTPStatus.OK:
            self._told(answer)
        told = believed(answer.body.decode("ascii", "replace"), server_key=self._server_key, typ="tc-roster+jws")
        if told is None or told.get("hub") != str(self._hub):
            raise NoAnswer("a roster that is not ours")
        return [
            Rostered(
                device=UUID(one["device"]),
                public_key=wire.from_base64url(one["public_key"]),
                is_cut_off=one.get("cut_off", False) is True,
            )
            for one in told["devices"]
        ]

    def bring(self, batch: bytes, *, device: UUID, first: int, count: int, head: bytes, taken_at: datetime) -> str:
        """Bring a batch and return the center's receipt for exactly it; raises `NotTaken` with the code of a refusal."""
        envelope = relay.put_in_envelope(batch, hub=self._hub, taken_at=taken_at, private_key=self._key)
        told = self._told(self._ask("POST", f"{API}/relays", envelope, {"Content-Type": RELAYED}))
        receipt = str(told.get("receipt", ""))
        said = believed(receipt, server_key=self._server_key, typ="tc-receipt+jws")
        meant = {"device": str(device), "first": first, "count": count, "head": wire.to_base64url(head)}
        if said is None or any(said.get(name) != value for name, value in meant.items()):
            raise NoAnswer("a receipt that is not for this batch")
        return receipt

    def _told(self, answer: Answer) -> dict[str, Any]:
        if answer.status in {HTTPStatus.OK, HTTPStatus.CREATED}:
            return answer.json
        if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR or answer.status == HTTPStatus.TOO_MANY_REQUESTS:
            raise NoAnswer(str(answer.status))
        code = answer.json.get("code")
        if not isinstance(code, str):
            raise NoAnswer("a refusal without a code")
        raise NotTaken(code)


def believed(compact: str, *, server_key: bytes, typ: str) -> dict[str, Any] | None:
    """Return what a JWS of this type says under this key; None for anything else."""
    x, y = (wire.to_base64url(half) for half in (server_key[1:33], server_key[33:]))
    try:
        key = ECKey.import_key({"kty": "EC", "crv": "P-256", "x": x, "y": y})
        told = jws.deserialize_compact(compact, key, algorithms=["ES256"], registry=_ANY_HEADER)
        content = msgspec.json.decode(told.payload)
    except (JoseError, ValueError, msgspec.DecodeError):
        return None
    return content if isinstance(content, dict) and told.headers().get("typ") == typ else None
