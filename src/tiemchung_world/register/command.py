"""`tiemchung population-register`: the register as a process of its own, over HTTP."""

from __future__ import annotations

import argparse
import os
import sys
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tiemchung.kernel import wire
from tiemchung.kernel.register import MOST_BYTES
from tiemchung_world.register.limits import load_plan
from tiemchung_world.register.phase import people_of
from tiemchung_world.register.service import Reply, Request, Service
from tiemchung_world.register.store import Store

if TYPE_CHECKING:
    from collections.abc import Sequence

SLOWEST_S: Final = 30
"""How long a caller may take over a request."""


class RegisterServer(ThreadingHTTPServer):
    """Serves one register. TLS, where it leaves the machine, is a proxy's: every exchange is signed anyway."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], service: Service, *, share_port: bool = False) -> None:
        self.allow_reuse_port = share_port
        super().__init__(address, _Handler)
        self.service = service

    @property
    def url(self) -> str:
        """Return where it listens."""
        host, port = self.server_address[:2]
        return f"http://{host!s}:{port}"


class _Handler(BaseHTTPRequestHandler):
    server: RegisterServer
    protocol_version = "HTTP/1.1"
    timeout = SLOWEST_S

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        told = self.headers.get("Content-Length", "")
        length = int(told) if told.isascii() and told.isdigit() else -1
        if not 0 <= length <= MOST_BYTES:
            self.close_connection = True
            self.send_error(413 if length > MOST_BYTES else 411)
            return
        self._answer(self.rfile.read(length))

    def _answer(self, body: bytes) -> None:
        asked = Request(
            method=self.command, target=self.path, authorization=self.headers.get("Authorization", ""), body=body
        )
        self._send(self.server.service.reply(asked))

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(reply.body)))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name that http.server gives it
        """Write nothing: a line of a log would hold who asked when, and the register keeps that itself."""


def main(argv: Sequence[str] | None = None) -> int:
    """Serve a register until it is ended; return 2 for a file that cannot be read."""
    told = parsed(argv)
    try:
        server = open_register(told)
    except (OSError, ValueError, KeyError) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)  # noqa: T201 - a command speaks to whoever typed it
        return 2
    print(f"{server.url} answers", flush=True)  # noqa: T201 - same
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        return 0
    finally:
        server.server_close()
    return 0


def open_register(told: argparse.Namespace) -> RegisterServer:
    """Take up people and changes, and listen. Raises ValueError, KeyError or OSError for files that are none."""
    key = signing_key(told.key)
    plan = load_plan(told.plan)
    store = Store(told.database)
    if told.people is not None:
        people = store.load(told.people)
        print(f"{people} persons", flush=True)  # noqa: T201 - same
    if told.phase is not None:
        people = store.take_up(people_of(told.phase, scale=told.scale, seed=told.seed))
        print(f"{people} persons", flush=True)  # noqa: T201 - same
    if told.changes is not None:
        changes = store.take_changes(told.changes, until=told.until)
        print(f"{changes} new changes", flush=True)  # noqa: T201 - same
    point = wire.to_base64url(wire.dump_public_key(key.public_key()))
    print(f"answers are signed by {point}", flush=True)  # noqa: T201 - same
    service = Service(store=store, plan=plan, key=key)
    return RegisterServer((told.host, told.port), service, share_port=told.share_port)


def signing_key(path: Path) -> ec.EllipticCurvePrivateKey:
    """Return the key of a PEM file, made with mode 0600 where there is none yet; ValueError for any other key."""
    if not path.exists():
        made = ec.generate_private_key(ec.SECP256R1()).private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(made)
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not (isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1)):
        raise ValueError(f"{path.name}: not a P-256 key")  # noqa: TRY004 - a wrong file, as whoever named it is told
    return key


def parsed(argv: Sequence[str] | None) -> argparse.Namespace:
    """Return what the words of the command say."""
    return _parser().parse_args(argv)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tiemchung population-register", description="Stand in for the national population database."
    )
    parser.add_argument("--database", type=Path, required=True, metavar="FILE", help="the register's own SQLite file")
    parser.add_argument("--plan", type=Path, required=True, metavar="FILE.json", help="clients and planned outages")
    parser.add_argument("--key", type=Path, required=True, metavar="KEY.pem", help="signs the answers; made if missing")
    parser.add_argument("--people", type=Path, metavar="FILE.csv", help="register.csv of `population generate`")
    parser.add_argument("--phase", metavar="NAME", help="the people of a replay of this phase")
    parser.add_argument("--scale", type=float, default=0.01, help="of the phase")
    parser.add_argument("--seed", type=int, default=7, help="of the phase")
    parser.add_argument("--changes", type=Path, metavar="FILE.csv", help="changes.csv of `population generate`")
    parser.add_argument(
        "--until",
        type=date.fromisoformat,
        default=datetime.now(tz=UTC).date(),
        metavar="DAY",
        help="take up the changes until this day (default: today)",
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8089)
    parser.add_argument("--share-port", action="store_true", help="listen where a supervisor holds the port for it")
    return parser
