"""What the app says of the hall: the site's vials and when the next one is opened."""

from __future__ import annotations

from tiemchung.faces.shared.words import Words

HALL: dict[str, Words] = {
    "vials.title": Words("Lọ vắc xin", "Vials"),
    "vials.none": Words("Chưa có lọ nào đang mở.", "No vial is open."),
    "vials.open": Words("Đang mở", "Open"),
    "vials.in-hand": Words("Đang dùng ở bàn này", "In use at this table"),
    "vials.take": Words("Dùng lọ này", "Use this vial"),
    "vials.ago": Words("{span} trước", "{span} ago"),
    "vials.left": Words("Còn lại", "Left"),
    "vials.doses": Words("{n} liều", "{n} [dose|doses]"),
    "vials.overfill": Words(
        "Hết; đã rút thêm {n} liều dôi", "None; {n} [dose of overfill was|doses of overfill were] drawn"
    ),
    "vials.vial-wasted": Words("Ghi bỏ liều", "Note waste"),
    "vials.vial-returned": Words("Ghi trả kho", "Note a return"),
    "vials.broken": Words("Ghi lọ vỡ, hỏng", "Note a broken vial"),
    "vials.how-many": Words("Số liều", "Doses"),
    "vials.why": Words("Vì sao?", "Why?"),
    "vials.what": Words("Ghi gì?", "What happened?"),
    "vials.write": Words("Ghi", "Write it down"),
    "vials.written": Words("Đã ghi {n} liều của lô {lot}.", "{n} [dose|doses] of lot {lot} written down."),
    "vials.next": Words("Mở lọ tiếp", "Open the next vial"),
    "vials.no-lot": Words("Không còn lô nào dùng được ở điểm này.", "No lot that may be used lies at this site."),
    "vials.unopened": Words("Lọ chưa mở: trả kho, vỡ, hỏng", "Unopened vials: returned, broken"),
    "vials.last-expected": Words(
        "{product}: lọ đang mở còn dư {n} liều so với người đang chờ. Còn {expected} người trong danh sách chưa đến: gọi họ trước.",
        "{product}: {n} [dose in open vials has|doses in open vials have] nobody waiting. {expected} of "
        "the list [has|have] not come yet: call them first.",
    ),
    "vials.last-nobody": Words(
        "{product}: lọ đang mở còn dư {n} liều, danh sách chỉ còn {expected} người chưa đến. Gọi người dự bị trước khi hết giờ dùng.",
        "{product}: {n} [dose in open vials has|doses in open vials have] nobody waiting, {expected} "
        "[is|are] still expected. Call stand-by persons in time.",
    ),
    "standby.title": Words("Người dự bị", "Stand-by list"),
    "standby.back": Words("Về Lọ vắc xin", "Back to the vials"),
    "standby.means": Words(
        "Đã đăng ký, đến hạn tiêm và chưa có chỗ hẹn, theo thứ tự ưu tiên. Gọi khi lọ đang mở còn liều mà hết người chờ.",
        "Registered, due and without a place, in order of priority. Call when an open vial has doses left and nobody waits.",
    ),
    "standby.as-of": Words(
        "Danh sách lúc {when}. Từ đó đến nay có người có thể đã có chỗ hẹn hoặc đã tiêm nơi khác.",
        "As of {when}. Since then some may have got a place, or had the dose elsewhere.",
    ),
    "standby.none-here": Words(
        "Máy này chưa có danh sách dự bị. Danh sách chỉ về máy cho mọi bàn, khi trưởng điểm vào làm lúc có mạng và hôm nay có "
        "buổi tiêm.",
        "No stand-by list here yet. It comes to a device for all desks alone, while the lead is signed in with a network and a "
        "session is planned today.",
    ),
    "standby.receive": Words("Đón", "Receive"),
    "standby.nobody": Words(
        "Không còn ai đến hạn mà chưa có chỗ ở phường của điểm này.",
        "Nobody in this site's wards is due without a place.",
    ),
    "standby.coming": Words("{n} người sẽ đến", "{n} coming"),
    "standby.no-phone": Words("không có điện thoại", "no phone"),
    "standby.not-called": Words("Chưa gọi", "Not called yet"),
    "standby.where": Words(
        "Ghi ai đã gọi, ai sẽ đến cần có mạng; bàn đón thấy ngay ai sẽ đến. Không có mạng thì vẫn gọi được theo danh sách này.",
        "Noting who was called and who comes needs the network; reception then sees who comes. Without it, call from this list.",
    ),
    "closing.title": Words("Đối chiếu cuối ngày", "The day's reconciliation"),
    "closing.title-day": Words("Đối chiếu ngày {day}", "Reconciliation of {day}"),
    "closing.unsent": Words(
        "Máy này còn {n} bản ghi chưa gửi: các dòng dưới đây chưa tính chúng.",
        "This device has {n} [record|records] to send: the lines below are without [it|them].",
    ),
    "closing.ask": Words("Hỏi lại máy chủ", "Ask the server again"),
    "closing.asking": Words("Đang hỏi…", "Asking…"),
    "closing.closed": Words("Đã đóng lúc {at}", "Closed at {at}"),
    "closing.lines-open": Words("Còn {n} dòng chưa rõ", "{n} [line is|lines are] not explained"),
    "closing.ready": Words("Khớp, chưa đóng", "Adds up, not closed yet"),
    "closing.persons": Words("Người đến", "Persons arrived"),
    "closing.persons-are": Words(
        "{released} về, {deferred} hoãn, {declined} không đồng ý, {left} về sớm, {observed} đang theo dõi",
        "{released} released, {deferred} deferred, {declined} declined, {left} left, {observed} under observation",
    ),
    "closing.slips": Words("Phiếu giấy", "Paper slips"),
    "closing.slips-are": Words("{n} lượt đã nhập", "{n} [visit|visits] entered"),
    "closing.vials": Words("Lọ lĩnh ra bàn, lô {lot}", "Vials issued, lot {lot}"),
    "closing.vials-are": Words(
        "{opened} mở, {returned} trả, {wasted} bỏ", "{opened} opened, {returned} returned, {wasted} wasted"
    ),
    "closing.doses": Words("Liều đã mở, lô {lot}", "Doses opened, lot {lot}"),
    "closing.doses-are": Words(
        "{given} tiêm, {wasted} bỏ hoặc trả; riêng {overfill} dôi",
        "{given} given, {wasted} wasted or returned; apart {overfill} overfill",
    ),
    "closing.draws": Words(
        "Lô {lot}: {n} mũi không thuộc lọ nào đã mở", "Lot {lot}: {n} [dose|doses] from no opened vial"
    ),
    "closing.vial-left": Words(
        "Lọ {vial}, lô {lot}: còn {n} liều chưa rõ", "Vial {vial}, lot {lot}: {n} [dose|doses] unaccounted for"
    ),
    "closing.explained": Words("Lệch {n}: {reason}", "{n} off: {reason}"),
    "closing.not-counted": Words("Chưa đếm", "Not counted"),
    "closing.off": Words("lệch {n}", "{n} off"),
    "closing.count": Words("Số", "Count"),
    "closing.made-of": Words("Gồm", "Made of"),
    "closing.where": Words(
        "Ghi số đếm, lý do và đóng ngày ở trang Trưởng điểm, nơi bạn đăng nhập bằng tên mình.",
        "Counts, reasons and the close itself: on the lead's page, where you are signed in as yourself.",
    ),
    "opening.open": Words("Đủ người chờ: mở lọ tiếp được", "Enough people wait: open the next vial"),
    "opening.use": Words(
        "Khoan mở: lọ đang mở còn đủ liều cho người đang chờ",
        "Not yet: open vials hold enough for those who wait",
    ),
    "opening.wait": Words(
        "Khoan mở: chờ thêm người trong danh sách đến", "Not yet: wait for more of today's list to come"
    ),
    "opening.call": Words(
        "Khoan mở: không đủ người cho một lọ. Gọi người dự bị, hoặc hẹn người đang chờ sang buổi sau",
        "Not yet: too few for a vial. Call stand-by persons, or let those who wait come to the next session",
    ),
    "opening.rule": Words(
        "Chỉ mở lọ tiếp khi ngoài số liều còn trong lọ đang mở có từ {need} người chờ.",
        "Open the next vial only if {need} or more wait beyond the doses in open vials.",
    ),
    "opening.figures": Words(
        "Đang chờ {waiting}, lọ đang mở còn {left} liều, chưa đến {expected}.",
        "Waiting {waiting}, doses in open vials {left}, not here yet {expected}.",
    ),
    "opening.ours": Words("Mức này do chúng tôi đặt.", "This threshold is ours."),
    "opening.source": Words("Theo {source}.", "Source: {source}."),
    "wrong.label": Words("Gõ mã ghi trên nhãn lọ.", "Type the label of the vial."),
    "wrong.opened-before": Words(
        "Mã lọ này đã ghi mở lúc {time}. Xem lại nhãn.", "This label was opened at {time}. Look at the label again."
    ),
    "wrong.doses": Words("Ghi số liều, từ 1 trở lên.", "Enter the doses, 1 or more."),
    "wrong.stock-why": Words("Chọn vì sao.", "Choose why."),
}
