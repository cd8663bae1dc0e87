"""`tiemchung register` shows how the line is, has a held feed read on, and writes what a simulated register needs."""

from __future__ import annotations

import stat
from argparse import Namespace
from pathlib import Path

import pytest

from tiemchung.domain.people import queries
from tiemchung.domain.people.actions.asking import TOO_MANY_WRONG, write_line
from tiemchung.domain.people.actions.feed import ACCEPTED, TOO_MANY_DEATHS
from tiemchung.domain.people.engine.circuit import Circuit
from tiemchung.domain.people.gateways import KEY
from tiemchung.kernel import wire
from tiemchung.plumbing import database, keys
from tiemchung.project import register
from tiemchung_world.register.command import open_register, parsed


def show(**told: object) -> int:
    usual = {"queue_everybody": False, "accept_deaths": False, "accept_wrong": False, "trial": None}
    return register.show(Namespace(**{**usual, **told}))


def test_the_line_and_the_feed_are_told_and_a_held_page_is_accepted_once(
    owner_db: None, capsys: pytest.CaptureFixture[str]
) -> None:
    del owner_db
    assert show(queue_everybody=True) == 0
    told = capsys.readouterr().out
    assert wire.to_base64url(wire.dump_public_key(keys.signing_key(KEY).public_key())) in told
    assert "0 persons wait to be asked about" in told
    assert "changes read to 0, last at never" in told
    database.run(
        "insert into people_register_feed (id, read_to, read_at, held) values (1, 7, now(), %s)", [TOO_MANY_DEATHS]
    )
    show()
    assert f"changes read to 7, last at {queries.feed().read_at}; held: {TOO_MANY_DEATHS}" in capsys.readouterr().out
    for said in ("its changes are read on", "no page of changes waits to be accepted"):
        show(accept_deaths=True)
        assert said in capsys.readouterr().out
        assert queries.feed().held == ACCEPTED


def test_a_held_batch_is_told_and_accepted_once(owner_db: None, capsys: pytest.CaptureFixture[str]) -> None:
    del owner_db
    write_line(Circuit())
    database.run("update people_register_line set held = %s", [TOO_MANY_WRONG])
    show()
    assert f"last answer: none; held: {TOO_MANY_WRONG}" in capsys.readouterr().out
    for said in ("the batch is asked about again and believed", "no batch waits to be accepted"):
        show(accept_wrong=True)
        assert said in capsys.readouterr().out


def test_a_simulated_register_stands_on_what_is_written_for_a_trial(owner_db: None, tmp_path: Path) -> None:
    del owner_db
    folder = tmp_path / "register"
    for _ in range(2):
        show(trial=folder)
    point = (folder / "point").read_text(encoding="utf-8")
    assert stat.S_IMODE((folder / "key.pem").stat().st_mode) == 0o600
    words = ["--database", "register.db", "--plan", "plan.json", "--key", "key.pem"]
    words = [word if word.startswith("--") else str(folder / word) for word in words]
    server = open_register(parsed([*words, "--port", "0"]))
    assert wire.to_base64url(wire.dump_public_key(server.service.public_key)) == point
    (client,) = server.service.plan.clients
    assert client.key == wire.to_base64url(wire.dump_public_key(keys.signing_key(KEY).public_key()))
    server.server_close()
