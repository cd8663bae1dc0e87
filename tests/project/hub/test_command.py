"""The hub as a program: enrolled once, killed without warning, started again with all that it said it held."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from argparse import Namespace
from collections.abc import Callable, Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from tests.project.hub.hall import ADDRESS, ORIGIN, Center, handler_of
from tiemchung.kernel import wire
from tiemchung.plumbing import postgres
from tiemchung.project.ground import PlatformError
from tiemchung.project.hub import command, identity
from tiemchung.project.hub.door import BATCHES, SEALED
from tiemchung.project.hub.serving import Bind
from tiemchung.project.hub.uplink import Answer

_WITHIN_S = 240.0


@pytest.fixture
def center() -> Center:
    return Center()


@pytest.fixture
def near(center: Center) -> Iterator[str]:
    """Let the center answer over a socket, and give its origin."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(center))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "hub"
    postgres.erase(tmp_path / "hub")


def until(holds: Callable[[], Any], process: subprocess.Popen[bytes]) -> Any:
    """Wait for something of a running hub; a hub that has ended will not come to it."""
    give_up_at = time.monotonic() + _WITHIN_S
    while process.poll() is None and time.monotonic() < give_up_at:
        found = holds()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError("the hub has ended, or does not come to it")


def left(port: int, batch: bytes) -> dict[str, Any] | None:
    """Leave a batch with the hub as the app's page does; None while it does not take it."""
    headers = {"Content-Type": SEALED, "Origin": ORIGIN}
    request = urllib.request.Request(f"http://127.0.0.1:{port}{BATCHES}", data=batch, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            told: dict[str, Any] = json.load(answer)
            return told
    except (OSError, urllib.error.HTTPError):
        return None


@pytest.mark.proof
@pytest.mark.database
def test_a_hub_killed_without_warning_comes_back_with_all_that_it_held(center: Center, near: str, folder: Path) -> None:
    tablet, other = center.tablet(), center.tablet()
    tablet.write("A", "B")
    other.write("A")
    batch = tablet.batch(1, 2)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = ["hub", "--data", str(folder), "--bind", f"127.0.0.1:{port}"]

    def started(*more: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-m", "tiemchung.project.cli", *words, *more])

    process = started("--address", ADDRESS, "--enroll", f"{near}/station/app/#enroll={center.code}")
    try:
        until(lambda: is_open(port), process)
        first = other.batch(1, 1)
        until(lambda: left(port, first), process)  # from now on it knows its tablets
        center.away = True
        told = until(lambda: left(port, batch), process)
        assert told["receipt"] is None
        process.kill()
        process.wait()
        process = started()
        again = until(lambda: left(port, batch), process)
        assert again["receipt"] is None
        assert tablet.device not in center.record
        center.away = False
        until(lambda: center.record.get(tablet.device) == tablet.lines, process)
        until(lambda: (left(port, batch) or {}).get("receipt"), process)
    finally:
        process.terminate()
        assert process.wait(timeout=_WITHIN_S) == 0


def is_open(port: int) -> bool:
    """Tell whether the hub's door is open."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10) as answer:
            return bool(json.load(answer)["hub"])
    except (OSError, urllib.error.HTTPError):
        return False


def test_a_hub_keeps_who_it_is_and_asks_nobody_twice(center: Center, tmp_path: Path) -> None:
    told = f"https://tiemchung.example.vn/station/app/#enroll={center.code}"
    said: list[str] = []
    who = identity.enroll(tmp_path, center.ask, told=told, address=ADDRESS, say=said.append)
    assert (who.device, who.origin, who.center, who.address) == (center.hub, ORIGIN, ORIGIN, ADDRESS)
    assert said == [f"Six digits for the lead: {wire.fingerprint(center.hub_key)}"]
    assert identity.known(tmp_path) == who
    assert wire.dump_public_key(identity.key_of(tmp_path).public_key()) == center.hub_key
    assert {(tmp_path / name).stat().st_mode & 0o777 for name in (identity.KEY, identity.STATEMENT)} == {0o600}


def test_another_server_than_the_code_names_enrolls_nobody(center: Center, tmp_path: Path) -> None:
    told = f"https://tiemchung.example.vn/station/app/#enroll={Center().code}"
    with pytest.raises(PlatformError, match="Another server"):
        identity.enroll(tmp_path, center.ask, told=told, address=ADDRESS, say=lambda _: None)
    center.forged = ec.generate_private_key(ec.SECP256R1())
    told = f"https://tiemchung.example.vn/station/app/#enroll={center.code}"
    with pytest.raises(PlatformError, match="not about this hub"):
        identity.enroll(tmp_path, center.ask, told=told, address=ADDRESS, say=lambda _: None)
    assert identity.known(tmp_path) is None


def test_a_spent_code_is_told(tmp_path: Path) -> None:
    refused = Answer(status=403, body=b'{"code": "enrollment-refused"}')
    told = f"https://tiemchung.example.vn/station/app/#enroll={Center().code}"
    with pytest.raises(PlatformError, match="enrollment-refused"):
        identity.enroll(tmp_path, lambda *_: refused, told=told, address=ADDRESS, say=lambda _: None)


@pytest.mark.parametrize(
    "told",
    [
        "",
        "code.pin",
        "http://tiemchung.example.vn/station/app/#enroll=code.pin",
        "ftp://x/station/app/#enroll=code.pin",
    ],
)
def test_a_center_is_asked_over_tls_or_on_this_machine_alone(told: str) -> None:
    with pytest.raises(PlatformError, match="lead's page"):
        identity.origin_in(told)


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ("8443", "address:port"),
        ("0.0.0.0:0", "address:port"),
        ("0.0.0.0:8443", "loopback only"),
        ("[::]:8443", "loopback"),
    ],
)
def test_without_a_certificate_a_hub_is_opened_on_loopback_only(told: str, says: str) -> None:
    with pytest.raises(PlatformError, match=says):
        Bind.read(told, cert=None, key=None)


def test_a_certificate_comes_with_its_key(tmp_path: Path) -> None:
    cert, key = tmp_path / "hub.crt", tmp_path / "hub.key"
    with pytest.raises(PlatformError, match="go together"):
        Bind.read("0.0.0.0:8443", cert=cert, key=None)
    with pytest.raises(PlatformError, match=r"no file .*hub\.crt"):
        Bind.read("0.0.0.0:8443", cert=cert, key=key)
    cert.touch()
    key.touch()
    assert str(Bind.read("0.0.0.0:8443", cert=cert, key=key)) == "0.0.0.0:8443"
    assert Bind.read("[::1]:8443", cert=None, key=None).host == "::1"


def test_a_hub_that_is_not_enrolled_says_what_it_needs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = Namespace(data=tmp_path / "hub", bind="127.0.0.1:8443", cert=None, key=None, address=ADDRESS, enroll="")
    assert command.main(arguments) == 1
    assert "--enroll" in capsys.readouterr().err
