"""Who on record somebody is whom a desk, a registration or a list tells of. Ids and nothing else; a look-up has a purpose."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import product

from tiemchung.domain.journal import actions as journal
from tiemchung.domain.people import rules
from tiemchung.domain.people.engine.waterfall import NOBODY, NOBODY_HERE, Alike, decide, found_here
from tiemchung.domain.people.values import FoundHere, LookedUp, PersonBlock
from tiemchung.domain.places import queries as places
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.dates import PartialDate
from tiemchung.kernel.names import name_key, sorted_key
from tiemchung.kernel.purpose import Purpose
from tiemchung.plumbing import arrays, database, sealing

MOST_STROKES = 4
"""Words of one name that may begin with d or with đ, told apart or not; of more the first so many. Ours."""
ASKED_AT_ONCE = 5_000
"""Blocks of one statement. Ours."""
_LOOK_UP = """
select * from people_look_up(%b::int4[], %b::bytea[], %b::text[], %b::int4[], %b::bytea[], %b::date[], %b::date[], %b::int2[],
    %b::bytea[], %b::text[])
"""


def look_up(
    told: Sequence[PersonBlock], *, purpose: Purpose, actor: Actor, viewed_at: datetime, site: str = ""
) -> list[LookedUp]:
    """Return for each block who in the whole country it tells of, in order; see `decide`. Thousands are asked by one statement.

    It tells whether somebody is on record, so that a citizen is never answered by it. Every row that it answers is logged.
    """
    for_care = purpose is Purpose.CARE
    answers = [decide(alike, for_care=for_care) if alike else NOBODY for alike in _alike(told)]
    looked_at = {person for answer in answers for person in (answer.person, *answer.alike) if person is not None}
    journal.log_views(sorted(looked_at), actor=actor, purpose=purpose, viewed_at=viewed_at, site=site)
    return answers


def look_up_here(
    told: Sequence[PersonBlock], *, purpose: Purpose, actor: Actor, viewed_at: datetime, site: str = ""
) -> list[FoundHere]:
    """Return for each block who of those whom this session reaches it tells of, in order.

    It is decided among all who are on record, as by `look_up`; whom the session does not reach is then not told of, nor
    that there is anybody. Every row that it answers is logged.
    """
    for_care = purpose is Purpose.CARE
    answers = [found_here(alike, for_care=for_care) if alike else NOBODY_HERE for alike in _alike(told)]
    looked_at = {person for answer in answers for person in (answer.person, *answer.alike) if person is not None}
    journal.log_views(sorted(looked_at), actor=actor, purpose=purpose, viewed_at=viewed_at, site=site)
    return answers


def _alike(told: Sequence[PersonBlock]) -> Iterator[Sequence[Alike]]:
    """Yield for each of these blocks the rows that it may tell of."""
    for start in range(0, len(told), ASKED_AT_ONCE):
        part = told[start : start + ASKED_AT_ONCE]
        found = defaultdict[int, list[Alike]](list)
        for place, *row in database.rows(_LOOK_UP, [*_numbers(part), *_names(part)]):
            found[place].append(Alike(*row))
        yield from (found.get(place, ()) for place in range(len(part)))


def tokens_of(name: str) -> Iterator[bytes]:
    """Yield the keyed hashes under which a name may be on record: a list without marks writes d for đ."""
    words = name_key(name).split()
    open_words = [place for place, word in enumerate(words) if word[0] in "dđ"][:MOST_STROKES]
    for letters in product("dđ", repeat=len(open_words)):
        for place, letter in zip(open_words, letters, strict=True):
            words[place] = letter + words[place][1:]
        yield sealing.lookup_hash("tokens", sorted_key(" ".join(words)))


def _numbers(told: Sequence[PersonBlock]) -> list[arrays.Packed]:
    numbers = [
        (place, sealing.lookup_hash(f"identifier:{one.kind}", key), one.kind)
        for place, block in enumerate(told)
        for one in block.identifiers
        if (key := rules.identifier_key(one.value))
    ]
    return [
        arrays.integers([place for place, _, _ in numbers]),
        arrays.binaries([hashed for _, hashed, _ in numbers]),
        arrays.texts([kind for _, _, kind in numbers]),
    ]


def _names(told: Sequence[PersonBlock]) -> list[arrays.Packed]:
    """Return each name under every hash it may have, with birth, sex, phone and the communes of both eras."""
    rows = [
        (place, tokens, *_days(block.born), rules.sex_number(block.sex), _phone(block), _communes(block))
        for place, block in enumerate(told)
        for tokens in tokens_of(block.name)
    ]
    return [
        arrays.integers([row[0] for row in rows]),
        arrays.binaries([row[1] for row in rows]),
        arrays.dates([row[2] for row in rows]),
        arrays.dates([row[3] for row in rows]),
        arrays.smallints([row[4] for row in rows]),
        arrays.binaries([row[5] for row in rows]),
        arrays.texts([row[6] for row in rows]),
    ]


def _days(told: str) -> tuple[date | None, date | None]:
    try:
        born = PartialDate.parse(told)
    except ValueError:
        return None, None
    return born.earliest, born.latest


def _phone(block: PersonBlock) -> bytes | None:
    key = rules.phone_key(block.phone) if block.phone else ""
    return sealing.lookup_hash("phone", key) if key else None


def _communes(block: PersonBlock) -> str | None:
    return ",".join(sorted(places.sharing_ground(block.commune))) if block.commune else None
