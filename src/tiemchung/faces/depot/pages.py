"""What the pages of the depot show, as frozen values and words: the templates ask for nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from tiemchung.domain.supply import queries as supply
from tiemchung.domain.supply.values import (
    Band,
    Cause,
    DecisionKind,
    DecisionShown,
    Excursion,
    FridgeShown,
    ReadingTold,
    ShelfLine,
    ShipmentShown,
    ShipmentState,
    StoreLevel,
    Verdict,
)
from tiemchung.faces.shared import numbers
from tiemchung.faces.shared.words import Words, said, t
from tiemchung.kernel.clock import VIET_NAM, business_day

LEVELS: dict[StoreLevel, Words] = {
    StoreLevel.NATIONAL: Words("Kho quốc gia", "National store"),
    StoreLevel.REGIONAL: Words("Kho khu vực", "Regional store"),
    StoreLevel.PROVINCIAL: Words("Kho tỉnh, thành phố", "Provincial store"),
    StoreLevel.DISTRICT: Words("Kho quận, huyện", "District store"),
}
VERDICTS: dict[Verdict, Words] = {
    Verdict.FINE: Words("Trong ngưỡng suốt đường", "Within limits all the way"),
    Verdict.ALARM: Words("Máy có báo động", "The device shows an alarm"),
    Verdict.NONE: Words("Không có máy đo đi cùng", "No device came with it"),
}
CAUSES: dict[Cause, Words] = {
    Cause.LOST: Words("Mất", "Lost"),
    Cause.BROKEN: Words("Vỡ", "Broken"),
    Cause.TEMPERATURE: Words("Hỏng vì nhiệt độ", "Spoiled by temperature"),
    Cause.MISCOUNTED: Words("Nơi gửi đếm nhầm", "Miscounted by the sender"),
}
STATES: dict[ShipmentState, tuple[str, Words]] = {
    ShipmentState.PICKED: ("ring", Words("Đã soạn, chưa đi", "Picked, not sent")),
    ShipmentState.ON_ROAD: ("half", Words("Trên đường", "On the road")),
    ShipmentState.ARRIVED: ("done", Words("Đã nhận xong", "Arrived")),
    ShipmentState.CANCELLED: ("void", Words("Đã hủy", "Cancelled")),
}
MISSING = ("tri", Words("Nhận chưa đủ, còn {n} liều chưa rõ", "Not all arrived, {n} [dose|doses] open"))
DECISIONS: dict[DecisionKind, Words] = {
    DecisionKind.RELEASE_CONSIGNMENT: Words("Cho dùng lô vừa nhận", "Release what was received"),
    DecisionKind.REFUSE_CONSIGNMENT: Words("Trả lại lô vừa nhận", "Send back what was received"),
    DecisionKind.RELEASE_LOT: Words("Cho dùng lại lô trên cả nước", "Release the lot in the whole country"),
    DecisionKind.RELEASE_HERE: Words("Cho dùng lại lô ở nơi này", "Release the lot at this place"),
    DecisionKind.DESTROY: Words("Hủy liều của lô", "Destroy doses of the lot"),
    DecisionKind.EXPLAIN_SHIPMENT: Words("Giải thích chuyến hàng lệch", "Explain a shipment's difference"),
    DecisionKind.EXPLAIN_COUNT: Words("Giải thích kiểm kê lệch", "Explain a count's difference"),
}
OF_CONSIGNMENT = frozenset({DecisionKind.RELEASE_CONSIGNMENT, DecisionKind.REFUSE_CONSIGNMENT})
SHELF_NOTES: dict[str, Words] = {
    "6 months (Covishield 9)": Words("6 tháng (Covishield: 9 tháng)", "6 months (Covishield 9)"),
    "6 months frozen": Words("6 tháng khi đông lạnh", "6 months frozen"),
    "6 months, extended by 3 months in VN (2021-11)": Words(
        "6 tháng, Việt Nam gia hạn thêm 3 tháng (11/2021)", "6 months, extended by 3 months in Viet Nam (2021-11)"
    ),
    "6 months, extended to 9 (VN 2022-02)": Words(
        "6 tháng, Việt Nam gia hạn thành 9 tháng (02/2022)", "6 months, extended to 9 in Viet Nam (2022-02)"
    ),
    "9 months": Words("9 tháng", "9 months"),
    "24 months": Words("24 tháng", "24 months"),
    "31 days (single 2 weeks at -25..-15 allowed)": Words(
        "31 ngày (được để một lần 2 tuần ở −25 đến −15 °C)", "31 days (a single 2 weeks at −25 to −15 °C allowed)"
    ),
    "10 weeks": Words("10 tuần", "10 weeks"),
    "30 days": Words("30 ngày", "30 days"),
    "3 months -> 11 months (extended)": Words("3 tháng, sau gia hạn thành 11 tháng", "3 months, later extended to 11"),
    "after dilution": Words("tính từ lúc pha", "counted from dilution"),
}
"""What the vaccines' table notes of a shelf life, said in both languages; a test holds it to the table."""
SHORT_DAYS, SOON_DAYS = 7, 30
"""Days left below which a bar is cinnabar, or turmeric. A screen habit of ours."""
NOON = 12
READ_SINCE = timedelta(days=30)
"""How far back readings are looked at for the latest one."""


@dataclass(frozen=True, kw_only=True)
class LotRow:
    """A lot on a shelf: shape and word of its state, and how much of its time is left, in per cent of what `whole` is."""

    lot: str
    product: str
    doses: int
    free: int
    shape: str
    status: str
    use_before: date | None
    days_left: int | None
    left_words: str
    tone: str
    share: int
    mark: str
    fridge: str


@dataclass(frozen=True, kw_only=True)
class FridgeRow:
    """A fridge with its latest reading, whether it is to be read now, and what was outside within a day."""

    code: str
    name: str
    limits: str
    latest: ReadingTold | None
    shape: str
    status: str
    due: bool
    excursion: Excursion | None


@dataclass(frozen=True, kw_only=True)
class DecisionRow:
    """A proposal with its words, who made it, and what the reader may do about it."""

    id: UUID
    title: str
    facts: str
    reason: str
    by: str
    at: datetime
    place: str
    own: bool


def limits(low_c: float | None, high_c: float) -> str:
    """Write limits: 2 đến 8 °C."""
    if low_c is None:
        return t("không quá {high}", "at most {high}", high=numbers.with_unit(high_c, "°C", digits=0))
    return t(
        "{low} đến {high}",
        "{low} to {high}",
        low=numbers.number(low_c),
        high=numbers.with_unit(high_c, "°C", digits=0),
    )


def degrees(temp_c: float) -> str:
    """Write a temperature: 4,7 °C."""
    return numbers.with_unit(temp_c, "°C")


def lot_row(line: ShelfLine, *, names: Mapping[str, str], today: date) -> LotRow:
    """Return a lot as the shelf shows it."""
    days = None if line.use_before is None else (line.use_before - today).days
    shape, word = _lot_state(line, days)
    tone = "" if days is None else "stop" if days < SHORT_DAYS else "look" if days < SOON_DAYS else "calm"
    words = (
        t("không có hạn", "no expiry told") if days is None else t("{n} ngày", "{n} [day|days]", n=numbers.number(days))
    )
    if line.thaw:
        words += t(" (rã đông)", " (thawed)")
    return LotRow(
        lot=line.lot,
        product=names.get(line.product or "", line.product or t("chưa rõ loại", "product unknown")),
        doses=line.doses,
        free=line.free,
        shape=shape,
        status=word,
        use_before=line.use_before,
        days_left=days,
        left_words=words,
        tone=tone,
        share=0 if days is None else max(2, min(100, round(days * 100 / 180))),
        mark=line.mark if line.thaw else "",
        fridge=line.fridge,
    )


def _lot_state(line: ShelfLine, days: int | None) -> tuple[str, str]:
    """Return shape and word of the first of these that is so; the worst stands first."""
    states = [
        (line.recalled, "oct", t("Thu hồi", "Recalled")),
        (line.held_since is not None, "oct", t("Tạm giữ", "On hold")),
        (days is not None and days < 0, "oct", t("Quá ngày dùng", "Past its last day")),
        (line.doses < 0, "tri", t("Sổ đang âm", "Ledger below nothing")),
        (line.waiting >= line.doses, "half", t("Chờ hai người cho dùng", "Waits for two persons")),
        (
            line.waiting > 0,
            "half",
            t("{n} liều chờ cho dùng", "{n} [dose waits|doses wait]", n=numbers.number(line.waiting)),
        ),
        (True, "done", t("Được dùng", "Released")),
    ]
    return next((shape, word) for is_so, shape, word in states if is_so)


def fridge_row(fridge: FridgeShown, readings: Sequence[ReadingTold], *, now: datetime) -> FridgeRow:
    """Return a fridge with what its readings, oldest first, tell."""
    band = Band(low_c=fridge.low_c, high_c=fridge.high_c)
    own = [each for each in readings if each.fridge == fridge.code]
    latest = own[-1] if own else None
    outside = recent(supply.excursions(fridge, own, now=now), now=now)
    if latest is None:
        shape, word = "ring", t("Chưa đo lần nào", "Never read")
    elif not band.holds(latest.temp_c):
        shape, word = "oct", t("Ngoài ngưỡng", "Outside its limits")
    elif outside:
        shape, word = "tri", t("Đã ra ngoài ngưỡng", "Was outside its limits")
    else:
        shape, word = "done", t("Trong ngưỡng", "Within its limits")
    return FridgeRow(
        code=fridge.code,
        name=fridge.name,
        limits=limits(fridge.low_c, fridge.high_c),
        latest=latest,
        shape=shape,
        status=word,
        due=is_due(latest, now=now),
        excursion=outside[-1] if outside else None,
    )


def is_due(latest: ReadingTold | None, *, now: datetime) -> bool:
    """Tell whether a fridge is to be read: once before noon and once after it, every day."""
    if latest is None or business_day(latest.taken_at) < business_day(now):
        return True
    here, last = now.astimezone(VIET_NAM), latest.taken_at.astimezone(VIET_NAM)
    return here.hour >= NOON > last.hour


def recent(found: Sequence[Excursion], *, now: datetime) -> list[Excursion]:
    """Return the times outside that go on or ended within a day."""
    return [each for each in found if each.ends_at is None or each.ends_at >= now - timedelta(days=1)]


def outside_words(found: Excursion, band: Band) -> str:
    """Say how long something was outside: the device's minutes, or the bounds that readings by hand give."""
    above = found.worst_c > band.high_c
    limit = degrees_short(band.high_c if above or band.low_c is None else band.low_c)
    if found.told_minutes is not None:
        spans = t("trong {n} phút", "for {n} [minute|minutes]", n=numbers.number(found.told_minutes))
    else:
        spans = t(
            "từ {least} đến {most} (đọc tay)",
            "for {least} to {most} (read by hand)",
            least=numbers.duration(found.at_least),
            most=numbers.duration(found.at_most),
        )
    if above:
        return t(
            "Trên {limit} {span}, cao nhất {worst}",
            "Above {limit} {span}, highest {worst}",
            limit=limit,
            span=spans,
            worst=degrees(found.worst_c),
        )
    return t(
        "Dưới {limit} {span}, thấp nhất {worst}",
        "Below {limit} {span}, lowest {worst}",
        limit=limit,
        span=spans,
        worst=degrees(found.worst_c),
    )


def degrees_short(temp_c: float) -> str:
    """Write a limit: 8 °C."""
    return numbers.with_unit(temp_c, "°C", digits=0)


def shipment_state(found: ShipmentShown) -> tuple[str, str]:
    """Return shape and word of where a shipment stands."""
    if found.state is ShipmentState.ON_ROAD and found.arrivals and found.open:
        shape, words = MISSING
        return shape, said(words, n=numbers.number(found.open))
    shape, words = STATES[found.state]
    return shape, said(words)


def decision_row(
    found: DecisionShown, *, names: Mapping[UUID, str], places: Mapping[str, str], reader: UUID | None
) -> DecisionRow:
    """Return a proposal as the list shows it."""
    doses = t("{n} liều", "{n} [dose|doses]", n=numbers.number(found.doses)) if found.doses else ""
    cause = said(CAUSES[Cause(found.cause)]) if found.cause else ""
    return DecisionRow(
        id=found.id,
        title=said(DECISIONS[found.kind]),
        facts=" · ".join(filter(None, [t("Lô {lot}", "Lot {lot}", lot=found.lot), doses, cause])),
        reason=found.reason,
        by=names.get(found.proposed_by, ""),
        at=found.proposed_at,
        place=places.get(found.site, found.site) if found.site else t("Cả nước", "The whole country"),
        own=found.proposed_by == reader,
    )
