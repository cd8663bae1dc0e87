"""A tablet as the center meets it: two keys, a code, and requests."""

from __future__ import annotations

import hashlib
import json
import zlib
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from joserfc import jws
from joserfc.jwk import ECKey

from tiemchung.domain.access import actions
from tiemchung.kernel import sealed, wire
from tiemchung.kernel.actor import SYSTEM
from tiemchung.kernel.ids import uuid7

SITE, OTHER_SITE = "79-0012", "79-0099"
EXPIRES_AT = datetime.now(tz=UTC) + timedelta(days=30)
JSON = "application/json"


class Tablet:
    """A tablet: `vouched` for it is enrolled at once by its code, else it waits for the lead."""

    def __init__(
        self, *, vouched: bool = True, site: str = SITE, code: str | None = None, kinds: list[str] | None = None
    ) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.agreement = ec.generate_private_key(ec.SECP256R1())
        self.client = Client()
        self.point = wire.dump_public_key(self.key.public_key())
        self.code = code or f"code-{uuid7()}"
        if code is None:
            row = {
                "code": self.code,
                "site": site,
                "name": "Máy 03",
                "expires_at": EXPIRES_AT.isoformat(),
                "kinds": kinds,
                "public_key_sha256": hashlib.sha256(self.point).hexdigest() if vouched else None,
            }
            actions.load_enrollments([row], actor=SYSTEM)

    @property
    def device(self) -> UUID:
        """Return the id that the center gave."""
        return UUID(self.told["device"])

    @property
    def point_of_server(self) -> bytes:
        """Return the key under which the center said that it signs."""
        return wire.from_base64url(self.told["server_key"])

    def asked(self, **other: Any) -> dict[str, Any]:
        """Return what the tablet asks with to be enrolled."""
        point = wire.dump_public_key(self.agreement.public_key())
        return {
            "code": self.code,
            "public_key": wire.to_base64url(self.point),
            "name": "Máy 03",
            "agreement_key": wire.to_base64url(point),
            "agreement_proof": wire.to_base64url(wire.sign(self.key, sealed.agreement_message(point))),
            **other,
        }

    def enroll(self) -> dict[str, Any]:
        """Spend the code; return what was told."""
        answer = self.client.post("/api/devices/enrollments", self.asked(), content_type=JSON)
        assert answer.status_code == 201, answer.content
        told: dict[str, Any] = answer.json()
        self.told = told
        return told

    def standing(self) -> dict[str, Any]:
        """Ask where the enrollment stands."""
        told: dict[str, Any] = self.client.get(f"/api/devices/enrollments/{self.told['device']}").json()
        return told

    def authorization(self, method: str, path: str, *, nonce: str | None = None) -> str:
        """Return the header of one signed request."""
        nonce = nonce or self.nonce()
        signature = wire.sign_request(self.key, method=method, path=path, nonce=nonce)
        return wire.encode_authorization(self.device, nonce=nonce, signature=signature)

    def nonce(self) -> str:
        """Ask for a nonce."""
        return str(self.client.get("/api/devices/nonce").json()["nonce"])

    def get(self, path: str) -> Any:
        """Ask for something by a signed request."""
        return self.client.get(path, headers={"Authorization": self.authorization("GET", path)})

    def post(self, path: str, body: object, *, nonce: str | None = None) -> Any:
        """Send something by a signed request."""
        return self.client.post(
            path, body, content_type=JSON, headers={"Authorization": self.authorization("POST", path, nonce=nonce)}
        )

    def believed(self, token: str) -> dict[str, Any]:
        """Return what a JWS says that the server's key signed, inflated if it is deflated."""
        point = self.point_of_server
        key = ECKey.import_key(
            {"kty": "EC", "crv": "P-256", "x": wire.to_base64url(point[1:33]), "y": wire.to_base64url(point[33:])}
        )
        told = jws.deserialize_compact(token, key, registry=jws.JWSRegistry(strict_check_header=False))
        payload = told.payload
        if told.headers().get("zip") == "DEF":
            payload = zlib.decompress(payload, wbits=-zlib.MAX_WBITS)
        content: dict[str, Any] = json.loads(payload)
        return content

    def bundle(self) -> dict[str, Any]:
        """Take the site's bundle along."""
        return self.believed(self.get("/api/devices/bundle").content.decode())
