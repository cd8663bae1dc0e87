"""Who on record somebody is whom a desk, a registration or a list tells of. Ids and nothing else; a look-up has a purpose."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from functools import lru_cache
from itertools import chain, product

from tiemchung.domain.journal import actions as journal
from tiemchung.domain.people import rules
from tiemchung.domain.people.engine.waterfall import NOBODY, NOBODY_HERE, Alike, decide, found_here
from tiemchung.domain.people.values import FoundHere, LookedUp, PersonBlock
from tiemchung.domain.places import queries as places
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.dates import PartialDate
from tiemchung.kernel.names import name_key
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


def tokens_of(name: str) -> list[bytes]:
    """Return the keyed hashes under which a name may be on record: a list without marks writes d for đ."""
    return sealing.lookup_hashes("tokens", _spellings(name))


def _spellings(name: str) -> list[str]:
    words = name_key(name).split()
    open_words = [place for place, word in enumerate(words) if word[0] in "dđ"][:MOST_STROKES]
    if not open_words:
        return [" ".join(sorted(words))]
    found = []
    for letters in product("dđ", repeat=len(open_words)):
        for place, letter in zip(open_words, letters, strict=True):
            words[place] = letter + words[place][1:]
        found.append(" ".join(sorted(words)))
    return found


def _numbers(told: Sequence[PersonBlock]) -> list[arrays.Packed]:
    numbers = [
        (place, key, one.kind)
        for place, block in enumerate(told)
        for one in block.identifiers
        if (key := rules.identifier_key(one.value))
    ]
    hashes = {
        kind: iter(sealing.lookup_hashes(f"identifier:{kind}", [key for _, key, of in numbers if of == kind]))
        for kind in {kind for _, _, kind in numbers}
    }
    return [
        arrays.integers([place for place, _, _ in numbers]),
        arrays.binaries([next(hashes[kind]) for _, _, kind in numbers]),
        arrays.texts([kind for _, _, kind in numbers]),
    ]


def _names(told: Sequence[PersonBlock]) -> list[arrays.Packed]:
    """Return each name under every hash it may have, with birth, sex, phone and the communes of both eras."""
    spelled = [_spellings(block.name) for block in told]
    of = [place for place, spellings in enumerate(spelled) for _ in spellings]
    days = [_days(block.born) for block in told]
    homes = {
        commune: ",".join(sorted(places.sharing_ground(commune))) for commune in {b.commune for b in told} if commune
    }
    communes = [homes.get(block.commune or "") for block in told]
    phones = _phones(told)
    sexes = [rules.sex_number(block.sex) for block in told]
    return [
        arrays.integers(of),
        arrays.binaries(sealing.lookup_hashes("tokens", chain.from_iterable(spelled))),
        arrays.dates([days[place][0] for place in of]),
        arrays.dates([days[place][1] for place in of]),
        arrays.smallints([sexes[place] for place in of]),
        arrays.binaries([phones[place] for place in of]),
        arrays.texts([communes[place] for place in of]),
    ]


@lru_cache(maxsize=1 << 15)
def _days(told: str) -> tuple[date | None, date | None]:
    try:
        born = PartialDate.parse(told)
    except ValueError:
        return None, None
    return born.earliest, born.latest


def _phones(told: Sequence[PersonBlock]) -> list[bytes | None]:
    keys = [rules.phone_key(block.phone) if block.phone else "" for block in told]
    hashes = iter(sealing.lookup_hashes("phone", filter(None, keys)))
    return [next(hashes) if key else None for key in keys]
