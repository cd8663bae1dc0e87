"""`tiemchung people score`: how well linkage finds again who is one person, in a generated population whose truth is known.

It links the list of a folder that `tiemchung population generate` wrote to its older records, and to itself, as an import
would, and only then opens the truth. No database and no key is needed: tokens are made with a key that is forgotten.
"""

from __future__ import annotations

import argparse
import csv
import hmac
import json
import secrets
import sys
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

from tiemchung.domain.people.engine.linkage import Pair, Row, link, token_of
from tiemchung.domain.people.rules import phone_key
from tiemchung.domain.people.values import PERSONAL_NUMBER, Card
from tiemchung.kernel.dates import PartialDate

LIST, RECORDS = "list", "records"
_SEXES = {"Nam": "male", "Nữ": "female"}
_NAME, _BORN, _SEX, _NUMBER, _PHONE, _HOME = range(6)
"""Columns of the workbench's template, under which the generator writes."""
_PER = 10_000
_DIGITS = 6


class _Told(NamedTuple):
    """A written row as linkage takes it, and whether it carries a number, right or wrong."""

    row: Row
    has_number: bool


class Listed(NamedTuple):
    """The rows of a list and, after its first `fresh`, of older records; and which of them carry a number."""

    rows: list[Row]
    has_number: list[bool]
    fresh: int


class About(NamedTuple):
    """Whom a written row is about, and by which errors."""

    person: str
    errors: tuple[str, ...]


def main(arguments: argparse.Namespace) -> int:
    """Score linkage on a folder of the generator; 0, or 2 where it is none."""
    try:
        answer, load = score(arguments.truth)
    except (OSError, KeyError, ValueError) as error:
        print(f"not a folder of `tiemchung population generate`: {error}", file=sys.stderr)  # noqa: T201 - a command speaks to whoever typed it
        return 2
    if arguments.json:
        print(json.dumps(answer))  # noqa: T201 - same
    else:
        print("\n".join([*_lines(answer), load]))  # noqa: T201 - same
    return 0


def score(folder: Path) -> tuple[dict[str, Any], str]:
    """Return the score of linkage on a folder of the generator, and a line on what clerks would have to look at."""
    out = folder.parent if folder.name == "truth" and not (folder / "truth").is_dir() else folder
    told = listed(out)
    pairs = link(told.rows)
    truth = truth_of(out)
    if len(truth) != len(told.rows):
        raise ValueError(f"{len(told.rows)} rows, and the truth of {len(truth)}")
    answer = judged(pairs, truth, has_number=told.has_number, fresh=told.fresh)
    cases = [pair for pair in pairs if not pair.certain]
    upheld = sum(truth[pair.one].person == truth[pair.other].person for pair in cases)
    load = f"clerks: {len(cases)} cases of {len(told.rows)} rows, of which {upheld} are one person"
    return answer, load


def listed(folder: Path) -> Listed:
    """Return the rows of a folder's list and, after them, of its records, as linkage takes them."""
    token = _tokens()
    fresh = [*_read(folder / "list.csv", fresh=True, token=token)]
    told = [*fresh, *_read(folder / "records.csv", fresh=False, token=token)]
    return Listed([each.row for each in told], [each.has_number for each in told], len(fresh))


def judged(pairs: Sequence[Pair], truth: Sequence[About], *, has_number: Sequence[bool], fresh: int) -> dict[str, Any]:
    """Compare pairs with the truth; the first `fresh` rows are the list, and a pair without one of them does not count."""
    true = _true_pairs(truth, fresh=fresh)
    certain = {(pair.one, pair.other) for pair in pairs if pair.certain}
    upheld = {(pair.one, pair.other) for pair in pairs if not pair.certain} & true
    found = certain | upheld

    def of(group: Callable[[tuple[int, int]], bool], among: Collection[tuple[int, int]]) -> set[tuple[int, int]]:
        return {pair for pair in among if group(pair)}

    def share(group: Callable[[tuple[int, int]], bool]) -> dict[str, float]:
        return _shares(of(group, found), of(group, true))

    def both(pair: tuple[int, int]) -> bool:
        return has_number[pair[0]] and has_number[pair[1]]

    return {
        "automatic": _shares(certain, true),
        "with_id": share(both),
        "without_id": share(lambda pair: not both(pair)),
        "clerk_cases_per_10000": round(_PER * sum(not pair.certain for pair in pairs) / max(len(truth), 1), 1),
        "by_error": _by_error(true, found, certain, truth),
    }


def _true_pairs(truth: Sequence[About], *, fresh: int) -> set[tuple[int, int]]:
    rows: defaultdict[str, list[int]] = defaultdict(list)
    for place, each in enumerate(truth):
        rows[each.person].append(place)
    return {pair for places in rows.values() for pair in combinations(places, 2) if pair[0] < fresh}


def _shares(found: Collection[tuple[int, int]], true: set[tuple[int, int]]) -> dict[str, float]:
    """Return precision and recall; where there is nothing to be wrong about, or to be missed, it is 1."""
    right = sum(pair in true for pair in found)
    return {"precision": _share(right, len(found)), "recall": _share(right, len(true))}


def _share(part: int, whole: int) -> float:
    return round(part / whole, _DIGITS) if whole else 1.0


def _by_error(
    true: Iterable[tuple[int, int]],
    found: Collection[tuple[int, int]],
    certain: Collection[tuple[int, int]],
    truth: Sequence[About],
) -> dict[str, dict[str, float]]:
    """Return for each error how many true pairs have it on either side, and which share of them was found."""
    counts: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for pair in true:
        for error in {*truth[pair[0]].errors, *truth[pair[1]].errors} or {"none"}:
            count = counts[error]
            count[0] += 1
            count[1] += pair in found
            count[2] += pair in certain
    return {
        error: {"pairs": whole, "recall": _share(some, whole), "automatic": _share(sure, whole)}
        for error, (whole, some, sure) in sorted(counts.items())
    }


def _tokens() -> Callable[[str], int]:
    key = secrets.token_bytes(32)
    return lambda text: token_of(hmac.digest(key, text.encode(), "sha256"))


def _read(path: Path, *, fresh: bool, token: Callable[[str], int]) -> Iterator[_Told]:
    with path.open(encoding="utf-8", newline="") as lines:
        rows = csv.reader(lines)
        if len(next(rows, [])) <= _HOME:
            raise ValueError(f"{path.name} has not the columns of a list")
        for cells in rows:
            card = Card.read(cells[_NUMBER]) if cells[_NUMBER] else None
            number = (token(f"{card.kind}:{card.number}"),) if card else ()
            born = _born(cells[_BORN])
            phone = phone_key(cells[_PHONE]) if cells[_PHONE] else ""
            row = Row(
                name=cells[_NAME],
                born_from=born.earliest if born else None,
                born_to=born.latest if born else None,
                sex=_SEXES.get(cells[_SEX], "unknown"),
                commune=cells[_HOME],
                personal=number if card and card.kind == PERSONAL_NUMBER else (),
                numbers=number,
                phones=(token(f"phone:{phone}"),) if phone else (),
                fresh=fresh,
            )
            yield _Told(row, bool(cells[_NUMBER].strip()))


def _born(told: str) -> PartialDate | None:
    """Return a birth date as a list has it, a day or a year; None for anything else."""
    try:
        if told.isdecimal():
            return PartialDate.parse(told)
        day: date = datetime.strptime(told, "%d/%m/%Y").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return None
    return PartialDate(day.year, day.month, day.day)


def truth_of(out: Path) -> list[About]:
    """Return the truth of the list's rows and, after them, of the records'."""
    folder = out / "truth"
    kin = {
        each["person"]: [word for word in ("twin", "namesake") if each[word]] for each in _csv(folder / "persons.csv")
    }
    told = [(LIST, each) for each in _csv(folder / "list.csv")] + [
        (RECORDS, each) for each in _csv(folder / "records.csv")
    ]
    return [About(each["person"], (*_errors(file, each), *kin[each["person"]])) for file, each in told]


def _errors(file: str, told: Mapping[str, str]) -> Iterator[str]:
    for field, slips in told.items():
        if field not in {"row", "person"}:
            yield from (f"{file}.{field}.{slip}" for slip in slips.split("+") if slip and slip != "right")


def _csv(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def _lines(answer: Mapping[str, Any]) -> Iterator[str]:
    for group in ("automatic", "with_id", "without_id"):
        yield f"{group:12} precision {answer[group]['precision']:.6f} recall {answer[group]['recall']:.6f}"
    for error, found in answer["by_error"].items():
        yield f"  {error:32} {found['pairs']:>9} pairs, recall {found['recall']:.4f}, automatic {found['automatic']:.4f}"
    yield f"clerk cases per 10,000 rows: {answer['clerk_cases_per_10000']}"
