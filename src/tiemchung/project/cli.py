"""The command line, `tiemchung`. A command's work lives with its owner; here are its words and what it needs.

Nothing of Django is imported before the settings are checked.
"""

from __future__ import annotations

import argparse
import importlib
import io
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tiemchung.project import environment
from tiemchung.project.environment import Role, WrongEnvironment

_WRONG_SETTINGS = 78
"""EX_CONFIG of sysexits.h."""


@dataclass(frozen=True, kw_only=True)
class Command:
    """One command: its words, the function that does it, and as whom it meets the database (None: not at all)."""

    words: str
    does: str
    target: str
    role: Role | None
    arguments: Callable[[argparse.ArgumentParser], None]


def _none(_parser: argparse.ArgumentParser) -> None:
    """Take no arguments."""


def _worker(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--behind", action="store_true", help="only what may wait; the worker starts this by itself")


def _migrate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--quiet", action="store_true", help="print nothing but errors")


def _campaign(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="a file of format tiemchung/campaign/1")


def _register(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--queue-everybody", action="store_true", help="let it be asked about all who never were: when it is first set"
    )
    parser.add_argument(
        "--trial", type=Path, metavar="DIR", help="write there what a simulated register needs to answer this platform"
    )
    parser.add_argument(
        "--accept-deaths", action="store_true", help="read on where it told of too many deaths at once to be believed"
    )
    parser.add_argument(
        "--accept-wrong", action="store_true", help="believe a batch in which too many who were right turned wrong"
    )


def _trust_list(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", type=Path, help="a list of document signers as a gateway or a national backend publishes it"
    )
    parser.add_argument("--key", type=Path, metavar="KEY.pem", help="the public key that must have signed it")


def _login(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("login", help="their login, as the campaign file has it")


def _audit(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--sent", type=Path, required=True, metavar="FILE.ndjson", help="what was sent, one a line")
    parser.add_argument(
        "--world", type=Path, metavar="FILE.ndjson", help="what happened beside it, as the world tells it"
    )
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def _score(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--truth", type=Path, required=True, metavar="DIR", help="what `tiemchung population generate` wrote"
    )
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def _rebuild(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--swap", action="store_true", help="put the rebuilt counters in the place of the old ones")


def _serve(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="where database, keys and logs lie")
    parser.add_argument("--ready-file", type=Path, metavar="FILE", help="told here once it answers; mode 0600")
    parser.add_argument("--fresh", action="store_true", help="remove what an earlier run left in DIR first")
    parser.add_argument("--demo", action="store_true", help="with the demo's clock and logins, on 127.0.0.1 only")


def _demo(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="where database, keys and logs lie")
    parser.add_argument("--fresh", action="store_true", help="start over: remove what an earlier demo left in DIR")


def _hub(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="where batches and the hub's key lie")
    parser.add_argument("--bind", default="127.0.0.1:8443", metavar="ADDRESS:PORT", help="where tablets are answered")
    parser.add_argument("--cert", type=Path, metavar="FILE", help="the certificate of the hub's name, with its chain")
    parser.add_argument("--key", type=Path, metavar="FILE", help="the certificate's key")
    parser.add_argument("--address", default="", metavar="URL", help="the name under which tablets find it")
    parser.add_argument("--enroll", default="", metavar="CODE", help="what the lead's page shows; needed once")


COMMANDS = (
    Command(
        words="migrate",
        does="bring the database to the newest shape (DATABASE_OWNER_URL)",
        target="tiemchung.project.migrate:migrate",
        role=Role.OWNER,
        arguments=_migrate,
    ),
    Command(
        words="load reference",
        does="load the reference data that this version carries; told twice, nothing changes",
        target="tiemchung.project.load:load_reference",
        role=Role.OWNER,
        arguments=_none,
    ),
    Command(
        words="load campaign",
        does="load organizations, sites, staff, lots and enrollment codes of a campaign file",
        target="tiemchung.project.load_campaign:load_campaign",
        role=Role.OWNER,
        arguments=_campaign,
    ),
    Command(
        words="trust-list load",
        does="make the keys of other countries those of a list that their gateway publishes",
        target="tiemchung.project.trust_list:load",
        role=Role.OWNER,
        arguments=_trust_list,
    ),
    Command(
        words="register",
        does="show the key and the line to the population register, and let it be asked about everybody",
        target="tiemchung.project.register:show",
        role=Role.OWNER,
        arguments=_register,
    ),
    Command(
        words="staff password",
        does="set the first password of somebody on the staff (asked for, or read from standard input)",
        target="tiemchung.project.staff:password",
        role=Role.OWNER,
        arguments=_login,
    ),
    Command(
        words="audit",
        does="compare what was sent with every ledger; exit 1 if anything does not add up",
        target="tiemchung.project.audit:main",
        role=Role.OWNER,
        arguments=_audit,
    ),
    Command(
        words="people score",
        does="tell how well linkage finds again who is one person, where the truth is known; needs no database",
        target="tiemchung.project.score:main",
        role=None,
        arguments=_score,
    ),
    Command(
        words="rebuild figures",
        does="count the figures anew from the journal beside the old ones, and compare",
        target="tiemchung.project.rebuild:rebuild_figures",
        role=Role.OWNER,
        arguments=_rebuild,
    ),
    Command(
        words="serve",
        does="run a whole platform with a database of its own: for replays and trials",
        target="tiemchung.project.platform:serve",
        role=None,
        arguments=_serve,
    ),
    Command(
        words="hub",
        does="keep the batches of a site's tablets, and carry them to the center",
        target="tiemchung.project.hub.command:main",
        role=None,
        arguments=_hub,
    ),
    Command(
        words="demo",
        does="run a working province to be looked at, with doses arriving",
        target="tiemchung.project.demo:main",
        role=None,
        arguments=_demo,
    ),
    Command(
        words="web",
        does="run the web process (DATABASE_URL of the web's role)",
        target="tiemchung.project.web:main",
        role=Role.WEB,
        arguments=_none,
    ),
    Command(
        words="stream",
        does="tell open boards that something happened, by server-sent events (DATABASE_URL of the web's role)",
        target="tiemchung.project.stream:main",
        role=Role.WEB,
        arguments=_none,
    ),
    Command(
        words="worker",
        does="run the reactions and the jobs (DATABASE_URL of the worker's role)",
        target="tiemchung.project.worker:main",
        role=Role.WORKER,
        arguments=_worker,
    ),
)
WORLD = {
    "replay": ("tiemchung_world.replay:main", "drive a platform with a simulated campaign"),
    "hospital": ("tiemchung_world.hospital:main", "read over FHIR as a partner system what a book's owner allowed"),
    "population": ("tiemchung_world.nation.generate:main", "make people who do not exist, with the lists about them"),
    "population-register": ("tiemchung_world.register.command:main", "stand in for the national population database"),
}
"""The outside world's commands: what follows them is theirs to read."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit status tells how it ended: 0 done, 1 not, 2 wrong words, 78 wrong settings."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a Vietnamese word must not stop a command on a Latin-1 terminal
    words = list(sys.argv[1:] if argv is None else argv)
    if words and words[0] in WORLD:
        return _call(WORLD[words[0]][0], words[1:])
    arguments = parser().parse_args(words)
    command: Command = arguments.command
    try:
        if command.role is not None:
            enter(command.role)
    except WrongEnvironment as wrong:
        print(wrong, file=sys.stderr)  # noqa: T201 - a command speaks to whoever typed it
        return _WRONG_SETTINGS
    return _call(command.target, arguments)


def enter(role: Role) -> None:
    """Check the settings and set Django up for a process of this role; the owner's processes work as the owner."""
    environment.check(os.environ, role=role)
    if role is Role.OWNER:
        os.environ["DATABASE_URL"] = os.environ["DATABASE_OWNER_URL"]
    os.environ["DJANGO_SETTINGS_MODULE"] = "tiemchung.project.settings"
    importlib.import_module("django").setup()


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    top = argparse.ArgumentParser(prog="tiemchung", description="The platform of a nation's vaccination campaign.")
    groups = {"": top.add_subparsers(title="commands", required=True, metavar="COMMAND")}
    for command in COMMANDS:
        group, _, word = command.words.rpartition(" ")
        if group not in groups:
            branch = groups[""].add_parser(group, help=f"{group} …")
            groups[group] = branch.add_subparsers(required=True, metavar="WHAT")
        leaf = groups[group].add_parser(word, help=command.does, description=command.does)
        command.arguments(leaf)
        leaf.set_defaults(command=command)
    for word, (_target, does) in WORLD.items():
        groups[""].add_parser(word, help=does, add_help=False)
    return top


def _call(target: str, argument: object) -> int:
    module, _, name = target.partition(":")
    result = getattr(importlib.import_module(module), name)(argument)
    return result if isinstance(result, int) else 0


if __name__ == "__main__":
    sys.exit(main())
