"""What the app says of a rehearsal, and what those who play its people read on their cards."""

from __future__ import annotations

from tiemchung.faces.shared.words import Words

REHEARSAL: dict[str, Words] = {
    "rehearsal.go": Words("Tập dượt trên máy này", "Rehearse on this device"),
    "rehearsal.title": Words("Tập dượt", "Rehearsal"),
    "rehearsal.mark": Words("TẬP DƯỢT", "REHEARSAL"),
    "rehearsal.banner": Words(
        "Người do máy nghĩ ra. Không mũi nào ở đây được vào sổ. Có người đến tiêm thật thì thoát ngay.",
        "Invented people. No dose here is recorded anywhere. If somebody comes to be vaccinated, leave at once.",
    ),
    "rehearsal.leave": Words("Thoát, làm việc thật", "Leave, to the real work"),
    "rehearsal.site": Words("Điểm tập dượt", "Rehearsal site"),
    "rehearsal.team": Words("Cả đội", "The whole team"),
    "rehearsal.lead": Words(
        "Cả đội làm thử một ngày: tiếp đón, khám, tiêm, theo dõi. Máy nghĩ ra danh sách, lô và lọ, có cài sẵn vài tình huống khó. "
        "Vài người trong đội đóng vai người đến tiêm, đọc phiếu vai. Xong có bảng điểm.",
        "The whole team tries a day: reception, screening, doses, observation. The device invents list, lots and vials, with some "
        "difficult things planted. Some of you play those who come and read their cards. At the end there is a scorecard.",
    ),
    "rehearsal.no-real": Words(
        "Đừng gõ tên hay số giấy tờ của người thật. Ngày tập tự xóa sau 12 giờ.",
        "Type no real person's name or number. The rehearsal is erased by itself after 12 hours.",
    ),
    "rehearsal.size": Words("Bao nhiêu người đến?", "How many people come?"),
    "rehearsal.people": Words("{n} người", "{n} [person|people]"),
    "rehearsal.pace": Words("Đồng hồ của ngày tập", "The clock of the day"),
    "rehearsal.pace-6": Words(
        "Nhanh gấp 6: 30 phút theo dõi còn 5 phút", "Six times as fast: 30 minutes of observation take 5"
    ),
    "rehearsal.pace-1": Words("Như thật", "As in reality"),
    "rehearsal.begin": Words("Bắt đầu ngày tập", "Begin the day"),
    "rehearsal.score": Words("Bảng điểm", "Scorecard"),
    "rehearsal.score-means": Words(
        "Của cả đội, tính từ những gì đã ghi trên máy này. Không chấm riêng ai.",
        "Of the whole team, by what was written on this device. It grades nobody alone.",
    ),
    "rehearsal.print": Words("In", "Print"),
    "rehearsal.cards": Words("Phiếu vai", "Cards to play"),
    "rehearsal.cards-mean": Words(
        "Dành cho người đóng vai. In ra, cắt rời, chia trước khi bắt đầu; người làm ở bàn không xem.",
        "For those who play. Print them, cut them up and hand them out before you begin; who works at a desk does not look.",
    ),
    "rehearsal.end": Words("Kết thúc ngày tập", "End the rehearsal"),
    "rehearsal.end-means": Words(
        "Xóa hết người, mũi và bảng điểm của ngày tập trên máy này. In bảng điểm trước nếu cần giữ.",
        "Erases all people, doses and the scorecard of the rehearsal on this device. Print the scorecard first to keep it.",
    ),
    "rehearsal.end-sure": Words("Xóa, tôi chắc chắn", "Erase it, I am sure"),
    "rehearsal.no-scan": Words(
        "Tập dượt thì không quét mã.",
        "No codes in a rehearsal.",
    ),
    "rehearsal.slip": Words(
        "Phiếu tập dượt, không có giá trị. Không ai được tiêm.",
        "A rehearsal's slip, worth nothing. Nobody was vaccinated.",
    ),
    "score.arrived": Words("Đã tiếp đón", "Received"),
    "score.of": Words("{n} trong {all} người", "{n} of {all} [person|people]"),
    "score.dosed": Words("Đã tiêm", "Vaccinated"),
    "score.away": Words("Hoãn, không tiêm", "Deferred, declined"),
    "score.inside": Words("Còn trong điểm", "Still at the site"),
    "score.left": Words("Liều còn trong lọ mở", "Doses in open vials"),
    "score.mended": Words("Sửa lại", "Mended"),
    "score.mended-of": Words(
        "hủy {voided}, sửa {corrected}, nhầm người {wrong}",
        "voided {voided}, corrected {corrected}, wrong person {wrong}",
    ),
    "score.planted": Words("Tình huống cài sẵn", "What was planted"),
    "score.noticed": Words("Ghi sau mũi tiêm {span} (phút:giây).", "Written down {span} after the dose (min:s)."),
    "score.misses": Words("Điều không nên xảy ra", "What should not happen"),
    "score.none": Words("Chưa có điều nào.", "Nothing so far."),
    "score.times": Words("Người đến phải đợi bao lâu", "How long people waited"),
    "score.times-mean": Words("Phút:giây theo đồng hồ thật.", "Minutes:seconds by the real clock."),
    "score.step-screening": Words("Tiếp đón xong đến khám xong", "From reception to the end of screening"),
    "score.step-dose": Words("Khám xong đến mũi tiêm", "From screening to the dose"),
    "score.waited": Words("thường {median}, lâu nhất {longest}", "usually {median}, at most {longest}"),
    "met.handled": Words("xử trí đúng", "handled"),
    "met.missed": Words("bỏ sót", "missed"),
    "met.open": Words("chưa tới", "not yet"),
    "part.contraindicated": Words("Chống chỉ định", "Contraindicated"),
    "part.defer": Words("Phải hoãn", "To be deferred"),
    "part.too-early": Words("Mũi sau đến quá sớm", "Next dose too early"),
    "part.namesake": Words("Trùng tên, trùng năm sinh", "Same name, same year of birth"),
    "part.walk-in": Words("Không có trong danh sách", "On no list"),
    "part.anaphylaxis": Words("Phản vệ sau tiêm", "Anaphylaxis after the dose"),
    "miss.held-lot": Words("Tiêm từ lô đang tạm giữ", "Dose of a lot on hold"),
    "miss.expired-lot": Words("Tiêm từ lô hết hạn", "Dose of an expired lot"),
    "miss.old-vial": Words("Tiêm từ lọ mở quá lâu", "Dose of a vial open for too long"),
    "miss.no-vial": Words("Không ghi rút từ lọ nào", "From which vial was not noted"),
    "miss.not-identified": Words("Tiêm khi chưa nhận diện", "Dose before anybody was identified"),
    "miss.not-agreed": Words("Tiêm khi chưa đồng ý", "Dose without consent"),
    "miss.not-screened": Words("Tiêm khi chưa khám", "Dose before screening"),
    "miss.released-early": Words("Cho về trước giờ", "Released too early"),
    "miss.dosed-twice": Words("Một người hai mũi", "Two doses to one person"),
    "play.yes": Words("Khi khám, trả lời “có” cho câu:", "When screened, say yes to:"),
    "play.contraindicated": Words(
        "Bạn đến tiêm như mọi người. Chỉ nói ra khi được hỏi.",
        "You come like everybody else. Tell only when you are asked.",
    ),
    "play.defer": Words(
        "Bạn đến tiêm như mọi người. Chỉ nói ra khi được hỏi.",
        "You come like everybody else. Tell only when you are asked.",
    ),
    "play.too-early": Words(
        "Bạn vừa tiêm mấy hôm trước và muốn tiêm luôn mũi nữa. Nài thêm một lần rồi thôi.",
        "You had a dose some days ago and want the next right now. Insist once, then give in.",
    ),
    "play.namesake": Words(
        "Có người khác cùng tên, cùng năm sinh. Chỉ đọc bốn số cuối căn cước khi được hỏi.",
        "Somebody else has your name and year of birth. Tell the last four digits of your ID only when asked.",
    ),
    "play.walk-in": Words(
        "Bạn không có trong danh sách và quên giấy tờ ở nhà.", "You are on no list and left your papers at home."
    ),
    "play.anaphylaxis": Words(
        "Năm phút sau khi tiêm (giờ của ngày tập): ngứa, nổi mày đay, khó thở, chóng mặt. Gọi to.",
        "Five minutes after the dose (by the clock of the day): itching, hives, short of breath, dizzy. Call out.",
    ),
    "play.anybody": Words(
        "Những người khác: đúng tên mình trong danh sách, khỏe, trả lời “không” cho mọi câu.",
        "Everybody else: your name is on the list, you are well and say no to every question.",
    ),
}
