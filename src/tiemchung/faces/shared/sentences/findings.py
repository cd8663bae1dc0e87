"""What the platform finds of a dose, and why an entry was set aside."""

from __future__ import annotations

from tiemchung.faces.shared.words import Words

FINDINGS: dict[str, Words] = {
    "form-unknown": Words("Biểu mẫu chưa có trong danh mục", "The form is not in the list yet"),
    "form-not-in-force": Words("Biểu mẫu không có hiệu lực vào ngày này", "The form was not in force on this day"),
    "form-incomplete": Words(
        "Phiếu khám sàng lọc còn câu chưa trả lời", "The screening form has questions without an answer"
    ),
    "form-question-unknown": Words(
        "Có câu trả lời cho câu hỏi không thuộc biểu mẫu", "An answer belongs to no question of the form"
    ),
    "conclusion-differs": Words(
        "Kết luận khám sàng lọc khác với kết quả theo biểu mẫu",
        "The screening's conclusion differs from what the form's rows say",
    ),
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
    "site-differs": Words(
        "Điểm ghi trong dòng khác điểm của thiết bị",
        "The entry names another site than the device's own",
    ),
    "person-unknown": Words(
        "Chưa có thông tin người tiêm; đang chờ dòng tiếp đón",
        "The person is not known yet; their arrival is still awaited",
    ),
    "product-unknown": Words(
        "Loại vắc xin chưa có trong danh mục",
        "The product is not in the list yet",
    ),
    "lot-product-differs": Words(
        "Số lô thuộc loại vắc xin khác",
        "The lot number belongs to another product",
    ),
    "recorder-not-on-roster": Words(
        "Người nhập không có trong ca của điểm",
        "The recorder is not on the site's roster",
    ),
    "dose-after-series": Words(
        "Đã đủ mũi theo quy định trước mũi này",
        "The series was already complete before this dose",
    ),
    "disputed": Words(
        "Có người báo mũi này không phải của mình; đang xem lại",
        "Somebody says that this dose is not theirs; it is being looked at",
    ),
    "doctor-decides": Words(
        "Quy định không nói rõ; bác sĩ quyết định",
        "The rules do not say; a doctor decides",
    ),
    "birth-date-unreadable": Words(
        "Ngày sinh không đọc được",
        "The birth date cannot be read",
    ),
    "identifier-shared": Words(
        "Số giấy tờ này cũng thuộc một người khác trong sổ",
        "Another person on record has the same identity number",
    ),
    "amends-elsewhere": Words(
        "Mũi tiêm thuộc điểm khác: chỉ điểm đó được sửa",
        "The dose is another site's: only that site amends it",
    ),
    "amends-no-dose": Words(
        "Dòng này sửa một mũi tiêm không có trong sổ",
        "The entry amends a dose that is not on record",
    ),
    "awaits-entry": Words(
        "Đang chờ dòng mà nó nhắc tới",
        "Waits for the entry it refers to",
    ),
    "confirmed-by-another": Words(
        "Người xác nhận không phải người tiêm đã ghi",
        "Confirmed by someone other than the vaccinator named",
    ),
    "stock-negative": Words("Tiêm nhiều hơn số tồn trong sổ kho", "More doses drawn than the stock ledger holds"),
    "vial-opened-twice": Words("Nhãn lọ này đã được mở trước đó", "A vial with this label was opened before"),
    "attestation-not-permitted": Words(
        "Người xác nhận không có quyền tại điểm này", "Whoever attested may not attest at this site"
    ),
    "attestation-proof-invalid": Words(
        "Chữ ký của người xác nhận không đúng với nội dung này", "The attester's own signature does not fit these lines"
    ),
    "attestation-day-not-begun": Words(
        "Ngày này chưa đến nên chưa đóng được", "The day has not begun, so it cannot be closed"
    ),
    "attestation-day-empty": Words(
        "Ngày này chưa có ai đến và chưa có mũi tiêm nào nên chưa có gì để đóng",
        "Nobody came and nothing was given on this day, so there is nothing to close",
    ),
    "attestation-lines-differ": Words(
        "Sổ trong ngày đã khác lúc xác nhận; cần xem và xác nhận lại",
        "The day's lines are no longer those that were attested; look and attest again",
    ),
    "attestation-unexplained": Words(
        "Sổ trong ngày còn dòng chưa giải thích; cần giải thích rồi xác nhận lại",
        "A line of the day is not explained yet; explain it and attest again",
    ),
    "visit-elsewhere": Words(
        "Lượt đến này thuộc một điểm khác",
        "The visit belongs to another site",
    ),
}
"""By `Finding.code`."""

REASONS: dict[str, Words] = {
    "unreadable": Words("Không đọc được", "Cannot be read"),
    "kind-unknown": Words("Loại bản ghi lạ", "Unknown kind of entry"),
    "kind-not-allowed": Words("Máy không được gửi loại này", "The device may not send this kind"),
    "schema-unknown": Words("Phiên bản bản ghi lạ", "Unknown version of the entry"),
    "sequence-differs": Words("Số thứ tự không khớp", "The sequence differs"),
    "id-reused": Words("Mã đã dùng cho bản ghi khác", "The id belongs to another entry"),
    "fork": Words("Một máy gửi hai chuỗi khác nhau", "One device sent two different chains"),
    "device-revoked": Words("Máy đã bị khóa", "The device was cut off"),
    "device-expired": Words("Máy đã hết hạn", "The device's enrollment is over"),
    "awaits-entry": Words("Chờ bản ghi mà nó sửa", "Waits for the entry it amends"),
    "room-to-come": Words("Phần này chưa mở", "Its part of the platform is not open yet"),
}
"""Why an entry is set aside for a human, or is kept and not yet folded; by the reason's code."""
