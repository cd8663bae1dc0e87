"""What `access` refuses: accounts, claims and proofs, roles, tablets, consents."""

from __future__ import annotations

from tiemchung.faces.shared.words import Words

REFUSALS: dict[str, Words] = {
    "agreement-missing": Words(
        "Máy này đăng ký theo cách cũ nên chưa mở khóa bằng mã PIN được. Đăng ký lại máy.",
        "This tablet was enrolled in an older way and cannot be unlocked by a PIN. Enroll it again.",
    ),
    "claim-incomplete": Words(
        "Chưa ghi. Còn chỗ cần xem lại: {field}.",
        "Not written yet. Something needs another look: {field}.",
    ),
    "client-refused": Words(
        "Không xác nhận được hệ thống này. Kiểm tra khóa, giờ máy và địa chỉ nhận trong lời xác nhận.",
        "This system cannot be confirmed. Check its key, its clock and the audience of the assertion.",
    ),
    "code-gone": Words(
        "Mã này không còn dùng được: đã hết 5 phút, đã dùng, hoặc đã thử đủ 5 lần. Xin mã mới.",
        "This code no longer works: its 5 minutes are over, it was used, or it was tried 5 times. Ask for a new one.",
    ),
    "code-needs-work": Words(
        "Số này đã xin nhiều mã hôm nay. Để trình duyệt làm một phép tính ngắn, nghe mã qua cuộc gọi, hoặc đến điểm tiêm.",
        "Many codes were asked for this number today. Let the browser do a short sum, hear the code by a call, or come "
        "to a site.",
    ),
    "code-wrong": Words(
        "Mã chưa đúng. Còn {left} lần thử. Mã gửi lúc {sent_at} dùng đến {expires_at}.",
        "That code is not right. {left} [try|tries] left. The code sent at {sent_at} works until {expires_at}.",
    ),
    "codes-spent": Words(
        "Hôm nay chưa gửi thêm mã được. Nghe mã qua cuộc gọi, đến điểm tiêm, hoặc thử lại ngày mai.",
        "No more codes can be sent today. Hear one by a call, come to a site, or try again tomorrow.",
    ),
    "consent-refused": Words(
        "Không cho phép được: chỉ cho phép được với sổ của bạn hoặc của con, và phần mà hệ thống đó được xin.",
        "This cannot be allowed: you can allow it for your own book or your child's, and what that system may ask for.",
    ),
    "consent-unknown": Words(
        "Không có sự cho phép này, hoặc đã hết hiệu lực.",
        "There is no such permission, or it is over already.",
    ),
    "device-not-waiting": Words(
        "Thiết bị này không còn chờ xác nhận. Tải lại danh sách để xem trạng thái hiện nay.",
        "This device is no longer waiting to be confirmed. Reload the list to see how it stands now.",
    ),
    "desk-code-refused": Words(
        "Mã này không mở được: đã quá 10 phút, đã dùng, hoặc gõ chưa đúng. Nhờ người đó mở lại trang mã trên điện thoại rồi "
        "gõ mã mới.",
        "This code opens nothing: ten minutes are over, it was used, or it was mistyped. Ask them to open the code's page "
        "on their phone again, then type the new one.",
    ),
    "desk-codes-spent": Words(
        "Hôm nay bạn đã cho gửi thêm mã đến {most} số. Nhờ trưởng điểm hoặc đồng nghiệp.",
        "You have let codes be sent to {most} [number|numbers] today. Ask the site's lead or a colleague.",
    ),
    "device-unknown": Words(
        "Không có thiết bị này trong phạm vi của bạn. Kiểm tra lại danh sách thiết bị của điểm.",
        "There is no such device within your reach. Check the list of the site's devices.",
    ),
    "enrollment-refused": Words(
        "Mã đăng ký không dùng được: sai, đã dùng hoặc đã hết hạn. Xin trưởng điểm một mã mới.",
        "This enrollment code does not work: it is wrong, used or out of date. Ask the site's lead for a new one.",
    ),
    "fingerprint-differs": Words(
        "Sáu chữ số không trùng với khóa đã nhận, nên thiết bị chưa được đăng ký. So lại hai màn hình; nếu vẫn "
        "khác, không xác nhận và báo người quản lý.",
        "The six digits do not match the key that arrived, so the device is not enrolled. Compare both screens "
        "again; if they still differ, do not confirm and tell your manager.",
    ),
    "grant-refused": Words(
        "Mã cho phép không đúng, đã dùng, hoặc người dân đã thôi cho phép.",
        "The code is wrong or was used, or the citizen allows it no longer.",
    ),
    "link-unknown": Words(
        "Trong sổ của bạn không có người này. Mở lại sổ và chọn từ danh sách.",
        "This person is not in your book. Open the book again and choose from the list.",
    ),
    "look-ups-spent": Words(
        "Hôm nay bạn đã tra đủ {most} số. Nhờ trưởng điểm, hoặc đón bằng mã hẹn và mã trong sổ sức khỏe.",
        "You have looked up {most} [number|numbers] today. Ask the site's lead, or receive people by their appointment or book code.",
    ),
    "password-refused": Words(
        "Mật khẩu này dễ đoán, nên chưa đặt: {why}",
        "This password is easy to guess, so it was not set: {why}",
    ),
    "phone-not-taken": Words(
        "Số này chưa dùng được. Số di động Việt Nam có 10 số, bắt đầu bằng 0; số 11 số cũ cũng được.",
        "This number cannot be used. A mobile number of Viet Nam has 10 digits and begins with 0; an old one of 11 "
        "digits will do.",
    ),
    "presence-code-spent": Words(
        "Mã này vừa được quét ở một điểm tiêm khác nên không mở được ở đây. Mã đổi mỗi nửa phút: nhờ người đó mở lại "
        "trang mã trên máy của mình rồi quét mã mới.",
        "This code was just scanned at another site and opens nothing here. Codes turn every half minute: ask them to "
        "open the page on their own phone again, then scan the new one.",
    ),
    "presence-refused": Words(
        "Mã này không mở được: đã quá một phút, hoặc sổ không còn mở. Nhờ người đó tải lại trang mã rồi quét lại.",
        "This code opens nothing: it is older than a minute, or the book is closed. Ask them to reload it, then scan again.",
    ),
    "proof-code-over": Words(
        "Mã của phiếu này đã dùng, hoặc đã có mã mới hơn. Cần thì làm mã mới.",
        "The code of this slip was used, or there is a newer one. Make a new code if one is needed.",
    ),
    "proof-refused": Words(
        "Chưa mở được. Xem lại mã trên phiếu và năm sinh. Mã chỉ dùng một lần, trong 30 ngày; cần thì xin mã mới ở "
        "điểm tiêm.",
        "It did not open. Check the code on the slip and the birth year. A code works once, within 30 days; a site "
        "gives you a new one.",
    ),
    "public-key-unreadable": Words(
        "Khóa của thiết bị không đọc được. Tải lại trang trên thiết bị rồi đăng ký lại.",
        "The device's key cannot be read. Reload the page on the device and enroll again.",
    ),
    "reason-missing": Words(
        "Cần ghi lý do trước khi khóa một thiết bị.",
        "Give a reason before cutting off a device.",
    ),
    "request-empty": Words(
        "Chưa gửi. Viết vài lời để người xem hiểu.",
        "Not sent yet. Write a few words, so that whoever reads it understands.",
    ),
    "relay-refused": Words(
        "Máy trung chuyển này không có trong danh sách của điểm hoặc đã bị khóa, nên chưa nhận gì. Các máy vẫn giữ mọi dòng.",
        "This hub is not enrolled at the site, or was cut off, so nothing was taken. The tablets still hold every entry.",
    ),
    "request-not-signed": Words(
        "Yêu cầu chưa có chữ ký hợp lệ của thiết bị đã đăng ký. Dữ liệu trên thiết bị vẫn còn; thiết bị cần lấy "
        "mã dùng một lần mới rồi gửi lại.",
        "The request carries no valid signature of an enrolled device. What the device holds is safe; it needs a "
        "fresh nonce and must send again.",
    ),
    "request-unknown": Words(
        "Yêu cầu này không còn chờ trả lời, hoặc ngoài phạm vi của bạn. Tải lại danh sách.",
        "This request waits no longer, or is outside your reach. Reload the list.",
    ),
    "row-refused": Words(
        "Tệp không được nạp và chưa có gì thay đổi: danh sách {list}, dòng {row}: {why}.",
        "The file was not loaded and nothing changed: list {list}, row {row}: {why}.",
    ),
    "scope-refused": Words(
        "Hệ thống này chưa được đăng ký để đọc phần đó.",
        "This system is not registered to read that.",
    ),
    "staff-unknown": Words(
        "Không có nhân viên nào đang làm việc mang tên đăng nhập này. Kiểm tra lại danh sách.",
        "Nobody active on the staff has this login. Check the list.",
    ),
    "token-refused": Words(
        "Mã truy cập không đúng hoặc đã hết hạn. Xin mã mới.",
        "The access token is wrong or over. Ask for a new one.",
    ),
    "too-many-requests": Words(
        "Máy hỏi quá nhiều. Những gì máy đang giữ vẫn an toàn. Chờ {seconds} giây rồi thử lại.",
        "The device asks too often. What it holds is safe. Wait {seconds} [second|seconds] and try again.",
    ),
    "too-many-tries": Words(
        "Hôm nay bạn đã thử nhiều lần. Những gì đã có vẫn còn. Thử lại ngày mai, hoặc đến điểm tiêm cùng giấy tờ.",
        "You have tried many times today. What is there stays. Try again tomorrow, or come to a site with a document.",
    ),
    "unlock-refused": Words(
        "Chưa mở khóa được. Mã gồm 8 số, dùng một lần, trong 15 phút, cho đúng người và đúng điểm. Xin trưởng điểm mã mới.",
        "Not unlocked. The code has 8 digits and works once, for 15 minutes, for that person at that site. Ask the site's "
        "lead for a new one.",
    ),
    "unlock-tries-spent": Words(
        "Máy này đã nhập sai mã quá số lần trong ngày. Dùng máy khác của điểm, hoặc thử lại trên máy này từ "
        "{until:%H:%M ngày %d/%m}. Người đã mở máy được từ trước vẫn dùng mã PIN của mình.",
        "Too many wrong codes were typed on this tablet today. Use another tablet of the site, or try again on this one "
        "from {until:%H:%M on %d/%m}. Whoever unlocked it before goes on with their own PIN.",
    ),
    "unlock-tries-spent-at-site": Words(
        "Các máy của điểm đã nhập sai mã quá số lần trong ngày. Thử lại từ {until:%H:%M ngày %d/%m}. "
        "Người đã mở máy được từ trước vẫn dùng mã PIN của mình.",
        "Too many wrong codes were typed on this site's tablets today. Try again from {until:%H:%M on %d/%m}. "
        "Whoever unlocked a tablet before goes on with their own PIN.",
    ),
}
