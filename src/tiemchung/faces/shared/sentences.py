"""The sentences of everything the platform refuses or finds, in both languages, by the code that is raised or kept.

Short, kind, exact: what is safe, what happened, what to do, in this order. A refusal's facts fill the braces.
"""

from __future__ import annotations

from tiemchung.faces.shared.words import Words

REFUSALS: dict[str, Words] = {
    "unit-in-use": Words(
        "Chưa nạp gì. Đơn vị {unit} (năm {era}) đang có điểm tiêm nên không thể bỏ.",
        "Nothing was loaded. Unit {unit} (of {era}) has a site in it and cannot vanish.",
    ),
    "not-permitted": Words(
        "Vai trò của bạn chưa gồm việc này, hoặc nơi này ngoài phạm vi của bạn. Hỏi trưởng điểm hoặc người quản lý.",
        "Your role does not include this, or the place is outside your reach. Ask the site's lead or your manager.",
    ),
}
"""By `Refusal.code`. A house test demands an entry for every refusal."""

FINDINGS: dict[str, Words] = {
    "interval-too-short": Words(
        "Khoảng cách giữa hai mũi ngắn hơn quy định", "The interval between doses is shorter than the rule"
    ),
    "product-mix": Words(
        "Loại vắc xin khác mũi trước, quy định chưa cho phép",
        "Another product than the dose before, which the rule does not allow",
    ),
    "too-young": Words("Chưa đủ tuổi theo quy định của loại vắc xin này", "Younger than this product's rule allows"),
    "lot-unknown": Words("Số lô chưa có trong sổ kho", "The lot is in no stock ledger yet"),
    "lot-held": Words("Lô đang tạm giữ", "The lot is on hold"),
    "lot-expired": Words("Lô đã quá hạn vào ngày tiêm", "The lot had expired on the day of the dose"),
    "site-unknown": Words("Điểm tiêm chưa có trong danh mục", "The site is not in the directory yet"),
    "time-implausible": Words("Giờ ghi không thể có", "The recorded time cannot be right"),
    "late": Words("Vào sổ trễ", "Entered late"),
    "backdated": Words("Ghi lùi ngày", "Entered with an earlier date"),
    "told-number-differs": Words("Số thứ tự mũi khác với lịch sử tiêm", "The dose number differs from the record"),
    "vaccinator-not-on-roster": Words(
        "Người tiêm không có trong ca của điểm", "The vaccinator is not on the site's roster"
    ),
}
"""By `Finding.code`."""

UNNAMED = Words("Việc này chưa làm được.", "This could not be done.")
"""For a code without a sentence of its own. The house test keeps it from ever being read."""
