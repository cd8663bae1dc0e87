"""What the board says, as frozen values: what waits for a human, how far the reactions are behind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from tiemchung.faces.shared.words import Words

SLOW_AFTER = timedelta(minutes=1)
"""From which lag on a reaction is a problem. The portal promises seconds (DESIGN, section 4)."""

REACTIONS: Mapping[str, Words] = {
    "figures.count": Words("Số liệu, bản đồ", "Figures, map"),
    "figures.pace": Words("Nhịp mỗi phút", "Pace by the minute"),
    "immunization.rejudge": Words("Xét lại mũi liên quan", "Related doses judged again"),
    "immunization.rejudge_lots": Words("Xét lại mũi khi lô có tin", "Judged again on news of a lot"),
    "visits.keep_appointments": Words("Ai đến hẹn, ai vắng", "Appointments kept and missed"),
    "visits.attest_judged": Words("Xác nhận mũi vừa xét xong của ngày đã chốt", "Closed days cover doses judged since"),
    "visits.rejudge_arrived": Words("Xét lại khi biết người đến", "Judged again when the arrival is told"),
    "response.watch": Words("Dò điều vô lý", "Looking for what cannot be true"),
    "immunization.ask_was_it_you": Words("Hỏi “có phải bạn không”", "Asking “was this you?”"),
    "mending.join_decided": Words("Gộp và gỡ gộp hồ sơ", "Joining and parting records"),
    "mending.part_doubted": Words("Tách hồ sơ theo trưởng điểm", "Records parted by a lead"),
    "mending.tell_joined": Words("Nhắn về hồ sơ gộp, gỡ", "Messages about joined records"),
    "mending.tell_proposed": Words("Nhắn về đề nghị gộp hồ sơ", "Messages about proposed joins"),
    "mending.tell_repaired": Words("Nhắn về mũi sửa hàng loạt", "Messages about doses mended together"),
    "mending.queue_doubts": Words("Tìm số giấy tờ trùng", "Looking for shared identity numbers"),
    "mending.queue_linkage": Words("Xếp hàng dò hồ sơ trùng", "Queuing records to be linked"),
    "mending.queue_questions": Words("Xếp hàng hỏi dữ liệu dân cư", "Queuing questions to the population register"),
    "mending.tie_missing": Words("Gắn phản ánh thiếu mũi với mũi vừa nhập", "Tying missing doses to what came since"),
    "mending.ask_after_death": Words("Tìm mũi tiêm sau ngày báo mất", "Looking for doses after a death"),
    "scheduling.free_places": Words("Trả chỗ hẹn của người đã mất", "Freeing the places of the dead"),
    "mending.open_cases": Words("Mở việc cần xem lại", "Cases opened"),
    "certificates.prepare": Words("Chuẩn bị chứng nhận", "Certificates prepared"),
}
"""What a reaction brings about, in the words of whoever waits for it; another one shows its own name."""


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """Entries that wait for the same reason."""

    reason: str
    entries: int


@dataclass(frozen=True, kw_only=True)
class Lag:
    """How far one reaction is behind the journal, and whether it fails or its worker is silent."""

    name: str
    lag: timedelta
    failing: timedelta | None
    worker_silent: timedelta | None
    p50: timedelta | None = None
    p99: timedelta | None = None

    @property
    def wrong(self) -> bool:
        """Tell whether somebody should look."""
        return self.lag > SLOW_AFTER or self.failing is not None or self.worker_silent is not None


def minutes(pace: Mapping[datetime, int], *, until: datetime, count: int) -> tuple[int, ...]:
    """Return doses by minute, oldest first, of the last `count` full minutes; a minute without any is zero."""
    last = until.replace(second=0, microsecond=0)
    return tuple(pace.get(last - timedelta(minutes=back), 0) for back in range(count, 0, -1))
