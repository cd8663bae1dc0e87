"""Passkeys of simulated staff: WebAuthn assertions (Level 2, 6.3.3) built by hand, as an authenticator would."""

from __future__ import annotations

import hashlib
import json
import struct
from dataclasses import dataclass, field

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from tiemchung.kernel import wire
from tiemchung_world import mint

RP_ID = "localhost"
USER_PRESENT = 0x01
USER_VERIFIED = 0x04


@dataclass(frozen=True, kw_only=True)
class Assertion:
    """What an authenticator hands back, every field base64url: the `proof` of an `attested` entry."""

    credential: str
    authenticator_data: str
    client_data: str
    signature: str

    def as_proof(self) -> dict[str, str]:
        """Return the assertion as the entry carries it."""
        return dict(vars(self))


@dataclass(kw_only=True)
class Passkey:
    """One staff member's key, held by the world, with the counter an authenticator keeps."""

    credential: bytes
    key: ec.EllipticCurvePrivateKey = field(repr=False)
    uses: int = 0

    @classmethod
    def of(cls, *seed: object) -> Passkey:
        """Derive the passkey of a staff member from the seed of the run."""
        credential = hashlib.sha256("/".join(map(str, ("credential", *seed))).encode()).digest()[:16]
        return cls(credential=credential, key=mint.private_key("passkey", *seed))

    def public_key(self) -> bytes:
        """Return the public key as a COSE_Key: EC2, ES256, P-256 (RFC 9053)."""
        point = wire.dump_public_key(self.key.public_key())
        return b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20" + point[1:33] + b"\x22\x58\x20" + point[33:]

    def answer(self, challenge: bytes, *, origin: str) -> Assertion:
        """Sign a challenge as `navigator.credentials.get` would on a page of this origin."""
        self.uses += 1
        client = {
            "type": "webauthn.get",
            "challenge": wire.to_base64url(challenge),
            "origin": origin,
            "crossOrigin": False,
        }
        client_data = json.dumps(client, separators=(",", ":")).encode()
        flags = USER_PRESENT | USER_VERIFIED
        authenticator_data = hashlib.sha256(RP_ID.encode()).digest() + struct.pack(">BI", flags, self.uses)
        signed = authenticator_data + hashlib.sha256(client_data).digest()
        return Assertion(
            credential=wire.to_base64url(self.credential),
            authenticator_data=wire.to_base64url(authenticator_data),
            client_data=wire.to_base64url(client_data),
            signature=wire.to_base64url(self.key.sign(signed, ec.ECDSA(hashes.SHA256()))),
        )
