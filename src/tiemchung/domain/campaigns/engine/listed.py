"""One row of a list: what it says, and what in it cannot be right. Plain values in, one answer out."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from functools import cache, lru_cache
from importlib.resources import files

import msgspec

from tiemchung.domain.access.rules import phones
from tiemchung.domain.campaigns.rules import EARLIEST_BIRTH_YEAR
from tiemchung.domain.campaigns.values import Result
from tiemchung.domain.people.rules import identifier_key
from tiemchung.domain.people.values import IdentifierTold, PersonBlock
from tiemchung.kernel import cells, legacy
from tiemchung.kernel.names import LONGEST_NAME, display_name, fault_of_name, foreign_in, search_key, visible

PERSONAL, OLD_CARD, PASSPORT, FOREIGN = "personal-number", "old-identity-card", "passport-vn", "passport-foreign"
_PERSONAL_DIGITS, _OLD_DIGITS = 12, 9
_LAST_CENTURY_DIGIT = "5"
_SERIAL_ZERO = date(1899, 12, 30)
_DMY = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})", re.ASCII)
_YMD = re.compile(r"(\d{4})[/.\-](\d{1,2})[/.\-](\d{1,2})(?:[ T].*)?", re.ASCII)
_MONTH = re.compile(r"(\d{1,2})[/.\-](\d{4})", re.ASCII)
_YEAR = re.compile(r"\d{4}", re.ASCII)
_BETWEEN_DIGITS = re.compile(r"[\s.\-()]")
_MOBILE = re.compile(r"0\d{9}", re.ASCII)
_SEXES = {
    **dict.fromkeys(("nam", "male", "m", "trai"), "male"),
    **dict.fromkeys(("nu", "female", "f", "gai"), "female"),
}
_HIDES = frozenset("•·*?")
_HIDDEN = re.compile(r"•{4}|(?:[•·*]{2,}|\?{3,})\s*([0-9A-Za-z]{3,4})")
"""A number as lists are given out: dots, or what a code page made of them, and the last digits."""
_STARTS_FORMULA = frozenset("=@+-\t")
_COMPARED = ("name", "born", "sex", "number", "group")
_NEW_YEAR = (1, 1)


class Read(msgspec.Struct, frozen=True, kw_only=True):
    """What a row says, or why it cannot be taken; `result` is NEW until somebody like this is found.

    `key` is the cell of its row key, `hidden` what is shown of a number or a phone by its last digits alone.
    """

    shown: list[str]
    result: Result = Result.NEW
    reason: str = "new"
    facts: dict[str, str] = {}
    wrong: str = ""
    start: int = 0
    end: int = 0
    block: PersonBlock | None = None
    target_group: str = "unknown"
    key: str = ""
    hidden: dict[str, str] = {}


class _Wrong(Exception):  # noqa: N818 - tells the answer of a row
    def __init__(self, reason: str, field: str, start: int = 0, end: int = 0, **facts: str) -> None:
        self.told = (reason, field, start, end, facts)


def read_row(
    row: Sequence[str],
    columns: Mapping[str, int],
    *,
    typed: str,
    today: date,
    groups: Collection[str],
    width: int,
    countries: Collection[int] = phones.HOME_ALONE,
) -> Read | None:
    """Return what a row says; None for an empty one. Nobody is turned away for lack of a number or a phone."""
    # One list has often been typed by several hands: a row with letters of Unicode's own is Unicode, whatever the file is.
    how = "unicode" if typed != "unicode" and legacy.has_unicode(row) else typed
    # A mark of a cell is no printable letter: what is printable is read as it stands.
    is_plain = how == "unicode" and "".join(row).isprintable()
    read = [
        cell.strip()
        if is_plain or (how == "unicode" and cell.isprintable())
        else visible(legacy.read_back(cells.plain(cell), how)).strip()
        for cell in row
    ]
    shown = read[:width]
    if not any(shown):
        return None
    texts = _of_columns(read, columns)
    told = texts if is_plain else _of_columns(row, columns)
    hidden = _hidden(told, texts)
    answer = _answered(shown, told, texts, today=today, groups=groups, countries=countries)
    key = texts.get("key", "")
    if not key and not hidden:
        return answer
    if not key and answer.result is Result.NEW:
        # Whoever took the key away has left a row of which nobody can tell the whole number.
        field = next(iter(hidden))
        doubt = _Wrong("masked", field, 0, len(hidden[field]))
        answer = _answer(doubt, Result.DOUBT, shown, block=answer.block, target_group=answer.target_group)
    return msgspec.structs.replace(answer, key=key, hidden=hidden)


def _of_columns(row: Sequence[str], columns: Mapping[str, int]) -> dict[str, str]:
    try:
        return {field: row[place] for field, place in columns.items()}
    except IndexError:  # half a row
        return {field: row[place] if place < len(row) else "" for field, place in columns.items()}


def _answered(
    shown: list[str],
    told: Mapping[str, str],
    texts: Mapping[str, str],
    *,
    today: date,
    groups: Collection[str],
    countries: Collection[int],
) -> Read:
    try:
        if told is not texts or not _STARTS_FORMULA.isdisjoint([text[:1] for text in texts.values()]):
            _no_formula(told, texts)
        name = _name(texts.get("name", ""))
        born, only_year = _born(told.get("born", ""), texts.get("born", ""), today)
        sex = _sex(texts.get("sex", ""))
        number = _number(told.get("number", ""), born)
    except _Wrong as wrong:
        return _answer(wrong, Result.UNUSABLE, shown)
    doubt = _old_font(name, texts["name"])
    phone = None
    try:
        phone = _phone(texts.get("phone", ""), countries)
        if number and number.kind == PERSONAL:
            sex = _compared(number.value, texts["number"], born=born, sex=sex)
    except _Wrong as wrong:
        doubt = doubt or wrong
    if doubt is None and only_year:
        doubt = _Wrong("new-year", "born", 0, len(texts["born"]), year=born[:4])
    group = texts.get("group", "").split(" ")[0].zfill(2)
    block = PersonBlock(name=name, born=born, sex=sex, identifiers=[number] if number else [], phone=phone)
    known_group = group if group in groups else "unknown"
    if doubt:
        return _answer(doubt, Result.DOUBT, shown, block=block, target_group=known_group)
    return Read(shown=shown, block=block, target_group=known_group)


def _answer(
    wrong: _Wrong, result: Result, shown: list[str], *, block: PersonBlock | None = None, target_group: str = "unknown"
) -> Read:
    reason, field, start, end, facts = wrong.told
    return Read(
        shown=shown,
        result=result,
        reason=reason,
        facts=facts,
        wrong=field,
        start=start,
        end=end,
        block=block,
        target_group=target_group,
    )


def _hidden(told: dict[str, str], texts: dict[str, str]) -> dict[str, str]:
    """Take a number and a phone that only show their last digits out of a row, and return them as they are shown."""
    hidden = {}
    for field, digits in (("number", 4), ("phone", 3)):
        text = texts.get(field, "")
        if text and text[0] in _HIDES and (found := _HIDDEN.fullmatch(text)):
            hidden[field] = f"•••• {found[1][-digits:]}" if found[1] else "••••"
            told[field] = texts[field] = ""
    return hidden


def _no_formula(told: Mapping[str, str], texts: Mapping[str, str]) -> None:
    for field in _COMPARED:
        text, cell = texts.get(field, ""), told.get(field, "")
        if cell and (cell[0] == cells.FORMULA or (text and text[0] in _STARTS_FORMULA)):
            raise _Wrong("formula", field, 0, len(text))


def _name(text: str) -> str:
    name = display_name(text)
    fault = fault_of_name(name)
    if fault == "empty":
        raise _Wrong("no-name", "name")
    if fault == "long":
        raise _Wrong("long-name", "name", LONGEST_NAME, len(text))
    if fault:
        place = foreign_in(name)
        raise _Wrong("no-letters", "name", place or 0, len(text) if place is None else place + 1)
    return name


def _old_font(name: str, text: str) -> _Wrong | None:
    """Return the doubt about a name that looks as an old font leaves it in a list of Unicode: somebody reads the paper."""
    if legacy.old_letters(name) is None:
        return None
    start, end = legacy.old_letters(text) or (0, len(text))
    return _Wrong("old-font", "name", start, end)


@lru_cache(maxsize=1 << 10)
def _sex(text: str) -> str:
    return _SEXES.get(search_key(text), "unknown")


@lru_cache(maxsize=1 << 16)
def _born(cell: str, text: str, today: date) -> tuple[str, bool]:
    """Return a birth date as told (a year, a month or a day), and whether it is a 1 January that may stand for a year."""
    if not text:
        raise _Wrong("no-birth", "born")
    if cell.startswith(cells.NUMBER) and not _YEAR.fullmatch(text):
        return _from_serial(text, today)
    if _YEAR.fullmatch(text):
        _insist_possible(date_or_none(int(text), 1, 1), text, today)
        return text, False
    if month := _MONTH.fullmatch(text):
        found = date_or_none(int(month[2]), int(month[1]), 1)
        _insist_possible(found, text, today)
        return f"{month[2]}-{int(month[1]):02}", False
    if day := _DMY.fullmatch(text):
        return _of_day(int(day[3]), int(day[2]), int(day[1]), text, today)
    if day := _YMD.fullmatch(text):
        return _of_day(int(day[1]), int(day[2]), int(day[3]), text, today)
    raise _Wrong("birth-unreadable", "born", 0, len(text))


def _of_day(year: int, month: int, day: int, text: str, today: date) -> tuple[str, bool]:
    found = date_or_none(year, month, day)
    if found is None:
        raise _Wrong("no-such-day", "born", 0, len(text), day=f"{day:02}/{month:02}")
    _insist_possible(found, text, today)
    return found.isoformat(), (month, day) == _NEW_YEAR


def _from_serial(text: str, today: date) -> tuple[str, bool]:
    if not text.isdecimal() or len(text) > len("99999"):
        raise _Wrong("birth-unreadable", "born", 0, len(text))
    found = _SERIAL_ZERO + timedelta(days=int(text))
    _insist_possible(found, text, today)
    return found.isoformat(), (found.month, found.day) == _NEW_YEAR


def date_or_none(year: int, month: int, day: int) -> date | None:
    """Return a day, None if no calendar has it."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _insist_possible(day: date | None, text: str, today: date) -> None:
    if day is None:
        raise _Wrong("birth-unreadable", "born", 0, len(text))
    if day > today:
        raise _Wrong("birth-to-come", "born", 0, len(text))
    if day.year < EARLIEST_BIRTH_YEAR:
        raise _Wrong("birth-too-old", "born", 0, len(text), year=str(EARLIEST_BIRTH_YEAR))


def _number(cell: str, born: str) -> IdentifierTold | None:
    if len(cell) == _PERSONAL_DIGITS and cell.isascii() and cell.isdigit():
        return IdentifierTold(kind=PERSONAL, value=cell)
    text = cells.plain(cell).strip()
    key = identifier_key(text)
    if not key:
        return None
    if not key.isascii():
        raise _Wrong("number-letters", "number", 0, len(text))
    if key.isdigit():
        # A spreadsheet takes a number for a figure and drops the zero in front.
        if len(key) == _PERSONAL_DIGITS - 1 and key[0] != "0" and _of_birth("0" + key, born):
            key = "0" + key
        if len(key) not in (_PERSONAL_DIGITS, _OLD_DIGITS):
            raise _Wrong("number-digits", "number", 0, len(text), digits=str(len(key)))
        return IdentifierTold(kind=PERSONAL if len(key) == _PERSONAL_DIGITS else OLD_CARD, value=key)
    if re.fullmatch(r"[A-Z]\d{7,8}", key):
        return IdentifierTold(kind=PASSPORT, value=key)
    if re.fullmatch(r"[A-Z0-9]{5,9}", key):
        return IdentifierTold(kind=FOREIGN, value=key)
    raise _Wrong("number-letters", "number", 0, len(text))


def _of_birth(number: str, born: str) -> bool:
    return _year_of(number) == int(born[:4])


def _year_of(number: str) -> int:
    return 1900 + int(number[3]) // 2 * 100 + int(number[4:6])


def _compared(number: str, text: str, *, born: str, sex: str) -> str:
    """Return the sex that the number tells where none was told; doubt a number that is somebody else's."""
    if number[3] > _LAST_CENTURY_DIGIT:
        raise _Wrong("number-century", "number", 3, 4, digit=number[3])
    holder = "female" if int(number[3]) % 2 else "male"
    if _year_of(number) != int(born[:4]):
        place = text.find(number[4:6], 4) if number[4:6] in text[4:] else 0
        raise _Wrong("number-year", "number", place, place + 2, year=str(_year_of(number)), told=born[:4])
    if sex not in ("unknown", holder):
        raise _Wrong("number-sex", "number", 3, 4, sex=holder, told=sex)
    return holder


@cache
def _prefixes() -> frozenset[str]:
    table = (files("tiemchung.reference") / "vn_mobile_prefixes.csv").read_text(encoding="utf-8")
    return frozenset(line.split(",")[1] for line in table.splitlines()[1:])


def _phone(text: str, countries: Collection[int]) -> str | None:
    digits = text if text.isdigit() else _BETWEEN_DIGITS.sub("", text)
    if not digits:
        return None
    if _MOBILE.fullmatch(digits) and digits[:3] in _prefixes():
        return digits
    if len(digits) == len("912345678") and digits.isdecimal():
        digits = "0" + digits
    found, _ = phones.read(digits, countries=countries)
    if found is None:
        raise _Wrong("phone", "phone", 0, len(text))
    return found.national
