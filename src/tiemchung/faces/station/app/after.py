"""What the app says after the dose: the board, what is seen, anaphylaxis, release, the slip."""

from __future__ import annotations

from tiemchung.faces.shared.words import Words

AFTER: dict[str, Words] = {
    "board.title": Words("Theo dõi sau tiêm", "Observation"),
    "board.people": Words("{n} người", "{n} watched"),
    "board.may-go": Words("{n} được về", "{n} may go"),
    "board.react": Words("{n} có phản ứng", "{n} react"),
    "board.treated": Words("Đang xử trí", "Being treated for"),
    "board.write": Words("Ghi diễn biến", "Write down what happens"),
    "board.free": Words("Đủ {n} phút, được về", "{n} [minute|minutes] over, may go"),
    "board.waiting": Words("Đang chờ", "Waiting"),
    "board.order": Words("ít thời gian nhất trước", "least time first"),
    "board.left": Words("còn", "left"),
    "board.minutes-left": Words("còn {n} phút", "{n} [minute|minutes] left"),
    "board.ask-once": Words("Hỏi lại một câu rồi cho về", "Ask once more, then let go"),
    "board.after": Words("{n} phút sau tiêm", "{n} min after the dose"),
    "board.began": Words("bắt đầu {time}", "began {time}"),
    "board.nobody": Words("Không có ai đang theo dõi", "Nobody is being observed"),
    "board.nobody-why": Words(
        "Người vừa tiêm sẽ hiện ở đây ngay khi bàn tiêm ghi mũi.", "People appear here as soon as the dose is recorded."
    ),
    "watch.title": Words("Theo dõi", "Observation"),
    "watch.gone": Words("{n} phút sau tiêm", "{n} [minute|minutes] after the dose"),
    "watch.anaphylaxis": Words("Phản vệ", "Anaphylaxis"),
    "watch.anaphylaxis-does": Words(
        "một chạm: ghi giờ, giữ lô, dừng buổi tiêm", "one tap: notes the time, holds the lot, stops the session"
    ),
    "watch.held": Words(
        "Lô {lot} đã tạm giữ ở điểm này. Để riêng lọ {vial}.",
        "Lot {lot} is on hold at this site. Set vial {vial} aside.",
    ),
    "watch.vial-used": Words("đang dùng", "in use"),
    "watch.stopped": Words("Buổi tiêm đã dừng.", "The session has been stopped."),
    "watch.none-stopped": Words(
        "Không có buổi tiêm nào đang mở để dừng. Gọi ngay trưởng điểm: {leads}.",
        "No session is open that could be stopped. Call the site's lead now: {leads}.",
    ),
    "watch.deeds": Words("Ghi từng việc, một chạm là một giờ", "Each deed with one tap and its minute"),
    "watch.nothing-done": Words("Chưa ghi việc nào.", "Nothing written down yet."),
    "watch.vitals": Words("Ghi dấu hiệu sống", "Write down the vital signs"),
    "watch.measured": Words("Đo: {told}", "Measured: {told}"),
    "watch.who-treats": Words("Ai xử trí? Tên, vai trò", "Who treats? Names and roles"),
    "watch.team": Words("Ghi người xử trí", "Write down who treats"),
    "watch.treated-by": Words("Người xử trí: {told}", "Treated by: {told}"),
    "watch.gone-home": Words("Người này đã về.", "This person has gone."),
    "watch.slip": Words("In phiếu", "Print the slip"),
    "watch.ask": Words("Hỏi: trong người thấy thế nào?", "Ask: how do you feel?"),
    "watch.release": Words("Cho về, in phiếu", "Let go, print the slip"),
    "watch.keep": Words("Ghi, theo dõi tiếp", "Write down, keep watching"),
    "watch.not-yet": Words(
        "Cho về khi đủ {n} phút và không còn phản ứng. Còn {left}.",
        "May go after {n} [minute|minutes], with no reaction open. {left} left.",
    ),
    "watch.other": Words("Phản ứng khác", "Another reaction"),
    "watch.signs": Words("Thấy gì? Ví dụ: nổi mề đay ở cổ", "What is seen? For example: hives on the neck"),
    "watch.leaves": Words("Người này về sớm", "This person leaves early"),
    "watch.why": Words("Vì sao?", "Why?"),
    "watch.leave": Words("Ghi là đã về sớm", "Record that they left early"),
    "wrong.state": Words("Hỏi: trong người thấy thế nào?", "Ask: how do you feel?"),
    "wrong.longer": Words("Cần theo dõi thêm thì chưa cho về.", "Who is to be watched longer does not go yet."),
    "wrong.team": Words("Ghi tên những người xử trí.", "Enter the names of those who treat."),
    "wrong.leaves": Words("Chọn vì sao về sớm.", "Choose why they leave early."),
    "slip.title": Words("Phiếu sau tiêm", "Slip after the dose"),
    "slip.size": Words("Khổ giấy", "Paper"),
    "slip.size-58": Words("Giấy cuộn 58 mm", "Roll, 58 mm"),
    "slip.size-80": Words("Giấy cuộn 80 mm", "Roll, 80 mm"),
    "slip.size-a5": Words("A5", "A5"),
    "slip.print": Words("In phiếu", "Print the slip"),
    "slip.heading": Words("Phiếu sau tiêm chủng", "After your vaccination"),
    "slip.lot": Words("lô {lot}", "lot {lot}"),
    "slip.by": Words("người tiêm {name}", "given by {name}"),
    "slip.home": Words("Ở nhà, nhớ ba điều", "At home, three things"),
    "slip.home-company": Words("Có người ở cạnh trong ngày đầu.", "Have somebody with you on the first day."),
    "slip.home-mild": Words(
        "Sốt, đau chỗ tiêm thường hết sau vài ngày.", "Fever or a sore arm mostly pass within days."
    ),
    "slip.home-call": Words(
        "Khó thở, tím tái, mề đay lan rộng, đau ngực: gọi 115 ngay.",
        "Hard breathing, blue lips, spreading hives, chest pain: call 115 at once.",
    ),
    "slip.code": Words(
        "Mã của lượt tiêm này: điểm tiêm quét để tìm lại trong ngày.",
        "The code of this visit: the site scans it to find you again today.",
    ),
}
