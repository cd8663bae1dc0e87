"""What the lead's page shows besides the day's lines: vials to be explained, tablets; and what an entry is called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tiemchung.domain.access.values import DeviceListed, DeviceStatus
from tiemchung.domain.visits.values import DayLines, LineCode
from tiemchung.faces.shared.words import Words, t

WASTED, RETURNED, OPENED = "wasted", "returned", "opened"

WASTE_REASONS = {
    "end-of-day": Words("Hết buổi, liều còn dư", "Session over, doses left"),
    "open-too-long": Words("Quá giờ dùng sau khi mở", "Open for too long"),
    "broken": Words("Vỡ, đổ, hỏng", "Broken, spilled, spoiled"),
    "cold-chain": Words("Hở dây chuyền lạnh", "Cold chain interrupted"),
    "not-written-down": Words("Đã dùng mà chưa ghi được là ai", "Used, not known for whom"),
}
RETURN_REASONS = {
    "not-needed": Words("Không dùng đến", "Not needed"),
    "recalled": Words("Kho gọi về", "Called back by the store"),
}
OPENED_REASONS = {
    "vial-not-noted": Words("Đã mở lọ mà quên ghi", "The vial was opened and not noted"),
    "label-misread": Words("Ghi sai mã lọ", "The label was misread"),
}
KINDS = {
    "arrived": Words("Tiếp đón", "Arrival"),
    "identified": Words("Nhận diện", "Identification"),
    "consented": Words("Đồng ý tiêm", "Consent"),
    "screened": Words("Khám sàng lọc", "Screening"),
    "deferred": Words("Hoãn tiêm", "Deferral"),
    "dose-given": Words("Mũi tiêm", "Dose"),
    "confirmed": Words("Xác nhận mũi tiêm", "Confirmation of a dose"),
    "observed": Words("Theo dõi", "Observation"),
    "released": Words("Cho về", "Release"),
    "left": Words("Về sớm", "Left early"),
    "aefi": Words("Phản ứng sau tiêm", "Adverse event"),
    "vial-opened": Words("Mở lọ", "Vial opened"),
    "vial-wasted": Words("Bỏ liều", "Doses wasted"),
    "vial-returned": Words("Trả kho", "Doses returned"),
    "counted": Words("Kiểm đếm", "Count"),
    "lot-held-here": Words("Tạm giữ lô", "Lot held here"),
    "session-opened": Words("Mở buổi tiêm", "Session opened"),
    "session-stopped": Words("Dừng buổi tiêm", "Session stopped"),
    "session-closed": Words("Đóng buổi tiêm", "Session closed"),
    "attested": Words("Xác nhận", "Attestation"),
    "corrected": Words("Sửa mũi tiêm", "Correction"),
    "voided": Words("Hủy ghi mũi tiêm", "Voided dose"),
    "passed": Words("Qua chốt", "Passage"),
}
"""What an entry is, by its kind on the wire."""


@dataclass(frozen=True, kw_only=True)
class TabletCounts:
    """How many of the site's tablets wait for the lead, are in use, and how many entries those still hold."""

    waiting: int
    enrolled: int
    unsent: int


def tablet_counts(devices: Sequence[DeviceListed]) -> TabletCounts:
    """Count the site's tablets."""
    return TabletCounts(
        waiting=sum(one.status is DeviceStatus.WAITING for one in devices),
        enrolled=sum(one.status is DeviceStatus.ENROLLED for one in devices),
        unsent=sum(one.word.pending for one in devices if one.word),
    )


@dataclass(frozen=True, kw_only=True)
class Sum:
    """A line of the day as a sum: what stands on its left, the parts on its right; None where nobody counted."""

    line: str
    lot: str | None
    whole: int | None
    parts: Sequence[tuple[str, int]]
    apart: tuple[str, int] | None = None

    @property
    def difference(self) -> int | None:
        """Return what is missing on the right; None where nobody counted."""
        return None if self.whole is None else self.whole - sum(number for _, number in self.parts)


def sums_of(lines: DayLines) -> list[Sum]:
    """Return the lines of a day as sums, those of each lot one after the other."""
    visits, counted = lines.visits, {(one.what, one.lot): one.quantity for one in lines.counted}
    opened, wasted, returned = t("mở", "opened"), t("bỏ", "wasted"), t("trả", "returned")
    sums = [
        Sum(
            line=LineCode.PERSONS,
            lot=None,
            whole=visits.visits,
            parts=[
                (t("về", "released"), visits.released),
                (t("hoãn", "deferred"), visits.deferred),
                (t("không đồng ý", "declined"), visits.declined),
                (t("về sớm", "left"), visits.left),
                (t("đang theo dõi", "under observation"), visits.observed),
            ],
        ),
        Sum(
            line=LineCode.SLIPS,
            lot=None,
            whole=counted.get((LineCode.SLIPS, None)),
            parts=[(t("lượt đã nhập", "visits entered"), visits.visits)],
        ),
    ]
    for lot in lines.lots:
        sealed_wasted, sealed_returned = lot.sealed_wasted or 0, lot.sealed_returned or 0
        spent = [(opened, lot.vials_opened), (returned, sealed_returned), (wasted, sealed_wasted)]
        sums.append(Sum(line=LineCode.VIALS, lot=lot.lot, whole=counted.get((LineCode.VIALS, lot.lot)), parts=spent))
        drawn = lot.opened - lot.left
        # Doses whose vial was noted afterwards came out of that vial, though their own record names none.
        given = lot.vial + min(lot.explained, drawn - lot.vial)
        from_vials = [(t("tiêm", "given"), given), (t("bỏ, trả", "wasted, returned"), drawn - given)]
        overfill = (t("dôi", "overfill"), lot.overfill)
        sums.append(Sum(line="doses", lot=lot.lot, whole=lot.opened, parts=from_vials, apart=overfill))
    return sums


LINE_WORDS = {
    LineCode.PERSONS: Words("Người đến", "Persons arrived"),
    LineCode.SLIPS: Words("Phiếu giấy", "Paper slips"),
    LineCode.VIALS: Words("Lọ lĩnh ra bàn, lô {lot}", "Vials issued, lot {lot}"),
    "doses": Words("Liều đã mở, lô {lot}", "Doses opened, lot {lot}"),
}
"""What the lines of a day are called."""


def reasons_of(what: str) -> dict[str, Words]:
    """Return the reasons that this stock line may have, by their codes."""
    return {WASTED: WASTE_REASONS, RETURNED: RETURN_REASONS, OPENED: OPENED_REASONS}.get(what, {})
