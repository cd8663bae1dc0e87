"""A hall with a hub, as a browser meets it: the center and the hub under two names, over TLS, with lines that can be cut."""

from __future__ import annotations

import os
import re
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socketserver import ThreadingMixIn
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIServer, make_server

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.journeys.conftest import Silent, Site, with_extra
from tiemchung.plumbing import postgres

CENTER, DOMAIN = "tiemchung.example.vn", "hub.example.vn"
HUB = f"hoi-truong.{DOMAIN}"
FOR_HUBS = "localhost"
"""The name under which the hub, which uses this machine's own resolver, finds the center."""
WITHIN_S = 240.0
DIGITS = re.compile(r"Six digits for the lead: (\d{6})")


@dataclass(frozen=True, kw_only=True)
class Papers:
    """Where a throw-away authority's certificate lies, and a certificate with its key for every name of the hall."""

    authority: Path
    cert: Path
    key: Path


def papers(folder: Path) -> Papers:
    """Make an authority and what it says of the hall's names; for a day, and for nobody but this test."""
    made = Papers(authority=folder / "ca.pem", cert=folder / "hall.crt", key=folder / "hall.key")
    authority, own = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Throw-away authority of a test")])
    now = datetime.now(tz=UTC)

    def certificate(subject: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder(subject_name=subject, issuer_name=issuer, public_key=key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(hours=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key()), critical=False)
        )

    signs = x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
    root = certificate(issuer, authority).add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    names = [x509.DNSName(name) for name in (CENTER, HUB, FOR_HUBS)]
    leaf = certificate(x509.Name([]), own).add_extension(x509.SubjectAlternativeName(names), critical=True)
    signed = root.add_extension(signs, critical=True).sign(authority, hashes.SHA256())
    made.authority.write_bytes(signed.public_bytes(Encoding.PEM))
    made.cert.write_bytes(leaf.sign(authority, hashes.SHA256()).public_bytes(Encoding.PEM))
    made.key.write_bytes(own.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return made


class Line(ThreadingMixIn, WSGIServer):
    """The center's end of one line, behind TLS. Cut, it hangs up on whoever calls."""

    daemon_threads = True
    is_cut = False

    def verify_request(self, request: Any, client_address: Any) -> bool:
        """Take no call while the line is cut."""
        del request, client_address
        return not self.is_cut

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a caller who hung up; what the platform cannot do it answers with 500."""


@contextmanager
def line_to(site: Site, kept: Papers) -> Iterator[Line]:
    """Open a line of its own to the platform that `site` serves."""
    with make_server("127.0.0.1", 0, with_extra(site), Line, Silent) as server:
        server.base_environ["HTTPS"] = "on"
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(kept.cert, kept.key)
        # The handshake is the caller's own thread's business: nobody waits for a caller who says nothing.
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def free_port() -> int:
    """Return a port on loopback that nobody listens at just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Hub:
    """`tiemchung hub` on its folder, started with what the lead's page shows."""

    def __init__(self, folder: Path, kept: Papers, *, port: int) -> None:
        self.folder, self.port, self._papers, self._said = folder, port, kept, folder.with_suffix(".log")
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Return where tablets find it."""
        return f"https://{HUB}:{self.port}"

    def start(self, *more: str) -> None:
        """Start it; what it says goes to a file."""
        told = ["--data", str(self.folder), "--bind", f"127.0.0.1:{self.port}"]
        papers_told = ["--cert", str(self._papers.cert), "--key", str(self._papers.key)]
        with self._said.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tiemchung.project.cli", "hub", *told, *papers_told, *more],
                stdout=output,
                stderr=output,
                env={**os.environ, "SSL_CERT_FILE": str(self._papers.authority)},
            )

    def says(self, wanted: re.Pattern[str]) -> re.Match[str]:
        """Wait until it says something, and return it."""
        found: re.Match[str] = self.until(lambda: wanted.search(self._said.read_text()))
        return found

    def until(self, holds: Callable[[], Any]) -> Any:
        """Wait for something while it runs."""
        give_up_at = time.monotonic() + WITHIN_S
        while self._process is not None and self._process.poll() is None and time.monotonic() < give_up_at:
            found = holds()
            if found:
                return found
            time.sleep(0.1)
        raise AssertionError(f"the hub does not come to it: {self._said.read_text()[-500:]}")

    def stop(self) -> None:
        """Stop it and remove what it held."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=WITHIN_S)
        postgres.erase(self.folder)
