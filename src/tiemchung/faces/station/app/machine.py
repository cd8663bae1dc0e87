"""What the app says of the device itself: enrollment, signing in, what is not sent, versions, and why it says no."""

from __future__ import annotations

from tiemchung.faces.shared.words import Words

MACHINE: dict[str, Words] = {
    "app.face": Words("Điểm tiêm", "Vaccination site"),
    "app.skip": Words("Đến nội dung chính", "Skip to the main content"),
    "nav.today": Words("Hôm nay", "Today"),
    "nav.arrive": Words("Đón", "Receive"),
    "nav.board": Words("Theo dõi", "Observe"),
    "nav.vials": Words("Lọ", "Vials"),
    "nav.device": Words("Máy này", "This device"),
    "back.list": Words("Không phải người này? Quay lại danh sách", "Not this person? Back to the list"),
    "back.board": Words("Không phải người này? Về bảng theo dõi", "Not this person? Back to the board"),
    "back.today": Words("Về danh sách hôm nay", "Back to today's list"),
    "back.to-list": Words("Về danh sách", "Back to the list"),
    "back.to-board": Words("Về bảng theo dõi", "Back to the board"),
    "lost.title": Words("Không tìm thấy lượt này", "This visit is not here"),
    "lost.why": Words(
        "Máy này chưa biết lượt ấy, hoặc ngày đã đổi. Tìm lại trong danh sách hôm nay.",
        "This device does not know that visit, or the day has changed. Look for it in today's list.",
    ),
    "later.away": Words(
        "Trang này chưa có trên máy. Nối mạng một lần rồi mở lại.",
        "This screen is not on the device yet. Connect once, then open it again.",
    ),
    "fault.lead": Words("Chưa ghi. Cần sửa:", "Not recorded yet. To mend:"),
    "fault.missing": Words("Chưa ghi. Còn thiếu:", "Not recorded yet. Missing:"),
    "confirm.label": Words("Xác nhận", "Confirm"),
    "scan.close": Words("Đóng máy quét", "Close the scanner"),
    "scan.picture": Words("Hình từ máy ảnh", "Picture of the camera"),
    "scan.no-camera": Words(
        "Chưa mở được máy ảnh. Cho phép dùng máy ảnh, hoặc gõ vào ô.",
        "The camera did not open. Allow it, or type into the field.",
    ),
    # A device that is new here.
    "enroll.title": Words("Đăng ký máy này", "Enroll this device"),
    "enroll.again": Words("Đăng ký lại máy này", "Enroll this device again"),
    "enroll.back": Words("Để sau, quay lại", "Later, go back"),
    "enroll.keeps": Words(
        "{n} bản ghi trên máy chưa tới máy chủ. Đăng ký lại không xóa chúng: máy gửi chúng trước, dưới tên cũ, "
        "để trưởng điểm đối chiếu.",
        "{n} [record here has|records here have] not reached the server. Enrolling again erases none: "
        "[it is|they are] sent first, under the old name, for "
        "the lead to compare.",
    ),
    "enroll.all-sent": Words(
        "Mọi bản ghi của máy đã tới máy chủ.", "All records of this device have reached the server."
    ),
    "enroll.stands": Words("Máy này đang đăng ký ở {site}.", "This device is enrolled at {site}."),
    "enroll.stands-means": Words(
        "Chỉ đăng ký lại khi máy chuyển sang điểm khác hoặc đổi bàn: danh sách đang có trên máy sẽ được thay.",
        "Enroll it again only when it moves to another site or desk: the list it has now is replaced.",
    ),
    "enroll.stands-unsent": Words(
        "Còn {n} bản ghi chưa gửi: gửi xong mới đăng ký lại được.",
        "{n} [record is|records are] not sent yet: it can be enrolled again once they are.",
    ),
    "enroll.lead": Words(
        "Trưởng điểm mở trang Máy của điểm và tạo mã đăng ký. Quét mã đó, hoặc gõ vào ô.",
        "The lead opens the page of the site's tablets and makes an enrollment code. Scan it, or type it.",
    ),
    "enroll.scan": Words("Quét mã đăng ký", "Scan the enrollment code"),
    "enroll.code": Words("Mã đăng ký", "Enrollment code"),
    "enroll.code-hint": Words("Dùng được một lần", "Good for one use"),
    "enroll.no-code": Words("Quét hoặc gõ mã đăng ký.", "Scan or type the enrollment code."),
    "enroll.name": Words("Tên máy", "Name of the device"),
    "enroll.name-hint": Words("Như nhãn dán trên máy, ví dụ Máy 03", "As on its label, for example Tablet 03"),
    "enroll.send": Words("Đăng ký", "Enroll"),
    "fingerprint.title": Words("So sáu số này", "Compare these six digits"),
    "fingerprint.compare": Words(
        "Đọc sáu số cho trưởng điểm. Trưởng điểm gõ đúng sáu số này vào trang của mình.",
        "Read the six digits to the site's lead, who types these very digits on their page.",
    ),
    "fingerprint.waits": Words(
        "Máy tự mở ngay khi trưởng điểm xác nhận.", "The device opens by itself once the lead confirms."
    ),
    "fingerprint.ask": Words("Hỏi lại ngay", "Ask again now"),
    # Who works here now.
    "signin.title": Words("Ai làm việc trên máy này?", "Who works on this device?"),
    "signin.nobody": Words(
        "Chưa có tên ai. Máy cần mạng một lần để lấy danh sách nhân viên của điểm.",
        "No names yet. The device needs the network once to fetch the site's staff.",
    ),
    "signin.other": Words("Người khác", "Somebody else"),
    "signin.send": Words("Vào làm", "Sign in"),
    "pin.title": Words("Vào làm", "Sign in"),
    "pin.label": Words("Mã PIN", "PIN"),
    "pin.why": Words("Mã PIN của riêng bạn trên máy này.", "Your own PIN on this device."),
    "pin.forgotten": Words("Đặt mã PIN mới…", "Set a new PIN…"),
    "lock.title": Words("Màn hình đã khóa", "The screen is locked"),
    "lock.why": Words(
        "Màn hình tự khóa khi không ai chạm. Bản ghi vẫn tiếp tục được gửi.",
        "The screen covers itself when nobody touches it. Records go on being sent.",
    ),
    "lock.open": Words("Mở khóa", "Unlock"),
    "newpin.title": Words("Đặt mã PIN", "Set a PIN"),
    "newpin.lead": Words(
        "Cần mạng và mã mở máy tám số, lấy ở trang Mở máy của bạn hoặc từ trưởng điểm, dùng trong 15 phút.",
        "Needs the network, and the code of eight digits from your own page Unlock or from the lead, good for 15 minutes.",
    ),
    "newpin.word": Words("Mã mở máy", "Unlocking code"),
    "newpin.word-hint": Words("Tám số", "Eight digits"),
    "newpin.pin": Words("Mã PIN mới, từ 6 số", "New PIN, 6 digits or more"),
    "newpin.again": Words("Gõ lại mã PIN", "The PIN again"),
    "newpin.send": Words("Đặt mã và vào làm", "Set it and sign in"),
    "newpin.no-word": Words("Gõ mã mở máy tám số.", "Type the unlocking code of eight digits."),
    "newpin.shape": Words("Mã PIN cần từ 6 đến 12 chữ số.", "A PIN has 6 to 12 digits."),
    "newpin.differs": Words("Hai lần gõ không giống nhau.", "The two do not match."),
    # What is sent, and how old the list is.
    "bar.label": Words("Đồng bộ", "Sync"),
    "bar.see": Words("Xem hàng chờ", "See what waits"),
    "bar.away": Words("Chưa nối được máy chủ, lần cuối {last}.", "The server was not reached; last at {last}."),
    "bar.hall": Words(
        "Các quầy vẫn thấy việc của nhau qua máy trung chuyển từ {since}.",
        "The desks see each other's work through the hall's hub since {since}.",
    ),
    "bar.never": Words("chưa lần nào", "never yet"),
    "bar.waiting": Words(
        "{n} bản ghi an toàn trên máy này, cũ nhất {oldest}. Cứ tiêm tiếp.",
        "{n} [record is|records are] safe on this device, the oldest of {oldest}. Carry on.",
    ),
    "bar.nothing": Words("Không có gì chờ gửi. Cứ tiêm tiếp.", "Nothing waits. Carry on."),
    "bar.held": Words(
        "{n} bản ghi vẫn nằm an toàn trên máy này.", "{n} [record is|records are] still safe on this device."
    ),
    "bar.kept": Words(
        "{n} bản ghi của lần đăng ký trước còn trên máy, đang được gửi dưới tên cũ.",
        "{n} [record of the earlier enrollment is still here and is being|"
        "records of the earlier enrollment are still here and are being] sent under the old name.",
    ),
    "bar.sending": Words("Đang gửi.", "Sending."),
    "bar.sent": Words("Đã gửi hết.", "All sent."),
    "bar.last": Words("Lần cuối {last}.", "Last at {last}."),
    "bar.list": Words("Danh sách, quy định, lô tạm giữ: lấy về {when}", "List, rules, held lots: fetched {when}"),
    "bar.list-old": Words("Danh sách, quy định, lô tạm giữ đã cũ: {when}", "List, rules, held lots are old: {when}"),
    "bar.no-list": Words("Chưa có danh sách", "No list yet"),
    "stopped.revoked": Words("Trưởng điểm đã ngắt máy này.", "The lead has cut this device off."),
    "stopped.expired": Words("Máy này đã hết hạn đăng ký.", "This device's enrollment is over."),
    "stopped.fork": Words(
        "Máy chủ thấy hai chuỗi bản ghi dưới tên máy này. Phải đăng ký lại.",
        "The server knows two chains under this device's name. Enroll it again.",
    ),
    "stopped.refused": Words(
        "Máy chủ chưa nhận bản ghi của máy này. Máy tự thử lại; báo trưởng điểm.",
        "The server is not taking this device's records. It tries again by itself; tell the lead.",
    ),
    "clock.leapt": Words(
        "Giờ của máy đã nhảy tới {span}: máy ngủ, hoặc có người chỉnh giờ. Xem đồng hồ khác: bây giờ là mấy giờ?",
        "This device's time leapt ahead by {span}: it slept, or somebody set it. Look at another clock: what time is it?",
    ),
    "passkey.means": Words(
        "Khóa mà bạn vẫn dùng để đăng nhập trang làm việc: vân tay, khuôn mặt, khóa USB. Cần mạng một lần; từ đó mở máy này "
        "không cần mạng và không cần mã PIN.",
        "The passkey you sign in with on the work pages: finger, face, USB key. It needs the network once; from then on it opens "
        "this device without network or PIN.",
    ),
    "passkey.add": Words("Dùng khóa của bạn trên máy này", "Use your passkey on this device"),
    "passkey.open": Words("Mở bằng khóa của bạn", "Open with your passkey"),
    "clock.title": Words("Bây giờ là mấy giờ?", "What time is it?"),
    "clock.covered": Words(
        "Danh sách trong máy được giữ kín cho tới khi biết giờ đúng. Nếu đã hơn 16 giờ không ai đăng nhập, danh sách cũ sẽ được xóa. "
        "Những gì chưa gửi vẫn nằm nguyên trên máy.",
        "The list on this device stays covered until the time is known. If nobody has signed in for more than 16 hours, the old list "
        "is deleted. What is not sent stays on the device.",
    ),
    "clock.it-is": Words("Đúng là {time}", "It is {time}"),
    "update.waiting": Words(
        "Có bản mới của ứng dụng. Bản ghi chưa gửi vẫn nằm nguyên trên máy.",
        "A new version of the app is ready. What is not sent stays on the device.",
    ),
    "update.take": Words("Dùng bản mới", "Use it"),
    "tries.until": Words(
        "Sai mã mở máy quá nhiều lần: trước {when} không nhận mã nào nữa, mã mới cũng không. "
        "Dùng máy đã mở, hoặc thử lại từ giờ đó.",
        "Too many wrong unlocking codes: none is taken before {when}, no new one either. Use a device that is open, or try again "
        "from then on.",
    ),
    "device.title": Words("Máy này", "This device"),
    "device.site": Words("Điểm tiêm", "Site"),
    "device.unsent": Words("Chưa gửi", "Not sent"),
    "device.entries": Words("{n} bản ghi", "{n} [record|records]"),
    "device.hub": Words(
        "{n} bản ghi trong số đó đã có một bản sao niêm phong ở máy trung chuyển của điểm. Máy vẫn chờ trung tâm trả lời.",
        "{n} of them also [lies|lie] sealed on the site's hub. This device still waits for the center's answer.",
    ),
    "device.last": Words("Gửi lần cuối", "Last sent"),
    "device.hall": Words("Nghe các quầy khác", "Other desks heard"),
    "device.list": Words("Danh sách lấy về", "List fetched"),
    "device.until": Words("Đăng ký đến", "Enrolled until"),
    "device.not-persisted": Words(
        "Trình duyệt chưa hứa giữ dữ liệu lâu dài. Gửi thường xuyên, và đừng xóa dữ liệu trình duyệt.",
        "The browser has not promised to keep its data. Send often, and do not clear the browser's data.",
    ),
    "device.sync": Words("Gửi và lấy về ngay", "Send and fetch now"),
    "device.syncing": Words("Đang gửi…", "Sending…"),
    "device.queue": Words("Đang chờ gửi", "Waiting to be sent"),
    "device.queue-safe": Words(
        "Mỗi bản ghi nằm an toàn trên máy và tự gửi khi có mạng.",
        "Each record is safe on the device and is sent by itself once there is a network.",
    ),
    "device.queue-stopped": Words(
        "Mỗi bản ghi vẫn nằm trên máy và máy tự thử gửi lại. Đăng ký lại máy này không xóa bản ghi nào.",
        "Each record stays on the device, which goes on trying to send it. Enrolling it again erases none.",
    ),
    "device.kept": Words("{n} bản ghi của lần đăng ký trước", "{n} [record|records] of the earlier enrollment"),
    "device.kept-means": Words(
        "Máy gửi chúng trước tiên, dưới tên cũ; máy chủ để riêng cho trưởng điểm đối chiếu. "
        "Chưa gửi hết thì đừng xóa dữ liệu trình duyệt.",
        "They are sent first, under the old name, and set aside for the lead to compare. Until all are sent, do not clear the "
        "browser's data.",
    ),
    "device.place": Words("bản ghi thứ {n}", "record {n}"),
    "device.and-more": Words("và {n} bản ghi nữa", "and {n} more"),
    "device.aside": Words("Để riêng, chờ trưởng điểm", "Set aside for the site's lead"),
    "device.aside-means": Words(
        "Máy chủ giữ nguyên các bản ghi này nhưng chưa tính. Trưởng điểm xem ở trang Trưởng điểm.",
        "The server keeps these as they are but does not count them yet. The lead sees them on the lead's page.",
    ),
    "device.stay": Words(
        "Còn {n} bản ghi chưa gửi, nên chưa đăng xuất được. Nối mạng rồi bấm “Gửi và lấy về ngay”. Đi vắng thì khóa màn hình.",
        "{n} [record is|records are] not sent: no signing out yet. Connect, press “Send and fetch now”. "
        "Away for a moment? Lock the screen.",
    ),
    "device.lock": Words("Khóa màn hình", "Lock the screen"),
    "device.sign-out": Words("Đăng xuất", "Sign out"),
    "device.end-day": Words("Hết ngày, xóa danh sách", "End the day, forget the list"),
    "device.end-day-means": Words(
        "Hết ngày: máy quên danh sách và mọi bản ghi đã gửi.",
        "End of day: the device forgets the list and all it has sent.",
    ),
    "device.end-day-session": Words(
        "Bạn là trưởng điểm: buổi tiêm đang mở cũng kết thúc.", "You are the lead: the open session ends with it."
    ),
}

REFUSED: dict[str, Words] = {
    "fault": Words(
        "Chúng tôi gặp trục trặc. Những gì đã nhập vẫn còn. Thử lại.",
        "Something went wrong on our side. What you entered is still here. Try again.",
    ),
    "not-enrolled": Words("Máy này chưa được đăng ký.", "This device is not enrolled yet."),
    "tries-spent": Words(
        "Sai mã mở máy quá nhiều lần: hôm nay không nhận mã nữa, mã mới cũng không. Dùng máy đã mở, hoặc đợi sang ngày mai.",
        "Too many wrong unlocking codes: none is taken today any more, no new one either. Use a device that is open, or wait "
        "until tomorrow.",
    ),
    "standby-unknown": Words(
        "Người này không còn trong danh sách dự bị: đã có chỗ hẹn, hoặc chưa đến hạn.",
        "This person is on the stand-by list no more: they have a place, or are not due.",
    ),
    "code-refused": Words(
        "Mã này không còn dùng được. Nhờ trưởng điểm tạo mã mới.",
        "This code is good no more. Ask the lead for a new one.",
    ),
    "no-answer": Words(
        "Việc này cần mạng, mà máy chủ chưa trả lời. Xem lại mạng rồi thử lại.",
        "This needs the network, and the server did not answer. Check the network and try again.",
    ),
    "locked": Words("Vào làm trước đã.", "Sign in first."),
    "passkey-refused": Words(
        "Khóa này không mở được máy này cho bạn. Thử lại, hoặc dùng mã PIN.",
        "This passkey does not open this device for you. Try again, or use a PIN.",
    ),
    "passkey-plain": Words(
        "Khóa này không mở được máy khi không có mạng. Dùng mã PIN.",
        "This passkey cannot open a device without a network. Use a PIN.",
    ),
    "time-doubted": Words(
        "Xem đồng hồ khác và cho biết bây giờ là mấy giờ trước đã.", "Look at another clock and tell the time first."
    ),
    "pin-wrong": Words("Mã PIN chưa đúng. Còn {left} lần thử.", "That PIN is not right. {left} [try|tries] left."),
    "pin-not-set": Words(
        "Trên máy này hôm nay chưa có mã PIN của bạn. Đặt mã PIN mới.",
        "There is no PIN of yours on this device today. Set a new one.",
    ),
    "pin-refused": Words(
        "Mã PIN này dễ đoán quá. Chọn mã khác, từ 6 số.",
        "This PIN is too easy to guess. Choose another, 6 digits or more.",
    ),
    "erased": Words(
        "Sai mã PIN năm lần: danh sách trên máy đã xóa. Bản ghi chưa gửi vẫn an toàn, chỉ máy chủ mở được. Báo trưởng điểm.",
        "Five wrong PINs: the list on this device is erased. What was not sent is safe, for the server alone. Tell the lead.",
    ),
    "unsent": Words(
        "Còn bản ghi chưa gửi. Nối mạng, bấm “Gửi và lấy về ngay”, rồi thử lại.",
        "Records are not sent yet. Connect, press “Send and fetch now”, then try again.",
    ),
    "stopped": Words(
        "Máy chủ không nhận gì thêm từ máy này. Báo trưởng điểm.",
        "The server takes nothing more from this device. Tell the lead.",
    ),
    "entry-invalid": Words(
        "Có ô mà máy chủ không đọc được. Xem lại chữ lạ và con số.",
        "Something here cannot be read. Look for odd letters and numbers.",
    ),
    "entry-too-large": Words("Phần ghi này dài quá. Viết ngắn lại.", "This is too long. Shorten it."),
    "kind-not-allowed": Words(
        "Máy này không được đăng ký cho việc này. Dùng máy khác, hoặc hỏi trưởng điểm.",
        "This device is not enrolled for this. Use another, or ask the lead.",
    ),
    "not-stored": Words(
        "Máy không ghi được xuống bộ nhớ. Ghi ra giấy ngay, rồi báo trưởng điểm.",
        "The device could not store this. Write it on paper now, then tell the lead.",
    ),
}
"""Why the app says no, by the codes of its core."""

ROLES = {
    "check-in": Words("tiếp đón", "reception"),
    "screener": Words("sàng lọc", "screening"),
    "vaccinator": Words("tiêm", "vaccinator"),
    "observer": Words("theo dõi", "observation"),
    "recorder": Words("nhập liệu", "recorder"),
    "lead": Words("trưởng điểm", "site lead"),
}
SPANS = {
    "seconds": Words("{n} giây", "{n} s"),
    "minutes": Words("{n} phút", "{n} min"),
    "hours": Words("{h} giờ {m}", "{h} h {m}"),
    "days": Words("{n} ngày", "{n} [day|days]"),
}
