"""What the bench for paper slips shows: the queue, the form beside a scan, and how many doses the vials are short of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from tiemchung.domain.mending.values import ScanListed, ScanState, UnreadableWhy
from tiemchung.domain.visits.values import DayLines, LineCode, LotLine
from tiemchung.faces.shared.words import Words, said
from tiemchung.faces.station.pages import sheet
from tiemchung.faces.station.pages.board import STATES
from tiemchung.faces.station.pages.mending import STOP_REASONS
from tiemchung.faces.station.typed import words_in

STANDINGS: dict[ScanState, tuple[str, Words]] = {
    ScanState.WAITING: ("ring", Words("Chờ nhập", "Waiting")),
    ScanState.TYPING: ("half", Words("Đang nhập", "Being typed")),
    ScanState.ENTERED: ("done", Words("Đã nhập", "Entered")),
    ScanState.UNREADABLE: ("tri", Words("Không đọc được", "Cannot be read")),
    ScanState.DUPLICATE: ("void", Words("Trùng", "Duplicate")),
}
"""How a scan stands: its shape and word."""
WHY = {
    UnreadableWhy.BLURRED: Words("Ảnh mờ hoặc tối", "Blurred or dark"),
    UnreadableWhy.CUT_OFF: Words("Thiếu một phần phiếu", "Part of the slip is missing"),
    UnreadableWhy.HANDWRITING: Words("Chữ viết không đọc được", "The handwriting cannot be read"),
    UnreadableWhy.NO_SLIP: Words("Không phải phiếu tiêm", "Not a vaccination slip"),
}
GOES_ON = ("how", "product", "lot", "arm", "vaccinator", "minutes", "state")
"""Fields that the next slip begins with as the one before ended: nothing that tells who somebody is."""
FIELD_OF = {
    "at-to-come": "at",
    "elsewhere": "name",
    "person": "name",
    "vaccinator-twice": "vaccinator",
    "dose-number": "dose_number",
}
"""Which field a row's fault is about, where the fault is not called like its field."""
CHOICES: Mapping[str, Mapping[str, Words]] = {
    "answer": {code: words for code, words in sheet.ANSWERS.items() if code != "absent"},
    "how": {str(int(how)): words for how, words in sheet.HOWS.items()},
    "arm": sheet.SIDES,
    "state": STATES,
    "reason": STOP_REASONS,
}
"""Fields of the form that take one of a few answers."""


@dataclass(frozen=True, kw_only=True)
class Shortfall:
    """What a lot's vials gave out at a site on a day against the doses on record; `short` is None where no vial is known."""

    lot: str
    used: int
    recorded: int
    short: int | None


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a day's slips are typed. Slips that are there twice count once."""

    slips: int
    entered: int
    open: int
    unreadable: int
    short: int


def shortfalls(lines: DayLines, sizes: Mapping[str, int | None]) -> list[Shortfall]:
    """Return for each lot of a day the doses that its vials gave out, and how many of them are not on record.

    Vials are those that were noted as opened or, where more went out to the tables by the lead's count, these. Doses beyond
    what a vial is sold as come out of no vial's count.
    """
    counted = {one.lot: one.quantity for one in lines.counted if one.what == LineCode.VIALS and one.lot}
    lots = {line.lot: line for line in lines.lots}
    lots |= {lot: LotLine(lot=lot, product="") for lot in counted if lot not in lots}
    return [_shortfall(lots[lot], counted.get(lot), sizes.get(lots[lot].product)) for lot in sorted(lots)]


def _shortfall(line: LotLine, issued: int | None, size: int | None) -> Shortfall:
    by_count = 0
    if issued is not None and size and line.sealed_returned is not None and line.sealed_wasted is not None:
        by_count = (issued - line.sealed_returned - line.sealed_wasted) * size
    vials = max(line.opened, by_count)
    used, recorded = vials - line.wasted - line.returned, line.given - line.overfill
    return Shortfall(lot=line.lot, used=used, recorded=recorded, short=used - recorded if vials else None)


def progress(scans: Sequence[ScanListed], lots: Sequence[Shortfall]) -> Progress:
    """Return how far the slips of a day are."""
    states = Counter(one.state for one in scans)
    return Progress(
        slips=len(scans) - states[ScanState.DUPLICATE],
        entered=states[ScanState.ENTERED],
        open=states[ScanState.WAITING] + states[ScanState.TYPING],
        unreadable=states[ScanState.UNREADABLE],
        short=sum(max(one.short or 0, 0) for one in lots),
    )


def line_of(form: Mapping[str, str], *, scan: UUID, number: int) -> sheet.Line:
    """Return what the form says as a row of the session sheet, which is read by the one reader of paper."""
    told = {column: words_in(form.get(column), longest=sheet.CELL_LENGTH) for column in sheet.COLUMNS}
    for column, words in CHOICES.items():
        told[column] = said(words[told[column]]) if told[column] in words else ""
    if told["answer"] == said(sheet.ANSWERS["deferred"]):
        told |= dict.fromkeys(("minutes", "state"), "")
    told |= {"id": str(scan), "place": str(number), "called": ""}
    return sheet.Line(line=number, told=told, figures=frozenset(), computes=False)


def begin_with(before: Mapping[str, str], *, lots: Sequence[Shortfall], vaccinators: Sequence[str]) -> dict[str, str]:
    """Return what a form begins with: as the slip before, or else by the lot that lacks most and the one vaccinator."""
    if before:
        return {"answer": "dosed", **{name: before.get(name, "") for name in GOES_ON}}
    lacking = max(lots, key=lambda one: one.short or 0, default=None)
    return {
        "answer": "dosed",
        "lot": lacking.lot if lacking else "",
        "vaccinator": vaccinators[0] if len(vaccinators) == 1 else "",
    }


def same_day(before: Mapping[str, object], *, site: str, day: date) -> dict[str, str]:
    """Return what the last slip left for the next one, where that was of the same site and day."""
    if (before.get("site"), before.get("day")) != (site, day.isoformat()):
        return {}
    return {name: str(before.get(name, "")) for name in GOES_ON}
