"""A dose that somebody's book lacks: what the recorder types from the site's papers, read with distrust."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, cast
from uuid import UUID

from tiemchung.domain.mending.values import MissingShown
from tiemchung.domain.visits.values import How
from tiemchung.faces.shared import numbers
from tiemchung.faces.shared.words import Words, t
from tiemchung.faces.station.pages.chair import ARMS, age_on
from tiemchung.faces.station.pages.mending import CODE_LENGTH
from tiemchung.faces.station.pages.sheet import HOWS
from tiemchung.faces.station.typed import day_in, words_in
from tiemchung.kernel.clock import VIET_NAM, business_day
from tiemchung.kernel.dates import PartialDate

_DAY = re.compile(r"[0-9]{1,2}[/.\-][0-9]{1,2}[/.\-][0-9]{4}|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}")
_TIME = re.compile(r"([01]?[0-9]|2[0-3]) ?[:hg.] ?([0-5][0-9])?")
"""8:05, 8h05, 8g05, 8h."""


@dataclass(frozen=True, kw_only=True)
class Entered:
    """A dose as it stands on the site's papers."""

    at: datetime
    how: How
    product: str
    lot: str
    vial: str | None
    arm: Literal["left", "right"]
    vaccinator: UUID


@dataclass(frozen=True, kw_only=True)
class MissingLine:
    """A missing dose as the list shows it: whom it is about, and what was told in one line."""

    case: UUID
    name: str
    told: str
    due_at: datetime
    overdue: bool


def line_of(one: MissingShown, *, now: datetime) -> MissingLine:
    """Return a missing dose as a row of the list."""
    told = [one.facts.day, one.facts.place, one.facts.team]
    return MissingLine(
        case=one.id,
        name=one.facts.name or t("Chưa ghi tên", "No name told"),
        told=" · ".join(filter(None, told)) or t("không kể ngày, nơi", "no day or place told"),
        due_at=one.due_at,
        overdue=one.due_at < now,
    )


def born_told(one: MissingShown, *, now: datetime) -> str:
    """Return the birth that was told, with the age where it is a date; in the words of whoever wrote it where it is none."""
    try:
        born = PartialDate.parse(one.facts.born)
    except ValueError:
        return one.facts.born
    return age_on(str(born), business_day(now))


def told_lines(one: MissingShown) -> list[tuple[str, str]]:
    """Return what was told of a missing dose, as it was written, with its words."""
    facts = one.facts
    told = [
        (t("Ngày tiêm được kể", "Day as told"), facts.day),
        (t("Nơi tiêm được kể", "Place as told"), facts.place),
        (t("Đội lưu động", "Mobile team"), facts.team),
        (t("Gửi lúc", "Sent at"), numbers.moment(one.filed_at)),
    ]
    return [(word, value) for word, value in told if value]


def day_told(one: MissingShown) -> str:
    """Return the day that somebody wrote, as the form takes it; "" where they named none."""
    found = _DAY.search(one.facts.day)
    day = day_in(found[0]) if found else None
    return f"{day:%d/%m/%Y}" if day else ""


def hows() -> dict[str, Words]:
    """Return how the paper shows that it was they."""
    return {str(int(how)): words for how, words in HOWS.items()}


def read(
    form: Mapping[str, str], *, now: datetime, products: Mapping[str, str], vaccinators: Mapping[str, str], lot_of: str
) -> Entered | dict[str, str]:
    """Return the dose that a form tells, or what is wrong with it, by field. `lot_of` is what the typed lot holds, if known."""
    wrong: dict[str, str] = {}
    lot, vial = (words_in(form.get(name), longest=CODE_LENGTH + 1) for name in ("lot", "vial"))
    product, arm, vaccinator = lot_of or form.get("product", ""), form.get("arm", ""), form.get("vaccinator", "")
    how, at = form.get("how", ""), _moment(form, now=now, wrong=wrong)
    if how not in hows():
        wrong["how"] = t("Chọn theo giấy của buổi tiêm.", "Choose what the papers of the session show.")
    if not lot or len(lot) > CODE_LENGTH or len(vial) > CODE_LENGTH:
        wrong["lot"] = t("Ghi số lô như trên giấy.", "Enter the lot as on the paper.")
    if product not in products:
        wrong["product"] = t("Chọn loại vắc xin.", "Choose the product.")
    if arm not in ARMS:
        wrong["arm"] = t("Chọn tay đã tiêm.", "Choose the arm.")
    if vaccinator not in vaccinators:
        wrong["vaccinator"] = t("Chọn người đã tiêm.", "Choose who gave the dose.")
    if wrong or at is None:
        return wrong
    return Entered(
        at=at,
        how=How(int(how)),
        product=product,
        lot=lot,
        vial=vial or None,
        arm=cast('Literal["left", "right"]', arm),
        vaccinator=UUID(vaccinator),
    )


def _moment(form: Mapping[str, str], *, now: datetime, wrong: dict[str, str]) -> datetime | None:
    """Return the instant of which a form tells, by the clock of Viet Nam."""
    day, written = day_in(form.get("day")), _TIME.fullmatch(form.get("at", "").strip().lower())
    if day is None:
        wrong["day"] = t("Ghi ngày tiêm như 13/09/2021.", "Write the day like 13/09/2021.")
    if written is None:
        wrong["at"] = t("Ghi giờ như 8:05.", "Write the time like 8:05.")
    if day is None or written is None:
        return None
    hours = timedelta(hours=int(written[1]), minutes=int(written[2] or 0))
    at = (datetime(day.year, day.month, day.day, tzinfo=VIET_NAM) + hours).astimezone(UTC)
    if at > now:
        wrong["day"] = t("Lúc này chưa tới.", "This time is yet to come.")
    return at
