"""A small center that behaves as PROTOCOL says, and misbehaves on request: what a sender must withstand."""

from __future__ import annotations

import hashlib
import json
import socket
import threading
import zlib
from collections import Counter
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID

from tiemchung.kernel import wire
from tiemchung.kernel.ids import uuid7


@dataclass
class Chain:
    last: int
    head: bytes
    lines: dict[int, bytes] = field(default_factory=dict)


class FakeCenter(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.chains: dict[UUID, Chain] = {}
        self.mishaps: list[str] = []
        """What happens to the next batches, in order: "503", "lost" (taken, never answered), "away", "413"."""
        self.seen: Counter[str] = Counter()
        self.aside: set[int] = set()
        """Sequences that are set aside."""
        self.clock: list[dict[str, Any]] = []
        self.close_after_answer = False
        """Whether connections are closed without a word after each answer, as a server does that tires of an idle one."""
        self.gullible = False
        """Whether anything that can be split into a batch is kept, whoever sent it and whatever it continues."""
        self.devices: dict[str, UUID] = {}
        """Devices by enrollment code."""
        self.unexplained: dict[str, list[dict[str, Any]]] = {"vials": [], "draws": []}
        """What does not add up on the first day that anybody asks about; explained once it was told."""
        self.lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Tablets that hang up are no error here."""

    def take(self, raw: bytes) -> tuple[int, dict[str, Any]]:
        if self.gullible:
            return self._believe(raw)
        header, lines = wire.parse_batch(raw)
        with self.lock:
            chain = self.chains.setdefault(header.device, Chain(last=0, head=wire.genesis(header.device)))
            if wire.chain(header.previous, header.first, lines) != header.head or header.first > chain.last + 1:
                return 409, self._where(chain)
            told = dict(enumerate(lines, header.first))
            if any(chain.lines.get(seq, line) != line for seq, line in told.items()):
                return 409, self._where(chain)
            if header.first == chain.last + 1 and header.previous != chain.head:
                return 409, self._where(chain)
            answers = []
            for seq, line in told.items():
                outcome = "known" if seq in chain.lines else "kept"
                chain.lines[seq] = line
                outcome = "set-aside" if seq in self.aside else outcome
                self.seen[outcome] += 1
                answers.append({"id": None, "seq": seq, "outcome": outcome})
            if header.last > chain.last:
                chain.last, chain.head = header.last, header.head
            return 200, {"answers": answers, "last_sequence": chain.last, "head": wire.to_base64url(chain.head)}

    def _believe(self, raw: bytes) -> tuple[int, dict[str, Any]]:
        head, *lines = raw.removesuffix(b"\n").split(b"\n")
        try:
            first = json.loads(head)["first"]
        except ValueError:
            first = 1
        return 200, {"answers": [{"seq": seq, "outcome": "kept"} for seq, _ in enumerate(lines, first)]}

    def _where(self, chain: Chain) -> dict[str, Any]:
        self.seen["conflict"] += 1
        return {"code": "broken-chain", "last_sequence": chain.last, "head": wire.to_base64url(chain.head)}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: FakeCenter

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name of the base class
        """Say nothing."""

    def do_GET(self) -> None:
        if self.path == "/api/devices/nonce":
            self._answer(200, {"nonce": "bm9uY2U", "seconds": 120})
            return
        wire.parse_authorization(self.headers["Authorization"])
        told, self.server.unexplained = self.server.unexplained, {"vials": [], "draws": []}
        digest = hashlib.sha256(self.path.encode()).hexdigest()
        self._answer(200, {"lines": {}, "hash": digest, "unexplained": told})

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "deflate":
            self.server.seen["deflated"] += 1
            raw = zlib.decompress(raw)
        if self.path == "/api/devices/enrollments":
            code = json.loads(raw)["code"]
            self._answer(
                201, {"device": str(self.server.devices.setdefault(code, uuid7())), "site": "79-0001", "server_key": ""}
            )
            return
        if self.path == "/demo/clock":
            self.server.clock.append(json.loads(raw))
            self._answer(200, {})
            return
        with self.server.lock:
            mishap = self.server.mishaps.pop(0) if self.server.mishaps else ""
        if mishap == "away":
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
            return
        if mishap.isdigit():
            self._answer(int(mishap), {"code": "as-asked"})
            return
        status, told = self.server.take(raw)
        if mishap == "lost":
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
            return
        self._answer(status, told)

    def _answer(self, status: int, told: dict[str, Any]) -> None:
        body = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = self.server.close_after_answer
