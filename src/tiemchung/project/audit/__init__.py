"""`tiemchung audit`: does what was sent add up in every ledger? Each check is independent of the code it checks.

The audit reads the tables by sets and streams, millions of rows at a time, in one snapshot, and writes nothing but the
list of what was sent into a table of its own session. It is run when nobody records: what arrives meanwhile is unread.
"""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
from django.db import transaction

from tiemchung.kernel.actor import EVERYWHERE, Actor, ActorKind, Power
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing import database
from tiemchung.project.audit import entries, intervals, ledgers, outside, papers, recount
from tiemchung.project.audit.values import Audit, Check

PATIENCE_S = 60.0
"""How long the reactions may take to catch up before the audit begins; who has not by then fails a check."""

MEMORY_OF_A_STEP = "96MB"
"""What one step of a check, a sort or a table of hashes, may take before it goes to disk: millions of rows are compared."""

CHECKS: tuple[Callable[[], Iterator[Check]], ...] = (
    entries.checks,
    ledgers.checks,
    recount.checks,
    intervals.checks,
    papers.checks,
    outside.checks,
)


def audit(sent: Path, *, actor: Actor, world: Path | None = None, patience_s: float = 0.0) -> Audit:
    """Compare the file of what was sent with the journal, the ledgers, the figures and the findings.

    `world` is the account that the world kept of what happened beside the tablets; without it that is not compared.

    The reactions are given `patience_s` seconds to take what is settled.

    Refuses an actor without the power to audit everywhere (`not-permitted`), and a file it cannot read (ValueError
    with the line).
    """
    if not (actor.can(Power.AUDIT) and actor.reach.everywhere):
        raise NotPermitted(actor=actor.name)
    database.run("set transaction_timeout = 0")
    database.run(f"set work_mem = '{MEMORY_OF_A_STEP}'")
    entries.load(sent)
    outside.load(world)
    recount.await_level(within_s=patience_s)
    papers.await_signatures(within_s=patience_s)
    with _snapshot():
        checks = [check for part in CHECKS for check in part()]
        classes = entries.classes() | ledgers.classes() | intervals.classes() | papers.classes() | outside.classes()
    return Audit(
        ok=all(check.ok for check in checks),
        checks=checks,
        classes=classes,
        reactions=recount.reactions(),
        bytes=bytes_by_room(),
    )


def bytes_by_room() -> dict[str, int]:
    """Return what the tables of each room take up, indexes and long values included, by the first word of their names."""
    found = database.rows(
        "select split_part(c.relname, '_', 1) as room, sum(pg_total_relation_size(c.oid))::bigint "
        "from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'm') group by 1 order by 1"
    )
    return dict(found)


@contextmanager
def _snapshot() -> Iterator[None]:
    """Read everything as of one instant, writing nothing."""
    with transaction.atomic():
        database.run("set transaction isolation level repeatable read, read only")
        yield


def main(arguments: argparse.Namespace) -> int:
    """Audit as the operator of this machine; return 0 if everything adds up, 1 if not."""
    operator = Actor(
        id=None,
        kind=ActorKind.SYSTEM,
        name=f"operator {getpass.getuser()}",
        powers=frozenset({Power.AUDIT}),
        reach=EVERYWHERE,
    )
    result = audit(arguments.sent, world=arguments.world, actor=operator, patience_s=PATIENCE_S)
    if arguments.json:
        sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(result), indent=2) + b"\n")
    else:
        print("\n".join(result.in_words()))  # noqa: T201 - a command speaks to whoever typed it
    return 0 if result.ok else 1
