"""Two records side by side: what agrees, what differs, and the doses of both on one line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from tiemchung.domain.immunization.values import DoseIfJoined
from tiemchung.domain.people.values import PersonShown
from tiemchung.domain.vaccines.values import Product
from tiemchung.faces.shared import numbers
from tiemchung.faces.shared.sentences import FINDINGS, UNNAMED
from tiemchung.faces.shared.words import Words, said, t
from tiemchung.faces.workbench.cases import person_line
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.dates import PartialDate
from tiemchung.kernel.names import display_name, search_key, token_key

ALIKE = ("done", Words("Giống", "Alike"))
NOT_TOLD = ("ring", Words("Một bên không ghi", "Not told on one side"))
DIFFERS = ("tri", Words("Khác", "Differs"))

WIDTH, HEIGHT, LEFT, RIGHT = 960, 190, 84, 40
A_LINE, B_LINE = 46, 116
MOST_MONTHS = 12
"""Months that are named under the lines; of more every second or third. Ours."""


class Field(NamedTuple):
    """One field of two records: what each says, and how they compare, as a shape with a word."""

    label: str
    one: str
    other: str
    shape: str
    word: str


class DoseOnLine(NamedTuple):
    """A dose of either record on the common line: `ours` tells the first; `after` the days since the one before."""

    ours: bool
    day: str
    product: str
    number: int
    after: str
    findings: list[str]
    on: date


class Mark(NamedTuple):
    """A dose as it is drawn: where, on whose line, with which words, and whether the rules would find anything."""

    x: float
    y: int
    text_y: int
    ours: bool
    found: bool
    text: str
    anchor: str


class TimeLine(NamedTuple):
    """The doses of both as two lines over the same months; the widths are of the drawing."""

    width: int
    height: int
    lines: list[tuple[str, int]]
    months: list[tuple[float, str]]
    marks: list[Mark]


def drawn(doses: Sequence[DoseOnLine]) -> TimeLine | None:
    """Draw the doses of both records under the same months; None where there are none."""
    if not doses:
        return None
    first = doses[0].on.replace(day=1)
    last = _next_month(doses[-1].on)
    across = (WIDTH - LEFT - RIGHT) / (last - first).days
    months, month = [first], first
    while (month := _next_month(month)) <= last:
        months.append(month)
    step = -(-len(months) // MOST_MONTHS)
    marks, drawn_before = [], {True: 0, False: 0}
    for dose in doses:
        y = A_LINE if dose.ours else B_LINE
        # Two doses of one record may lie close together: their words stand above and below in turn.
        above = drawn_before[dose.ours] % 2 == 0
        drawn_before[dose.ours] += 1
        x = round(LEFT + (dose.on - first).days * across, 1)
        marks.append(
            Mark(
                x=x,
                y=y,
                text_y=y - 16 if above else y + 26,
                ours=dose.ours,
                found=bool(dose.findings),
                text=f"{dose.day} · {dose.product}",
                anchor="start" if x < WIDTH / 3 else "end" if x > 2 * WIDTH / 3 else "middle",
            )
        )
    return TimeLine(
        width=WIDTH,
        height=HEIGHT,
        lines=[(t("Hồ sơ A", "Record A"), A_LINE), (t("Hồ sơ B", "Record B"), B_LINE)],
        months=[(round(LEFT + (month - first).days * across, 1), month.strftime("%m/%Y")) for month in months[::step]],
        marks=marks,
    )


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def fields(one: PersonShown, other: PersonShown) -> list[Field]:
    """Compare two records field by field."""
    told, beside = person_line(one), person_line(other)
    compared = [
        (t("Họ và tên", "Name"), told.name, beside.name, _names(one.name, other.name)),
        (t("Ngày sinh", "Born"), told.born, beside.born, _births(one.born, other.born)),
        (t("Giới tính", "Sex"), told.sex, beside.sex, _equal(one.sex, other.sex, missing="unknown")),
        (t("Giấy tờ", "Document"), told.numbers, beside.numbers, _documents(one, other)),
        (t("Điện thoại", "Phone"), told.phone, beside.phone, _phones(one.phone, other.phone)),
        (t("Nơi ở", "Lives in"), told.lives, beside.lives, _equal(one.commune, other.commune)),
    ]
    return [Field(label, left, right, shape, said(word)) for label, left, right, (shape, word) in compared]


def on_one_line(doses: Sequence[DoseIfJoined], *, first: UUID, products: Mapping[str, Product]) -> list[DoseOnLine]:
    """Return the doses of both in order, with the days between them and what the rules would find."""
    line = []
    before = None
    for dose in doses:
        day = dose.given_on or business_day(dose.occurred_at)
        line.append(
            DoseOnLine(
                ours=dose.person == first,
                day=numbers.day(day),
                product=products[dose.product].name_vi if dose.product in products else dose.product,
                number=dose.dose_number,
                after=t("sau {n} ngày", "{n} [day|days] later", n=(day - before).days) if before else "",
                findings=[said(FINDINGS.get(code, UNNAMED)) for code in dose.findings],
                on=day,
            )
        )
        before = day
    return line


def _names(one: str, other: str) -> tuple[str, Words]:
    if display_name(one).casefold() == display_name(other).casefold():
        return ALIKE
    if search_key(one) == search_key(other):
        return ("tri", Words("Khác dấu", "Other marks"))
    if token_key(one) == token_key(other):
        return ("tri", Words("Khác thứ tự", "Another order"))
    return DIFFERS


def _births(one: str, other: str) -> tuple[str, Words]:
    try:
        left, right = PartialDate.parse(one), PartialDate.parse(other)
    except ValueError:
        return NOT_TOLD
    if left == right:
        return ALIKE
    if left.earliest <= right.latest and right.earliest <= left.latest:
        return ("ring", Words("Một bên chỉ ghi năm", "The year alone on one side"))
    return DIFFERS


def _equal(one: str, other: str, *, missing: str = "") -> tuple[str, Words]:
    if missing in (one, other):
        return NOT_TOLD
    return ALIKE if one == other else DIFFERS


def _documents(one: PersonShown, other: PersonShown) -> tuple[str, Words]:
    """Compare by kind and last digits: more of a number is not shown, and not needed to see that two differ."""
    left = {(each.kind, each.value) for each in one.identifiers}
    right = {(each.kind, each.value) for each in other.identifiers}
    if not left or not right:
        return NOT_TOLD
    if left & right:
        return ("done", Words("Cùng bốn số cuối", "The same last four digits"))
    if {kind for kind, _ in left} & {kind for kind, _ in right}:
        return DIFFERS
    return ("ring", Words("Khác loại", "Another kind"))


def _phones(one: str | None, other: str | None) -> tuple[str, Words]:
    if not one or not other:
        return NOT_TOLD
    return (
        ("ring", Words("Cùng ba số cuối, có thể dùng chung", "The same last three digits; it may be shared"))
        if one == other
        else DIFFERS
    )
