"""Identity numbers by their rules (`identifier_rules.csv`): what a number says of its holder, and why it cannot be right.

A rule executes its row's pattern; what the row's checks say in words stands here. What a row calls from general knowledge
only warns: nobody is turned away because a document looks otherwise than somebody remembers.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Final

import msgspec

from tiemchung.domain.people.rules import identifier_key
from tiemchung.domain.people.values import OLD_CARD, PERSONAL_NUMBER, Holder, NumberFault
from tiemchung.kernel.dates import PartialDate
from tiemchung.plumbing.rows import read_csv

RULES, PROVINCES, NEW_PROVINCES = "identifier_rules.csv", "vn_provinces_2021.csv", "vn_provinces_2025.csv"
RULE_COLUMNS: Final = (
    *("code", "name_vi", "name_en", "pattern", "checks", "holders"),
    *("source", "verified", "note"),
)
PASSPORT, FOREIGN_PASSPORT = "passport-vn", "passport-foreign"
INSURANCE, OLD_INSURANCE, BIRTH_CERTIFICATE = "health-insurance-10", "health-insurance-15", "birth-certificate"
PERSONAL_DIGITS: Final = 12
_CENTURY_PLACE: Final = 3
_LAST_CENTURY_DIGIT: Final = 5
_ORIGIN: Final = slice(0, 3)
_INSURANCE_PROVINCE: Final = (3, 5)


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """Where a birth was registered: a province of 2021, and the one of 2025 that it is part of."""

    province: str
    name: str
    heir: str
    heir_name: str


@cache
def patterns() -> Mapping[str, re.Pattern[str]]:
    """Return the pattern of each kind of document by the code of its row."""
    rows = read_csv(RULES, (files("tiemchung.reference") / RULES).read_bytes(), columns=RULE_COLUMNS)
    return {row.text("code"): re.compile(row.text("pattern"), re.ASCII) for row in rows}


@cache
def _origins() -> Mapping[str, Origin]:
    new = {row["code"]: row["name"] for row in _rows(NEW_PROVINCES)}
    return {
        row["cccd_prefix"]: Origin(
            province=row["code"],
            name=row["name"],
            heir=row["province_2025_code"],
            heir_name=new[row["province_2025_code"]],
        )
        for row in _rows(PROVINCES)
    }


@cache
def _province_codes() -> frozenset[str]:
    return frozenset(origin.province for origin in _origins().values())


def _rows(file: str) -> Iterator[dict[str, str]]:
    return csv.DictReader(io.StringIO((files("tiemchung.reference") / file).read_text(encoding="utf-8"), newline=""))


def origin_of(number: str) -> Origin | None:
    """Return where the birth of a personal number's holder was registered; None for a country or a prefix not known.

    The provinces since July 2025 give out the prefixes of those they were made of, so that one table serves both eras.
    """
    return _origins().get(number[_ORIGIN])


def faults_of_number(kind: str, value: str, *, born: str = "", sex: str = "unknown") -> list[NumberFault]:
    """Return what speaks against an identity number, what refuses it first; nothing for one that may be right.

    `born` and `sex` are what was told beside it: with them a personal number is compared, without them it is not. Of a kind
    without a rule nothing is known, so that nothing is said.
    """
    key = identifier_key(value)
    check = _CHECKS.get(kind)
    if check is None:
        return [] if key else [NumberFault(code="empty")]
    found = check(key, born, sex)
    return sorted(found, key=lambda fault: not fault.refuses)


def _personal(key: str, born: str, sex: str) -> list[NumberFault]:
    if not (key.isascii() and key.isdigit()):
        at = next((place for place, letter in enumerate(key) if letter not in "0123456789"), 0)
        return [NumberFault(code="not-digits", start=at, end=at + 1)]
    if len(key) != PERSONAL_DIGITS:
        return [NumberFault(code="length", facts={"digits": len(key)}, end=len(key))]
    if int(key[_CENTURY_PLACE]) > _LAST_CENTURY_DIGIT:
        return [
            NumberFault(
                code="century", facts={"digit": key[_CENTURY_PLACE]}, start=_CENTURY_PLACE, end=_CENTURY_PLACE + 1
            )
        ]
    faults = []
    holder = Holder.of(key)
    if holder is not None and born:
        other_sex = sex in {"female", "male"} and sex != holder.sex
        if holder.year != PartialDate.parse(born).year or other_sex:
            facts: dict[str, str | int] = {"year": holder.year, "sex": holder.sex}
            faults.append(NumberFault(code="contradicts", facts=facts, start=_CENTURY_PLACE, end=_CENTURY_PLACE + 3))
    if origin_of(key) is None:
        faults.append(NumberFault(code="origin-unknown", facts={"prefix": key[_ORIGIN]}, end=3, refuses=False))
    return faults


def _old_card(key: str, _born: str, _sex: str) -> list[NumberFault]:
    return [] if patterns()[OLD_CARD].fullmatch(key) else [NumberFault(code="old-card-digits", end=len(key))]


def _by_pattern(kind: str, code: str) -> Callable[[str, str, str], list[NumberFault]]:
    """Return a check that warns where the row's pattern does not fit."""

    def check(key: str, _born: str, _sex: str) -> list[NumberFault]:
        if not key:
            return [NumberFault(code="empty")]
        if patterns()[kind].fullmatch(key):
            return []
        return [NumberFault(code=code, end=len(key), refuses=False)]

    return check


def _old_insurance(key: str, born: str, sex: str) -> list[NumberFault]:
    faults = _by_pattern(OLD_INSURANCE, "old-insurance-shape")(key, born, sex)
    start, end = _INSURANCE_PROVINCE
    if faults or key[start:end] in _province_codes():
        return faults
    return [
        NumberFault(code="insurance-province", facts={"province": key[start:end]}, start=start, end=end, refuses=False)
    ]


_CHECKS: Final[Mapping[str, Callable[[str, str, str], list[NumberFault]]]] = {
    PERSONAL_NUMBER: _personal,
    OLD_CARD: _old_card,
    PASSPORT: _by_pattern(PASSPORT, "passport-shape"),
    FOREIGN_PASSPORT: _by_pattern(FOREIGN_PASSPORT, "foreign-passport-shape"),
    OLD_INSURANCE: _old_insurance,
    INSURANCE: _by_pattern(INSURANCE, "insurance-shape"),
    BIRTH_CERTIFICATE: _by_pattern(BIRTH_CERTIFICATE, "birth-certificate-long"),
}
