"""`tiemchung register`: the key under which the population register is asked, how its line is, and whom to ask about."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings

from tiemchung.domain.people import actions, queries
from tiemchung.domain.people.gateways import KEY
from tiemchung.kernel import wire
from tiemchung.plumbing import keys
from tiemchung.plumbing.time import clock


def show(arguments: argparse.Namespace) -> int:
    """Tell the public key and the line, and let everybody be asked about if that is wanted; return 0."""
    point = wire.to_base64url(wire.dump_public_key(keys.signing_key(KEY).public_key()))
    _say(f"questions are signed by {point}")
    if arguments.trial is not None:
        _write_trial(arguments.trial, point)
    if arguments.queue_everybody:
        _say(f"{actions.queue_everybody(now=clock().now())} persons more wait to be asked about")
    if arguments.accept_deaths:
        _say("its changes are read on" if actions.accept_feed() else "no page of changes waits to be accepted")
    if arguments.accept_wrong:
        _say(
            "the batch is asked about again and believed" if actions.accept_wrong() else "no batch waits to be accepted"
        )
    line, feed = queries.register_line(), queries.feed()
    _say(f"{queries.waiting_for_register()} persons wait to be asked about")
    waits = f"; held: {line.held}" if line.held else ""
    _say(f"last answer: {line.answered_at or 'none'}{waits}")
    held = f"; held: {feed.held}" if feed.held else ""
    _say(f"changes read to {feed.read_to}, last at {feed.read_at or 'never'}{held}")
    if line.circuit.failures:
        paused = f", nobody asks until {line.circuit.until}" if line.circuit.until else ""
        _say(f"{line.circuit.failures} failures in a row, the last at {line.failed_at}: {line.reason}{paused}")
    return 0


def _write_trial(folder: Path, point: str) -> None:
    """Write what a simulated register needs to answer this platform: its plan, its key, and that key's point for us."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    client = {"code": settings.TIEMCHUNG_REGISTER_CLIENT, "key": point, "persons_a_minute": 60_000, "fields": True}
    (folder / "plan.json").write_text(json.dumps({"clients": [client], "outages": []}), encoding="utf-8")
    file = folder / "key.pem"
    if not file.exists():
        made = ec.generate_private_key(ec.SECP256R1()).private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
            opened.write(made)
    key = serialization.load_pem_private_key(file.read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError(f"{file.name} holds no P-256 key")
    (folder / "point").write_text(wire.to_base64url(wire.dump_public_key(key.public_key())), encoding="utf-8")


def _say(text: str) -> None:
    print(text)  # noqa: T201 - a command speaks
