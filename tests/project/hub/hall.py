"""A hall for a hub's tests: tablets that sign and seal as the app does, and a center that keeps their chains in memory."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc import jws
from joserfc.jwk import ECKey

from tiemchung.kernel import notes, relay, sealed, wire
from tiemchung.kernel.ids import uuid7
from tiemchung.project.hub.uplink import Answer, NoAnswer

ADDRESS = "https://hoi-truong.hub.example.vn:8443"
ORIGIN = "https://tiemchung.example.vn"
SITE = "79-0012"
OF_THE_DAY = bytes(range(32))
"""The key that the hall's tablets have and no hub."""


class Tablet:
    """A tablet with its chain; every line it wrote stays at hand."""

    def __init__(self, to: ec.EllipticCurvePublicKey) -> None:
        self.device, self.key, self.to = uuid7(), ec.generate_private_key(ec.SECP256R1()), to
        self.lines: list[bytes] = []

    @property
    def point(self) -> bytes:
        """Return the public key."""
        return wire.dump_public_key(self.key.public_key())

    def write(self, *words: str) -> None:
        """Append entries."""
        for word in words:
            self.lines.append(json.dumps({"id": str(uuid7()), "seq": len(self.lines) + 1, "said": word}).encode())

    def header(self, first: int, last: int) -> wire.Header:
        """Sign a stretch of the chain."""
        previous = wire.chain(wire.genesis(self.device), 1, self.lines[: first - 1])
        return wire.sign_batch(
            self.lines[first - 1 : last], device=self.device, first=first, previous=previous, private_key=self.key
        )

    def batch(self, first: int, last: int) -> bytes:
        """Return a stretch in the third dress; each time sealed and signed anew, as a tablet that forgot would."""
        told = [
            wire.to_base64url(sealed.seal_entry(self.to, line, device=self.device, seq=seq)).encode()
            for seq, line in enumerate(self.lines[first - 1 : last], first)
        ]
        return wire.frame(self.header(first, last), told)

    def notes(self, first: int, *, after: str, hub: UUID) -> bytes:
        """Return notes of the chain from a place on, and the question for those behind another, as they go to a hub."""
        lines = b"".join(
            b"%d.%s\n" % (seq, wire.to_base64url(self.note(seq)).encode()) for seq in range(first, len(self.lines) + 1)
        )
        count, digest = lines.count(b"\n"), hashlib.sha256(lines).digest()
        signed = notes.message(hub, self.device, after=after, count=count, digest=digest)
        signature = wire.to_base64url(wire.sign(self.key, signed))
        header = {"device": str(self.device), "after": after, "count": count, "signature": signature}
        return json.dumps(header).encode() + b"\n" + lines

    def note(self, seq: int) -> bytes:
        """Return an entry as only the hall's tablets read it."""
        place = self.device.bytes + seq.to_bytes(4, "big")
        iv = hashlib.sha256(place).digest()[:12]
        return iv + AESGCM(OF_THE_DAY).encrypt(iv, self.lines[seq - 1], place)


class Center:
    """A center that enrolls one hub at once and keeps each tablet's chain. `away` is a cut uplink."""

    def __init__(self) -> None:
        self.signing, self.sealing = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        self.hub, self.hub_key, self.address = uuid7(), b"", ""
        self.tablets: dict[UUID, Tablet] = {}
        self.record: dict[UUID, list[bytes]] = {}
        self.came: list[bytes] = []
        self.away = self.cut_off = False
        self.lose_answers = 0
        self.forged: ec.EllipticCurvePrivateKey | None = None
        self.revoked: set[UUID] = set()

    def tablet(self) -> Tablet:
        """Let a tablet in."""
        made = Tablet(self.sealing.public_key())
        self.tablets[made.device] = made
        return made

    @property
    def server_key(self) -> bytes:
        """Return the raw point of the key that signs."""
        return wire.dump_public_key(self.signing.public_key())

    @property
    def code(self) -> str:
        """Return the code with the pin, as the lead's page shows it."""
        return f"code.{wire.to_base64url(hashlib.sha256(self.server_key).digest())}"

    def jws(self, content: Mapping[str, Any], typ: str) -> str:
        """Sign something; by a forger's key if there is one."""
        pem = (self.forged or self.signing).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        header = {"alg": "ES256", "typ": typ}
        return jws.serialize_compact(header, json.dumps(content).encode(), ECKey.import_key(pem))

    def ask(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        """Answer as the center would."""
        if self.away:
            raise NoAnswer("no way there")
        status, told = self._answer(method, path, body or b"", headers)
        if self.lose_answers > 0 and path.endswith("/relays"):
            self.lose_answers -= 1
            raise NoAnswer("the answer was lost")
        return Answer(status=status, body=told.encode() if isinstance(told, str) else json.dumps(told).encode())

    def _answer(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, Any]:
        match (method, path.removeprefix("/api/devices/").partition("/")[0]):
            case ("POST", "enrollments"):
                asked = json.loads(body)
                self.hub_key, self.address = wire.from_base64url(asked["public_key"]), asked["address"]
                return 201, self._enrollment()
            case ("GET", "enrollments"):
                return 200, self._enrollment()
            case ("GET", "nonce"):
                return 200, {"nonce": "bm9uY2U", "seconds": 120}
            case ("GET", "roster"):
                return self._roster(headers)
            case ("POST", "relays"):
                return self._take(relay.parse_envelope(body))
        return 404, {"code": "not-found"}

    def _enrollment(self) -> dict[str, Any]:
        told = {
            "device": str(self.hub),
            "status": "enrolled",
            "fingerprint": wire.fingerprint(self.hub_key),
            "site": SITE,
            "server_key": wire.to_base64url(self.server_key),
            "poll_after_s": 0,
        }
        said = {**told, "public_key": wire.to_base64url(self.hub_key), "address": self.address, "origin": ORIGIN}
        return {**told, "statement": self.jws(said, "tc-enrollment+jws")}

    def _roster(self, headers: Mapping[str, str]) -> tuple[int, Any]:
        device, nonce, signature = wire.parse_authorization(headers["Authorization"])
        key = wire.load_public_key(self.hub_key)
        is_signed = wire.verify_request(key, signature, method="GET", path="/api/devices/roster", nonce=nonce)
        if self.cut_off or device != self.hub or not is_signed:
            return 401, {"code": "request-not-signed"}
        tablets = [
            {
                "device": str(one.device),
                "public_key": wire.to_base64url(one.point),
                "cut_off": one.device in self.revoked,
            }
            for one in self.tablets.values()
        ]
        return 200, self.jws({"hub": str(self.hub), "site": SITE, "devices": tablets}, "tc-roster+jws")

    def _take(self, envelope: relay.Envelope) -> tuple[int, Any]:
        if self.cut_off or not relay.verify_envelope(wire.load_public_key(self.hub_key), envelope):
            return 401, {"code": "relay-refused"}
        self.came.append(envelope.batch)
        status, told = self.receive(envelope.batch)
        return (status, told) if status != 200 else (200, {"receipt": self.jws(told, "tc-receipt+jws")})

    def receive(self, batch: bytes) -> tuple[int, dict[str, Any]]:
        """Take a sealed batch, from whoever brings it."""
        header, told = wire.parse_batch(batch, max_line_bytes=sealed.MAX_LINE_BYTES)
        lines = [
            sealed.unseal_entry(self.sealing, wire.from_base64url(line.decode()), device=header.device, seq=seq)
            for seq, line in enumerate(told, header.first)
        ]
        assert wire.verify_head(self.tablets[header.device].key.public_key(), header)
        assert wire.chain(header.previous, header.first, lines) == header.head
        kept = self.record.setdefault(header.device, [])
        if header.first > len(kept) + 1:
            return 409, {"code": "broken-chain", "last_sequence": len(kept)}
        outcomes = ["known" if seq <= len(kept) else "kept" for seq in range(header.first, header.last + 1)]
        assert kept[header.first - 1 : header.last] == lines[: len(kept) - header.first + 1]
        kept += lines[max(len(kept) - header.first + 1, 0) :]
        return 200, {
            "device": str(header.device),
            "first": header.first,
            "count": header.count,
            "head": wire.to_base64url(header.head),
            "recorded_at": datetime.now(tz=UTC).isoformat(),
            "last_sequence": len(kept),
            "answers": [{"seq": seq, "outcome": outcome} for seq, outcome in enumerate(outcomes, header.first)],
        }


def handler_of(center: Center) -> type[BaseHTTPRequestHandler]:
    """Return what answers over a socket as the center does; away, it closes without a word."""

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            try:
                answer = center.ask(self.command, self.path, body, dict(self.headers.items()))
            except NoAnswer:
                self.close_connection = True
                return
            self.send_response(answer.status)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        do_GET = do_POST = _answer  # noqa: N815 - names of the standard library

        def log_message(self, *_told: object) -> None:
            """Say nothing: a test's output is its own."""

    return Handler
