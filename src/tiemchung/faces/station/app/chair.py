"""What the app says at the chair: the proofs before a dose, the vial, what stops one, what is mended."""

from __future__ import annotations

from tiemchung.faces.shared.words import Words

CHAIR: dict[str, Words] = {
    "dose.title": Words("Ghi mũi tiêm", "Record a dose"),
    "dose.n": Words("Mũi {n}", "Dose {n}"),
    "dose.fault": Words("Chưa ghi mũi tiêm. Cần sửa:", "The dose is not recorded yet. To mend:"),
    "dose.list-old": Words(
        "Danh sách và lô tạm giữ lấy về từ {when}, đã quá một ngày. Hỏi thẻ tiêm và xem kỹ lô trước khi tiêm; nối mạng khi có thể.",
        "List and held lots are of {when}, over a day old. Ask for the vaccination card, check the lot; connect when you can.",
    ),
    "dose.arm": Words("Tiêm bắp tay nào?", "Which arm?"),
    "dose.arm-short": Words("Tay", "Arm"),
    "dose.who": Words("Ai đã tiêm?", "Who gave it?"),
    "dose.by": Words("Người tiêm", "Given by"),
    "dose.for": Words("người tiêm: {name}", "given by {name}"),
    "dose.product": Words("Vắc xin", "Product"),
    "dose.lot": Words("Số lô", "Lot"),
    "dose.stop": Words("Dừng lại xem trước khi tiêm", "Stop and look before the dose"),
    "dose.given-already": Words(
        "Mũi này đã vào tay rồi: vẫn ghi", "This dose is in the arm already: record it all the same"
    ),
    "dose.note": Words(
        "Bấm sau khi đã tiêm. Ghi một lần là chắc, không mất khi mất mạng.",
        "Press after the dose is given. Once is enough; nothing is lost without a network.",
    ),
    "dose.send": Words("Đã tiêm mũi {n}", "Dose {n} given"),
    "dose.none": Words("Không tiêm…", "No dose…"),
    "dose.recorded": Words("Đã ghi mũi {n} lúc {time}", "Dose {n} recorded at {time}"),
    "dose.mend": Words("Ghi sai? Sửa hoặc hủy ghi", "Wrong? Correct or void it"),
    "dose.not-yet": Words(
        "Chưa tiêm được ở bước này. Người này phải qua sàng lọc và đồng ý tiêm trước.",
        "No dose at this stage. The person must be screened and agree first.",
    ),
    "dose.screen": Words("Khám sàng lọc", "Screening"),
    "arm.left": Words("Trái", "Left"),
    "arm.right": Words("Phải", "Right"),
    "arm.left-said": Words("tay trái", "left arm"),
    "arm.right-said": Words("tay phải", "right arm"),
    "proof.person": Words("Đúng người", "The right person"),
    "proof.told": Words("Mới nghe nói", "Told only"),
    "proof.nobody": Words("Chưa ai nhận diện", "Nobody has identified them"),
    "proof.ask-again": Words("Hỏi lại tên và ngày sinh.", "Ask for name and birth date."),
    "proof.how": Words("Cách nhận", "How"),
    "proof.by": Words("Người nhận", "By"),
    "proof.note": Words("Lưu ý", "Note"),
    "proof.not-screened": Words("Chưa sàng lọc", "Not screened yet"),
    "proof.screened": Words("Khám sàng lọc", "Screened"),
    "proof.measured": Words("Đo được", "Measured"),
    "proof.interval": Words("Khoảng cách", "Interval"),
    "proof.rule": Words("Quy định", "Rule"),
    "proof.no-dose": Words("Danh sách chưa có mũi nào", "The list tells of no dose"),
    "proof.days-after": Words("{days} ngày sau mũi {n} ({on})", "{days} [day|days] after dose {n} ({on})"),
    "proof.consent": Words("Đồng ý tiêm", "Consent"),
    "proof.days-missing": Words(
        "Còn {n} ngày nữa mới đủ khoảng cách (sớm nhất {day}).", "{n} more [day|days] to the interval (earliest {day})."
    ),
    "vial.choose": Words("Chọn lọ vắc xin", "Choose the vial"),
    "vial.scan": Words("Quét mã trên lọ", "Scan the vial's code"),
    "vial.scanned": Words("Đã đọc mã: lô {lot}, hạn {day}.", "Code read: lot {lot}, expires {day}."),
    "vial.fridge-outside": Words(
        "{name} đo được {temp} °C lúc {when}, ngoài giới hạn. Lọ lấy từ tủ này: để riêng, hỏi người giữ kho.",
        "{name} showed {temp} °C at {when}, beyond its limits. A vial out of it: set it aside, ask the storekeeper.",
    ),
    "scanned.not-a-vial": Words(
        "Mã này không phải mã GS1 của lọ vắc xin. Quét mã vuông trên lọ, hoặc chọn lô bên dưới.",
        "This is no GS1 code of a vaccine. Scan the square code on the vial, or choose the lot below.",
    ),
    "scanned.unreadable": Words(
        "Mã trên lọ ghi sai quy cách nên không dùng được. Đọc nhãn rồi chọn lô bên dưới.",
        "The vial's code is not written as it must be, so nothing is taken from it. Read the label, choose the lot below.",
    ),
    "scanned.no-lot": Words(
        "Mã này không ghi số lô. Đọc nhãn rồi chọn lô bên dưới.",
        "This code names no lot. Read the label, choose the lot below.",
    ),
    "scanned.unknown-lot": Words(
        "Máy này chưa biết lô {lot} (hạn {day}). Xem kỹ nhãn, chọn loại vắc xin; lô sẽ được đối chiếu sau.",
        "This device does not know lot {lot} (expires {day}). Check the label and choose the product; it is matched later.",
    ),
    "scanned.expiry-differs": Words(
        "Mã trên lọ ghi hạn {day}, sổ kho của lô {lot} ghi ngày khác. Tính theo ngày sớm hơn; báo người giữ kho.",
        "The vial's code says it expires {day}, the ledger of lot {lot} another day. The earlier counts; tell the storekeeper.",
    ),
    "vial.other": Words("Lọ khác", "Another vial"),
    "vial.close": Words("Thu lại", "Close"),
    "vial.lot": Words("{product} · lô {lot}", "{product} · lot {lot}"),
    "vial.vial": Words("lọ {vial}", "vial {vial}"),
    "vial.product-unknown": Words("Chưa rõ loại", "Product unknown"),
    "vial.expires": Words("Hạn lô", "Expiry"),
    "vial.expires-on": Words("Hạn {day}", "Expires {day}"),
    "vial.expiry-unknown": Words("Chưa rõ hạn", "Expiry unknown"),
    "vial.opened": Words("Mở lọ", "Opened"),
    "vial.until": Words("dùng đến {time}", "use until {time}"),
    "vial.until-unknown": Words("chưa rõ dùng đến bao giờ", "use-by time unknown"),
    "vial.this": Words("Lọ này", "This vial"),
    "vial.nth": Words("Liều thứ {n} trong {whole} liều của lọ", "Dose {n} of the vial's {whole}"),
    "vial.overfill": Words(
        "Liều thứ {n}, lọ ghi {whole} liều: tính là liều dôi", "Dose {n} of a vial of {whole}: counted as overfill"
    ),
    "vial.doses-left": Words("lọ này còn {n} liều", "{n} [dose|doses] left in this vial"),
    "vial.doses-stock": Words("còn {n} liều trong sổ", "{n} [dose|doses] in the ledger"),
    "vial.not-above": Words("Lô không có ở trên", "A lot that is not above"),
    "vial.lot-typed": Words("Số lô ghi trên lọ", "Lot number on the vial"),
    "vial.product-typed": Words("Loại vắc xin ghi trên lọ", "Product named on the vial"),
    "vial.label": Words("Mã lọ, nếu có", "Vial's label, if any"),
    "vial.not-opened": Words(
        "Lọ {vial} chưa ghi mở. Ghi mở lọ để đếm giờ và đếm liều.",
        "Vial {vial} is not noted as open. Note the opening, so that time and doses are counted.",
    ),
    "vial.none-open": Words(
        "Chưa mở lọ nào của lô này. Ghi mở lọ để đếm giờ và đếm liều.",
        "No vial of this lot is open. Note the opening, so that time and doses are counted.",
    ),
    "vial.ends": Words("Còn {left} là hết giờ dùng", "{left} left before its time is over"),
    "vial.open-label": Words("Mở lọ mới của lô {lot}: mã lọ", "Open a new vial of lot {lot}: its label"),
    "vial.open": Words("Mở lọ lúc {time}", "Open it at {time}"),
    "against.held": Words("Đang tạm giữ", "On hold"),
    "against.expired": Words("Quá hạn", "Expired"),
    "against.open-too-long": Words("Mở quá lâu", "Open for too long"),
    "against.used-up": Words("Hết theo sổ", "Used up by count"),
    "stop.held": Words(
        "Dừng. Lô {lot} đang tạm giữ. Để riêng lọ này, lấy lọ khác.",
        "Stop. Lot {lot} is on hold. Set this vial aside, take another.",
    ),
    "stop.expired": Words(
        "Dừng. Lô {lot} đã quá hạn. Để riêng lọ này, lấy lọ khác.",
        "Stop. Lot {lot} has expired. Set this vial aside, take another.",
    ),
    "stop.open-too-long": Words(
        "Dừng. Lọ {vial} đã mở quá giờ dùng. Để riêng, mở lọ khác.",
        "Stop. Vial {vial} has been open for too long. Set it aside, open another.",
    ),
    "stop.used-up": Words(
        "Theo sổ thì đã hết liều. Còn rút được vẫn ghi: tính là liều dôi.",
        "By count it is used up. What can still be drawn is recorded as overfill.",
    ),
    "stop.session": Words("Buổi tiêm đã dừng. Không tiêm tiếp.", "The session was stopped. Give no further dose."),
    "stop.session-closed": Words(
        "Buổi tiêm đã đóng. Không tiêm tiếp.", "The session was closed. Give no further dose."
    ),
    "stop.title": Words("Không tiêm", "No dose"),
    "stop.why": Words("Vì sao hôm nay không tiêm?", "Why is there no dose today?"),
    "stop.wrong-person": Words(
        "Ghi nhầm người: kết thúc lượt này", "The wrong person was written down: end this visit"
    ),
    "stop.until": Words("Hẹn lại từ ngày nào, nếu biết", "From which day again, if known"),
    "stop.send": Words("Ghi là không tiêm", "Record: no dose"),
    "wrong.lot": Words("Chọn lô, hoặc gõ số lô trên lọ.", "Choose the lot, or type the number on the vial."),
    "wrong.product": Words(
        "Lô này chưa có trong sổ kho. Chọn loại vắc xin ghi trên lọ.",
        "This lot is in no stock ledger yet. Choose the product named on the vial.",
    ),
    "wrong.vaccinator": Words("Chọn người đã tiêm.", "Choose who gave the dose."),
    "wrong.given": Words(
        "Xem lại các cảnh báo. Chỉ ghi nếu mũi này đã vào tay.",
        "Look at the warnings. Record only if the dose is in the arm.",
    ),
    "wrong.stop": Words("Chọn vì sao không tiêm.", "Choose why there is no dose."),
    "wrong.same": Words("Chưa có gì khác với mũi đã ghi.", "Nothing differs from the recorded dose."),
    "wrong.why": Words("Chọn vì sao phải sửa.", "Choose why it must be mended."),
    "wrong.void": Words("Chọn vì sao hủy.", "Choose why it is voided."),
    "said.dose": Words(
        "Đã ghi mũi {n}, {product} lô {lot}. Không cần nhập lại.",
        "Dose {n} recorded, {product} lot {lot}. No need to enter it again.",
    ),
    "said.dose-typed": Words("Chờ {name} xác nhận.", "Waits for {name} to confirm."),
    "said.corrected": Words("Đã ghi bản sửa. Số {n}.", "The correction is recorded. Ticket {n}."),
    "said.voided": Words("Đã hủy ghi mũi. Số {n}.", "The dose is voided. Ticket {n}."),
    "mend.title": Words("Sửa mũi đã ghi", "Mend a recorded dose"),
    "mend.correct": Words("Sửa", "Correct"),
    "mend.why": Words("Vì sao sửa?", "Why mend it?"),
    "mend.send": Words("Ghi bản sửa", "Record the correction"),
    "mend.void": Words("Hủy ghi mũi này", "Void this dose"),
    "mend.void-why": Words("Vì sao hủy?", "Why void it?"),
    "mend.void-means": Words(
        "Mũi hủy vẫn đọc được, không được tính và trả liều về lọ.",
        "A voided dose stays readable, counts no more and gives its dose back to the vial.",
    ),
    "mend.void-send": Words("Hủy ghi", "Void it"),
    "mend.again": Words("Ghi lại mũi tiêm", "Record a dose again"),
    "mend.was-corrected": Words("Đã sửa lúc {time}, {by}: {why}", "Corrected at {time}, {by}: {why}"),
    "mend.was-voided": Words(
        "Đã hủy ghi mũi lúc {time}, lô {lot}: {why}", "The dose of {time}, lot {lot}, is voided: {why}"
    ),
    "mend.kept": Words(
        "Lần ghi đầu vẫn giữ trong sổ của {site}, cùng với ai sửa, lúc nào, vì sao.",
        "The first telling stays on record at {site}, with who mended it, when and why.",
    ),
}
