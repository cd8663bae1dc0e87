"""`tiemchung register`: the key under which the population register is asked, how its line is, and whom to ask about."""

from __future__ import annotations

import argparse

from tiemchung.domain.people import actions, queries
from tiemchung.domain.people.gateways import KEY
from tiemchung.kernel import wire
from tiemchung.plumbing import keys
from tiemchung.plumbing.time import clock


def show(arguments: argparse.Namespace) -> int:
    """Tell the public key and the line, and let everybody be asked about if that is wanted; return 0."""
    point = wire.to_base64url(wire.dump_public_key(keys.signing_key(KEY).public_key()))
    _say(f"questions are signed by {point}")
    if arguments.queue_everybody:
        _say(f"{actions.queue_everybody(now=clock().now())} persons more wait to be asked about")
    if arguments.accept_deaths:
        _say("its changes are read on" if actions.accept_feed() else "no page of changes waits to be accepted")
    line, feed = queries.register_line(), queries.feed()
    _say(f"{queries.waiting_for_register()} persons wait to be asked about")
    _say(f"last answer: {line.answered_at or 'none'}")
    held = f"; held: {feed.held}" if feed.held else ""
    _say(f"changes read to {feed.read_to}, last at {feed.read_at or 'never'}{held}")
    if line.circuit.failures:
        paused = f", nobody asks until {line.circuit.until}" if line.circuit.until else ""
        _say(f"{line.circuit.failures} failures in a row, the last at {line.failed_at}: {line.reason}{paused}")
    return 0


def _say(text: str) -> None:
    print(text)  # noqa: T201 - a command speaks
