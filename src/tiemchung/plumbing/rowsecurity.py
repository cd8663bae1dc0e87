"""Row-level security: the database itself shows a session only the rows it reaches: of places, or of a citizen's own.

A policy compares the row's own codes with settings of the transaction and does nothing else (a subquery over a table was
166 times slower, DESIGN section 7). A setting that holds many codes is taken apart once a statement, not once a row:
`codes_of`. The web's role owns nothing; the owner and the workers have policies of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar
from uuid import UUID

from django.db import transaction

from tiemchung.kernel.actor import Reach
from tiemchung.plumbing import database

APP_ROLE = "tiemchung_app"
WORKER_ROLE = "tiemchung_worker"

_SET = (
    "select set_config('tiemchung.sites', %s, true), set_config('tiemchung.communes', %s, true), "
    "set_config('tiemchung.persons', %s, true), set_config('tiemchung.account', %s, true)"
)
OPENED_AT_ONCE = 100
"""Persons that are opened together at most: the policy compares every row with each of them."""
_reach: ContextVar[tuple[str, str, str, str]] = ContextVar("reach", default=("", "", "", ""))


@contextmanager
def reaching(reach: Reach, *, using: str = "default") -> Iterator[None]:
    """Open a transaction that sees the rows of this reach; inside another, the outer reach returns at the end.

    On the web's role nobody reaches everywhere row by row: national pages read counters. On the workers' role the
    policies show every row and the settings say nothing.
    """
    with _set_to(_settings(reach), using=using):
        yield


@contextmanager
def looking(reach: Reach, *, using: str = "default") -> Iterator[None]:
    """Do what `reaching` does, for reads or one statement alone: nothing could be left half done, so nothing is marked.

    Inside another transaction a savepoint and its release cost more than most look-ups do.
    """
    with _set_to(_settings(reach), using=using, marked=False):
        yield


def _settings(reach: Reach) -> tuple[str, str, str, str]:
    # The leading comma adds the empty code: facts of no site (a national lot hold) belong to everybody on the staff,
    # and to no citizen, nor to whom a citizen has opened a book.
    return (
        "" if reach.account or (reach.books and not reach.sites) else "," + ",".join(sorted(reach.sites)),
        ",".join(sorted(reach.communes)),
        ",".join(sorted(map(str, reach.books))),
        str(reach.account or ""),
    )


@contextmanager
def opening(persons: Collection[UUID], *, using: str = "default") -> Iterator[None]:
    """Let the reach that holds read the rows of these persons too, wherever they were written, for this block alone.

    Reading only (`own_policy_sql`). Whoever calls has made sure that the session may: these persons have a visit or an
    appointment at one of its sites, or have shown their code there.
    """
    sites, communes, books, account = _reach.get()
    opened = ",".join(filter(None, [books, *sorted(map(str, persons))]))
    with _set_to((sites, communes, opened, account), using=using, marked=False):
        yield


@contextmanager
def _set_to(wanted: tuple[str, str, str, str], *, using: str, marked: bool = True) -> Iterator[None]:
    """Hold these settings for a block: in a transaction of its own, or in the one that runs, from a savepoint if `marked`."""
    outer = _reach.get()
    if not transaction.get_connection(using).in_atomic_block:
        with transaction.atomic(using=using), _held(wanted, using=using):
            yield
    elif marked:
        with transaction.atomic(using=using), _held(wanted, instead_of=outer, using=using):
            yield
    else:
        with _held(wanted, instead_of=outer, using=using):
            yield


@contextmanager
def _held(
    wanted: tuple[str, str, str, str], *, instead_of: tuple[str, str, str, str] | None = None, using: str
) -> Iterator[None]:
    """Hold settings, and let those of before return. Without any before, they end with the transaction."""
    if wanted == instead_of:
        yield
        return
    token = _reach.set(wanted)
    try:
        database.row(_SET, wanted, using=using)
        yield
    finally:
        _reach.reset(token)
        # What has failed in the database is taken back with its settings, to where these were not held yet.
        if instead_of is not None and not database.has_failed(using=using):
            database.row(_SET, instead_of, using=using)


Found = TypeVar("Found")


def opened(persons: Sequence[UUID], ask: Callable[[Sequence[UUID]], Mapping[UUID, Found]]) -> dict[UUID, Found]:
    """Return what `ask` finds of these persons: first within the reach that holds, then by opening those who are missing."""
    found = dict(ask(persons))
    missing = [person for person in dict.fromkeys(persons) if person not in found]
    for start in range(0, len(missing), OPENED_AT_ONCE):
        part = missing[start : start + OPENED_AT_ONCE]
        with opening(part):
            found.update(ask(part))
    return found


def codes_of(setting: str, *, type_: str = "text") -> str:
    """Return the expression for the codes of a setting of the transaction, for a policy to compare a column with.

    As a subquery that depends on no row it is evaluated once a statement. Evaluated for every row, 100 opened persons
    cost 33 us a row, and a planner's 650 sites more than whatever was asked.
    """
    return f"(SELECT string_to_array(current_setting('tiemchung.{setting}', true), ',')::{type_}[])::{type_}[]"


ASKED_ONCE = r"""
DO $$
DECLARE
    told record;
    split constant text := '(string_to_array\(current_setting\(''tiemchung\.\w+''::text, true\), '',''::text\))';
    asked text[];
BEGIN
    FOR told IN SELECT * FROM pg_policies WHERE concat(qual, with_check) LIKE '%ANY (%string_to_array(%' LOOP
        SELECT array_agg(regexp_replace(regexp_replace(x,
            'ANY \(\(' || split || '\)::uuid\[\]\)', 'ANY ((SELECT \1::uuid[])::uuid[])', 'g'),
            'ANY \(' || split || '\)', 'ANY ((SELECT \1)::text[])', 'g') ORDER BY n)
        INTO asked FROM unnest(ARRAY[told.qual, told.with_check]) WITH ORDINALITY AS t(x, n);
        EXECUTE format('ALTER POLICY %I ON %I.%I', told.policyname, told.schemaname, told.tablename)
            || coalesce(' USING (' || asked[1] || ')', '') || coalesce(' WITH CHECK (' || asked[2] || ')', '');
    END LOOP;
END $$;
"""
"""Has policies that were written before take their settings apart once a statement too; run again, it changes nothing."""


def policy_sql(
    table: str, *, site: str | None = "site", commune: str | None = None, grants: str = "SELECT, INSERT, UPDATE"
) -> str:
    """Return the statements that put a table with persons under row-level security, for the migration that makes it.

    `site` and `commune` name the columns that hold the codes; a row is seen if either is within reach. An append-only
    table takes `grants="SELECT, INSERT"`.
    """
    tests = [
        f"{column} = ANY({codes_of(setting)})" for column, setting in ((site, "sites"), (commune, "communes")) if column
    ]
    within = " OR ".join(tests)
    return f"""
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY reach ON {table} TO {APP_ROLE} USING ({within}) WITH CHECK ({within});
CREATE POLICY workers ON {table} TO {WORKER_ROLE} USING (true) WITH CHECK (true);
CREATE POLICY owner ON {table} TO CURRENT_USER USING (true) WITH CHECK (true);
GRANT {grants} ON {table} TO {APP_ROLE}, {WORKER_ROLE};
"""


def own_policy_sql(table: str, *, person: str = "person_id") -> str:
    """Return the statement that lets a citizen read the rows of the persons whose book their account opens."""
    own = f"{person} = ANY({codes_of('persons', type_='uuid')})"
    return f"CREATE POLICY own ON {table} FOR SELECT TO {APP_ROLE} USING ({own});"


def account_policy_sql(table: str, *, account: str = "account", grants: str = "SELECT, INSERT, UPDATE") -> str:
    """Return the statements that keep the rows of a table to the account that is signed in."""
    own = f"{account} = nullif(current_setting('tiemchung.account', true), '')::uuid"
    return f"""
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY account ON {table} TO {APP_ROLE} USING ({own}) WITH CHECK ({own});
CREATE POLICY workers ON {table} TO {WORKER_ROLE} USING (true) WITH CHECK (true);
CREATE POLICY owner ON {table} TO CURRENT_USER USING (true) WITH CHECK (true);
GRANT {grants} ON {table} TO {APP_ROLE}, {WORKER_ROLE};
"""


def grant_sql(table: str, *, app: str = "SELECT", worker: str = "SELECT, INSERT, UPDATE, DELETE") -> str:
    """Return the grants for a table without persons. An empty text grants that role nothing."""
    grants = [(app, APP_ROLE), (worker, WORKER_ROLE)]
    return "\n".join(f"GRANT {powers} ON {table} TO {role};" for powers, role in grants if powers)
