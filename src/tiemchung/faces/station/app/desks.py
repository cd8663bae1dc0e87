"""What the app says at the desks before the chair: who is here, who came, consent, screening and its conclusion."""

from __future__ import annotations

from tiemchung.faces.shared.words import Words

DESKS: dict[str, Words] = {
    "today.title": Words("Danh sách hôm nay", "Today's list"),
    "today.search": Words("Tên, 4 số cuối căn cước, số thứ tự", "Name, last 4 digits of the ID, ticket"),
    "today.scan": Words("Quét mã", "Scan"),
    "today.by-stage": Words("Theo bước", "By stage"),
    "today.found": Words("Tìm thấy {n}", "{n} found"),
    "today.clear": Words("bỏ tìm", "clear"),
    "today.nobody": Words("Chưa có ai ở đây", "Nobody here yet"),
    "today.none": Words(
        "Người đến sẽ hiện ở đây ngay khi bàn trước ghi xong.",
        "People appear here as soon as the desk before has written.",
    ),
    "today.none-found": Words(
        "Thử số thứ tự trên phiếu, hoặc chỉ tên gọi.", "Try the ticket's number, or the given name alone."
    ),
    "today.unknown-code": Words(
        "Mã này không có trong danh sách hôm nay. Mời người đó qua bàn tiếp đón.",
        "This code is not on today's list. Ask the person to go to the reception.",
    ),
    "session.title": Words("Buổi tiêm hôm nay", "Today's session"),
    "session.one": Words("Buổi tiêm", "Session"),
    "session.none": Words(
        "Hôm nay điểm này chưa có buổi tiêm nào trong kế hoạch. Vẫn ghi được bình thường; báo phường, xã lập kế hoạch.",
        "No session is planned here today. Records are taken as ever; ask the ward to plan one.",
    ),
    "session.planned": Words("Chưa mở", "Not open yet"),
    "session.open": Words("Đang mở", "Open"),
    "session.stopped": Words("Đã dừng", "Stopped"),
    "session.closed": Words("Đã kết thúc", "Over"),
    "session.why": Words("Lý do dừng: {why}.", "Stopped for: {why}."),
    "session.why-stop": Words("Vì sao dừng?", "Why does it stop?"),
    "session.why-on": Words("Vì sao tiếp tục được?", "Why may it go on?"),
    "session.begin": Words("Mở buổi tiêm", "Open the session"),
    "session.stop": Words("Dừng buổi tiêm", "Stop the session"),
    "session.go-on": Words("Cho buổi tiêm tiếp tục", "Let the session go on"),
    "session.end": Words("Kết thúc buổi tiêm", "End the session"),
    "session.lead-decides": Words(
        "Trưởng điểm quyết định có tiếp tục hay không.", "The site's lead decides whether it goes on."
    ),
    "session.stands-stopped": Words(
        "Buổi tiêm đang dừng: chưa tiêm tiếp cho ai.", "The session stands stopped: no further dose for now."
    ),
    "wrong.session-reason": Words("Ghi lý do.", "Give the reason."),
    "today.book-code": Words(
        "Mã của sổ sức khỏe chỉ máy chủ mở được: quét ở trang Đón của bàn tiếp đón khi có mạng. Ở đây, hỏi tên rồi tìm.",
        "Only the center opens a health book's code: scan it on the reception's page with a network. Here, ask the name.",
    ),
    "today.slot": Words("Khung giờ {from} – {to}", "{from} – {to}"),
    "today.no-slot": Words("Chưa rõ giờ hẹn", "No time given"),
    "today.more": Words("Hiện thêm ({n})", "Show more ({n})"),
    "today.walk-in": Words("Người không có trong danh sách", "Somebody not on the list"),
    "tab.expected": Words("Chưa đến", "Expected"),
    "tab.arrived": Words("Chờ sàng lọc", "To be screened"),
    "tab.screened": Words("Chờ tiêm", "For the dose"),
    "tab.observed": Words("Theo dõi", "Observed"),
    "tab.released": Words("Xong", "Done"),
    "tab.none": Words("Không tiêm", "No dose"),
    "stage.expected": Words("Chưa đến", "Not here yet"),
    "stage.arrived": Words("Đã đến, chờ sàng lọc", "Arrived, to be screened"),
    "stage.screened": Words("Đã sàng lọc, chờ tiêm", "Screened, for the dose"),
    "stage.deferred": Words("Hoãn", "Deferred"),
    "stage.declined": Words("Không đồng ý tiêm", "Declined"),
    "stage.observed": Words("Đã tiêm", "Dose given"),
    "stage.observed-at": Words("Đã tiêm {time}", "Dose given {time}"),
    "stage.released": Words("Đã tiêm, đã về", "Dose given, released"),
    "stage.released-at": Words("Đã về {time}", "Released {time}"),
    "stage.left": Words("Đã về sớm", "Left early"),
    "stage.wrong-person": Words("Ghi nhầm người", "Wrong person"),
    "row.unsent": Words("chưa gửi", "not sent"),
    "flag.dosed-twice": Words("Hai mũi hôm nay, cần xem", "Two doses today, look"),
    "flag.opened-twice": Words("Có hai lượt hôm nay", "Two visits today"),
    "flag.namesake": Words("Trùng tên và năm sinh", "Same name and birth year"),
    "flag.lot-held": Words("Lô đã tiêm đang tạm giữ", "Lot of the dose is on hold"),
    "flag.consent-refused": Words("Không đồng ý tiêm", "Declined"),
    "flag.link-changed": Words("Hồ sơ vừa được ghép", "Record was linked meanwhile"),
    "person.born-unknown": Words("chưa rõ ngày sinh", "birth date unknown"),
    "person.year-only": Words("{year} (chỉ có năm)", "{year} (year only)"),
    "person.years": Words("{n} tuổi", "{n} [year|years]"),
    "person.id-end": Words("căn cước •• {end}", "ID •• {end}"),
    "person.nameless": Words("Chưa rõ tên: còn ở máy khác", "Name not here yet: on another device"),
    "person.ticket": Words("Số {n}", "Ticket {n}"),
    "known.title": Words("Đã biết về người này", "Known of this person"),
    "known.nothing": Words(
        "Danh sách không cho biết mũi tiêm, dị ứng hay phản ứng nào.", "The list tells of no dose, allergy or reaction."
    ),
    "known.dose": Words("Mũi {n}: {product}", "Dose {n}: {product}"),
    "known.screened-before": Words("từ lần sàng lọc trước", "from an earlier screening"),
    # Somebody comes.
    "arrive.title": Words("Đón người đến", "Receive somebody"),
    "arrive.ask": Words(
        "Hỏi lại họ tên và ngày sinh, rồi so với tên ở trên.",
        "Ask for name and birth date, and compare them with the name above.",
    ),
    "arrive.how": Words("Đã nhận ra người này bằng cách nào?", "How did you make sure who this is?"),
    "arrive.no-how": Words("Chọn cách đã nhận ra người này.", "Choose how you made sure who this is."),
    "arrive.ticket": Words("Số thứ tự", "Ticket"),
    "arrive.send": Words("Đúng người, cho vào sàng lọc", "The right person, on to screening"),
    "identity.title": Words("Nhận diện", "Identity"),
    "identity.send": Words("Ghi nhận diện", "Record the identification"),
    "identity.wrong-person": Words("Đã ghi nhầm người này", "This person was written down by mistake"),
    "walkin.title": Words("Người không có trong danh sách", "Somebody not on the list"),
    "walkin.called-in": Words(
        "Người dự bị: {name}. Hỏi tên, xem giấy tờ rồi ghi nốt phần còn thiếu.",
        "From the stand-by list: {name}. Ask for the name, see a document, and write down what is missing.",
    ),
    "walkin.lead": Words(
        "Không có giấy tờ vẫn tiêm được. Hỏi tên, năm sinh và nơi ở.",
        "Nobody is turned away without a paper. Ask for name, birth year and address.",
    ),
    "walkin.scan": Words("Quét căn cước hoặc mã hẹn", "Scan an ID card or appointment"),
    "walkin.from-card": Words(
        "Đã điền theo mã căn cước. Mã này ai in cũng được: so thẻ với mặt người trước khi ghi.",
        "Filled in from the card's code. Anybody can print one: compare card and face before you record.",
    ),
    "walkin.from-certificate": Words(
        "Đã điền theo chứng nhận: mũi {n} ngày {day}. Máy này không kiểm tra chữ ký: hỏi giấy tờ.",
        "Filled in from a certificate: dose {n} on {day}. Its signature is not checked here: ask for a document.",
    ),
    "walkin.from-paper": Words(
        "Đã điền theo giấy được quét. Máy này không kiểm tra chữ ký: hỏi giấy tờ.",
        "Filled in from what was scanned. Its signature is not checked here: ask for a document.",
    ),
    "walkin.unread": Words(
        "Mã này không phải căn cước, lịch hẹn hay chứng nhận. Hỏi rồi ghi vào ô.",
        "This is no ID card, appointment or certificate. Ask, and type.",
    ),
    "field.name": Words("Họ và tên", "Full name"),
    "field.born": Words("Ngày sinh", "Birth date"),
    "field.born-hint": Words(
        "Chỉ nhớ năm thì để trống ngày và tháng.", "If only the year is known, leave day and month empty."
    ),
    "field.day": Words("Ngày", "Day"),
    "field.month": Words("Tháng", "Month"),
    "field.year": Words("Năm", "Year"),
    "field.sex": Words("Giới tính", "Sex"),
    "field.kind": Words("Loại giấy tờ", "Kind of document"),
    "field.kind-none": Words("Không có giấy tờ", "No document"),
    "field.number": Words("Số giấy tờ", "Number"),
    "field.sure": Words("Đã xem lại: giấy tờ ghi đúng như vậy", "Looked again: the document says so"),
    "field.phone": Words("Số điện thoại, nếu có", "Phone, if any"),
    "field.commune": Words("Nơi ở", "Residence"),
    "field.commune-none": Words("Chưa rõ", "Not known"),
    "field.commune-elsewhere": Words("Nơi khác", "Elsewhere"),
    "field.commune-there": Words("Xã, phường", "Commune"),
    "field.commune-unread": Words(
        "Máy này chưa có danh sách xã, phường cả nước. Chọn “Chưa rõ” rồi ghi tiếp.",
        "This device has no list of all communes yet. Choose “Not known” and go on.",
    ),
    "field.province": Words("Tỉnh, thành", "Province"),
    "field.district": Words("Quận, huyện", "District"),
    "field.choose": Words("Chọn", "Choose"),
    "field.day-hint": Words("ngày/tháng/năm, ví dụ 04/11/2021", "day/month/year, for example 04/11/2021"),
    # Consent and screening.
    "screening.title": Words("Khám sàng lọc", "Screening"),
    "screening.no-form": Words("Chưa có mẫu", "No form"),
    "screening.no-form-why": Words(
        "Chưa có mẫu sàng lọc nào cho tuổi này vào hôm nay. Bác sĩ khám và quyết định.",
        "No screening form holds for this age today. A doctor examines and decides.",
    ),
    "screening.which-form": Words("Chỉ biết năm sinh: dùng mẫu nào?", "Only the birth year is known: which form?"),
    "screening.ask": Words("Hỏi từng câu", "Ask each question"),
    "screening.words": Words("Ghi rõ, nếu có", "Say what, if any"),
    "screening.rest": Words("Đã hỏi hết, các câu để trống đều là “không”", "All were asked; those left empty are “no”"),
    "screening.not-asked": Words("Chưa hỏi câu này", "Not asked yet"),
    "screening.measure": Words("Đo", "Measure"),
    "screening.limits": Words("Giá trị bằng giới hạn là bình thường.", "A value at the limit is normal."),
    "screening.no-limits": Words(
        "Mẫu này không cho giới hạn dấu hiệu sống: bác sĩ quyết định.",
        "This form gives no limits for vital signs: a doctor decides.",
    ),
    "screening.next": Words("Xem kết luận", "See the conclusion"),
    "screening.declined-next": Words("Ghi là không đồng ý", "Record: declines"),
    "answer.yes": Words("Có", "Yes"),
    "answer.no": Words("Không", "No"),
    "consent.asks": Words("Người này có đồng ý tiêm không?", "Does this person agree to the vaccination?"),
    "consent.guardian-asks": Words(
        "Người giám hộ có đồng ý cho tiêm không?", "Does the guardian agree to the vaccination?"
    ),
    "consent.yes": Words("Đồng ý", "Agrees"),
    "consent.no": Words("Không đồng ý", "Declines"),
    "consent.guardian": Words("Tên người giám hộ", "Guardian's name"),
    "consent.guardian-phone": Words("Điện thoại người giám hộ, nếu có", "Guardian's phone, if any"),
    "consent.agreed": Words("Đã đồng ý", "Agreed"),
    "consent.declined": Words("Không đồng ý", "Declined"),
    "consent.unknown": Words("Chưa ghi", "Not recorded"),
    "form.name": Words("mẫu {n}", "form {n}"),
    "conclusion.title": Words("Kết luận sàng lọc", "Conclusion of the screening"),
    "conclusion.back": Words("Sửa câu trả lời", "Change the answers"),
    "conclusion.rows": Words("Các dòng đã chạm", "Rows that fired"),
    "conclusion.no-rows": Words("Không dòng nào của mẫu bị chạm.", "No row of the form fired."),
    "conclusion.no-form": Words("Không có mẫu, nên không có dòng nào.", "No form, so no rows."),
    "conclusion.doctor": Words(
        "Bác sĩ quyết định: các dòng không tự cho một kết luận duy nhất.",
        "A doctor decides: the rows do not come to one conclusion by themselves.",
    ),
    "conclusion.doctor-row": Words("Bác sĩ quyết định", "A doctor decides"),
    "conclusion.unverified": Words("chưa đối chiếu bản gốc", "not compared with the original"),
    "conclusion.legend": Words("Kết luận", "Conclusion"),
    "conclusion.note": Words(
        "Ai quyết định và vì sao, khi khác với mẫu", "Who decides and why, where it differs from the form"
    ),
    "conclusion.until": Words("Nếu hoãn: hẹn lại từ ngày nào?", "If deferred: from which day again?"),
    "conclusion.declined": Words(
        "Không đồng ý tiêm. Ghi lại rồi cảm ơn và mời về; đổi ý thì quay lại lúc nào cũng được.",
        "They decline. Record it, thank them; they may come back whenever they change their mind.",
    ),
    "conclusion.send": Words("Ghi kết luận", "Record the conclusion"),
    "conclusion.send-declined": Words("Ghi là không đồng ý", "Record: declines"),
    # What is missing or cannot be.
    "wrong.name": Words("Ghi họ tên như trên giấy tờ.", "Enter the name as on the document."),
    "wrong.year": Words(
        "Ghi năm sinh bằng 4 số. Chỉ nhớ năm cũng được.", "Enter the birth year in 4 digits. The year alone will do."
    ),
    "wrong.born": Words(
        "Không có ngày sinh này. Xem lại ngày, tháng, năm.", "There is no such birth date. Check day, month and year."
    ),
    "wrong.sex": Words("Chọn giới tính.", "Choose the sex."),
    "wrong.number": Words(
        "Số này có {n} ký tự, cần đủ {digits} số.",
        "This number has {n} [character|characters]; it needs {digits} [digit|digits].",
    ),
    "wrong.number-missing": Words(
        "Ghi số của giấy tờ đã chọn, hoặc chọn “Không có giấy tờ”.",
        "Enter the number of the document, or choose “No document”.",
    ),
    "wrong.number-of-female": Words(
        "Số căn cước này là của người sinh năm {year}, nữ. Kiểm tra lại số hoặc ngày sinh.",
        "This ID number belongs to a woman born in {year}. Check the number or the birth date.",
    ),
    "wrong.number-of-male": Words(
        "Số căn cước này là của người sinh năm {year}, nam. Kiểm tra lại số hoặc ngày sinh.",
        "This ID number belongs to a man born in {year}. Check the number or the birth date.",
    ),
    "wrong.phone": Words(
        "Số điện thoại có 10 số, bắt đầu bằng 0. Không có thì để trống.",
        "A phone number has 10 digits and begins with 0. Leave it empty if there is none.",
    ),
    "wrong.elsewhere": Words(
        "Chọn đến xã, phường. Không biết thì chọn “Chưa rõ”.",
        "Choose down to the commune. If it is not known, choose “Not known”.",
    ),
    "wrong.agreed": Words("Hỏi: có đồng ý tiêm không?", "Ask: do they agree to the vaccination?"),
    "wrong.guardian": Words("Ghi tên người giám hộ đã đồng ý.", "Enter the guardian who agreed."),
    "wrong.question": Words("Chưa hỏi: {question}", "Not asked yet: {question}"),
    "wrong.temperature": Words("Đo nhiệt độ rồi ghi vào đây.", "Take the temperature and enter it."),
    "wrong.sign": Words("{sign}: ghi một số từ {low} đến {high}.", "{sign}: a number from {low} to {high}."),
    "wrong.no-sign": Words("Chưa có số nào: ghi ít nhất một dấu hiệu.", "No number yet: enter one at least."),
    "wrong.conclusion": Words("Chọn kết luận.", "Choose the conclusion."),
    "wrong.note": Words(
        "Ghi ai quyết định và vì sao: các dòng của mẫu không tự kết luận như vậy.",
        "Enter who decides and why: the form's own rows do not conclude this.",
    ),
    "wrong.until": Words("Không có ngày này. Ghi ngày/tháng/năm.", "There is no such day. Enter day/month/year."),
    "said.arrived": Words("Đã ghi. Số thứ tự {n}.", "Recorded. Ticket {n}."),
    "said.recorded": Words("Đã ghi. Số {n}.", "Recorded. Ticket {n}."),
    "said.to-dose": Words("Đã ghi. Chuyển sang bàn tiêm.", "Recorded. On to the dose."),
    "said.no-dose": Words("Đã ghi. Hôm nay không tiêm.", "Recorded. No dose today."),
}
