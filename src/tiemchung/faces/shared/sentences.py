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
    "presence-refused": Words(
        "Mã này không mở được: đã quá một phút, hoặc sổ không còn mở. Nhờ người đó tải lại trang mã rồi quét lại.",
        "This code opens nothing: it is older than a minute, or the book is closed. Ask them to reload it, then scan again.",
    ),
    "resume-unexplained": Words(
        "Chưa mở lại. Ghi vì sao buổi tiêm được tiếp tục.",
        "Not resumed. Write why the session may go on.",
    ),
    "look-ups-spent": Words(
        "Hôm nay bạn đã tra đủ {most} số. Nhờ trưởng điểm, hoặc đón bằng mã hẹn và mã trong sổ sức khỏe.",
        "You have looked up {most} numbers today. Ask the site's lead, or receive people by their appointment or book code.",
    ),
    "not-permitted": Words(
        "Vai trò của bạn chưa gồm việc này, hoặc nơi này ngoài phạm vi của bạn. Hỏi trưởng điểm hoặc người quản lý.",
        "Your role does not include this, or the place is outside your reach. Ask the site's lead or your manager.",
    ),
    "complaint-kind-unknown": Words(
        "Chọn một trong các việc cần sửa ở danh sách.",
        "Choose one of the things on the list.",
    ),
    "complaint-empty": Words(
        "Viết vài dòng cho biết điều gì chưa đúng.",
        "Write a few lines about what is wrong.",
    ),
    "complaint-too-long": Words(
        "Phần kể dài {letters} chữ cái, nhận được {most}. Bớt đi rồi gửi lại.",
        "Your words have {letters} letters; {most} can be taken. Shorten them and send again.",
    ),
    "told-otherwise-before": Words(
        "Trang này đã gửi một lần với nội dung khác. Lần đầu đã ghi; lần này chưa ghi gì. "
        "Mở lại từ danh sách để xem và sửa.",
        "This page was sent once already with other words. The first was recorded; nothing of this was. "
        "Open it again from the list to see and correct it.",
    ),
    "complaint-sent-before": Words(
        "Phản ánh này đã gửi rồi. Mở trang mới nếu muốn gửi thêm.",
        "This has been sent already. Open a new page to send another.",
    ),
    "phone-unreadable": Words(
        "Số điện thoại cần 10 chữ số, bắt đầu bằng 0. Không có thì để trống.",
        "The phone number needs 10 digits and begins with 0. Leave it empty if there is none.",
    ),
    "too-many-complaints": Words(
        "Nơi này vừa gửi nhiều phản ánh. Thử lại sau một giờ, hoặc gọi 1900 9095.",
        "Many complaints came from here just now. Try again in an hour, or call 1900 9095.",
    ),
    "team-unknown": Words(
        "Chưa giao. Đội này không còn, hoặc trong đội chưa có ai trực được ở nơi ấy.",
        "Not given. The team is no more, or nobody in it may respond at that place.",
    ),
    "team-nameless": Words(
        "Chưa lập đội. Đội cần có tên, khác tên các đội đang có.",
        "No team was formed. It needs a name that no other team has.",
    ),
    "case-unknown": Words(
        "Không có việc này trong phạm vi của bạn. Xem lại danh sách.",
        "There is no such case within your reach. Look at the list again.",
    ),
    "case-taken-already": Words(
        "{owner} vừa nhận việc này. Trao đổi với người ấy nếu bạn biết thêm.",
        "{owner} took it a moment ago. Speak with them if you know more.",
    ),
    "case-closed": Words(
        "Việc này đã có kết luận, không ghi thêm được. Có chuyện mới thì mở phản ánh mới.",
        "It is decided and takes nothing more. For something new, open a new report.",
    ),
    "not-the-cases-owner": Words(
        "Chỉ người đang lo việc này kết luận. Nhận việc trước, nếu chưa ai nhận.",
        "Only its owner says how it ends. Take it first, if nobody has.",
    ),
    "own-work": Words(
        "Bạn đã tiêm hoặc ghi mũi này, nên người khác phải xem.",
        "You gave or recorded this dose, so somebody else has to judge it.",
    ),
    "second-decider-needed": Words(
        "Bạn đã đề nghị rồi. Loại việc này cần người thứ hai đồng ý.",
        "You have proposed already. A second person has to agree to this kind.",
    ),
    "nothing-proposed": Words(
        "Đề nghị đã đổi hoặc đã rút. Xem lại rồi quyết định.",
        "What was proposed has changed or was taken back. Look again, then decide.",
    ),
    "outcome-unknown": Words("Chọn việc này kết thúc thế nào.", "Choose how it ends."),
    "case-words-missing": Words(
        "Viết vài chữ: đã xem gì, vì sao quyết định như vậy.",
        "Write a few words: what you looked at, and why it ends so.",
    ),
    "desk-unknown": Words(
        "Không chuyển được tới đó. Kiểm tra mã điểm tiêm; việc về một mũi tiêm ở lại nơi đã tiêm.",
        "It cannot go there. Check the site's code; a case about a dose stays where the dose was given.",
    ),
    "checkpoint-unknown": Words(
        "Không có chốt này trong địa bàn của bạn, hoặc chốt đã ngừng. Chọn lại từ danh sách.",
        "There is no such checkpoint in your area, or it has ended. Choose from the list again.",
    ),
    "zone-incomplete": Words(
        "Chưa ghi. Cần chọn đơn vị, ghi cấp độ, số quyết định, nơi đọc được quyết định, và ngày bắt đầu không sau ngày hết.",
        "Not written. Choose the unit, enter level, the decision's number and where it can be read; it cannot end before it begins.",
    ),
    "zone-unknown": Words(
        "Không có vùng này trong tỉnh của bạn, hoặc vùng đã hết trước ngày đó.",
        "There is no such zone in your province, or it ends before that day already.",
    ),
    "checkpoint-incomplete": Words(
        "Chưa ghi. Chốt cần có tên và xã, phường.",
        "Not written yet. A checkpoint needs a name and a commune.",
    ),
    "declaration-incomplete": Words(
        "Chưa có mã. Kiểm tra lại họ tên, năm sinh, nơi đi, nơi đến và ngày đi.",
        "There is no code yet. Check the name, birth year, places and day.",
    ),
    "trust-list-not-signed": Words(
        "Chưa nạp gì. Danh sách không có chữ ký của khóa đã cho.",
        "Nothing was loaded. The list does not carry the signature of the key that was told.",
    ),
    "trust-list-unreadable": Words(
        "Chưa nạp khóa nào. Dòng {row} của danh sách không phải chứng thư đọc được. Sửa dòng đó rồi nạp lại.",
        "No key was taken in. Row {row} of the list is no certificate that can be read. Mend it and load again.",
    ),
    "incident-unknown": Words(
        "Không có sự cố này trong phạm vi của bạn. Xem lại danh sách sự cố.",
        "There is no such incident within your reach. Look at the list of incidents.",
    ),
    "incident-taken-already": Words(
        "{owner} vừa nhận việc này trước. Không cần làm gì thêm.",
        "{owner} took this one a moment before. You need do nothing more.",
    ),
    "incident-closed": Words(
        "Sự cố này đã xong, không ghi thêm được. Nếu chuyện xảy ra lại, mở sự cố mới.",
        "This incident is resolved and takes no more words. If it happens again, open another.",
    ),
    "not-the-owner": Words(
        "Chưa đóng. Chỉ người đang lo việc này mới đóng được. Nhận việc về mình trước.",
        "Not closed. Only its owner closes an incident. Make it yours first.",
    ),
    "cannot-own": Words(
        "Chưa giao. Người này không trực ở phạm vi đó.",
        "Not assigned. This person is not on duty for that place.",
    ),
    "words-missing": Words(
        "Chưa ghi gì. Viết vài chữ về việc này rồi gửi lại.",
        "Nothing was recorded. Write a few words about it and send it again.",
    ),
    "alert-unknown": Words(
        "Cảnh báo này không còn nữa. Tải lại trang để xem những gì đang có.",
        "This alert no longer holds. Reload the page to see what does.",
    ),
    "number-unreadable": Words(
        "Chưa ghi cuộc gọi. Số điện thoại cần đủ 10 số, bắt đầu bằng 0.",
        "The call was not noted. The number needs 10 digits and begins with 0.",
    ),
    "call-unknown": Words(
        "Cuộc gọi này không còn chờ. Xem lại danh sách cuộc gọi.",
        "This call is no longer waiting. Look at the list of calls.",
    ),
    "call-code-wrong": Words(
        "Mã người ấy đọc chưa đúng. Còn {left} lần thử. Hỏi lại từng số.",
        "The digits they read out are not right. {left} tries left. Ask for them one by one.",
    ),
    "call-code-gone": Words(
        "Mã không còn dùng được. Gửi mã khác, hoặc gọi lại số của người ấy.",
        "That code is worth nothing any more. Send another, or call them back.",
    ),
    "call-codes-spent": Words(
        "Hôm nay số này đã nhận đủ mã. Gọi lại số của người ấy.",
        "This number has been sent its codes for today. Call it back instead.",
    ),
    "call-not-dialed": Words(
        "Chưa mở sự cố. Gọi lại số của người ấy trước, rồi mới xác nhận.",
        "No incident was opened. Call the caller back first, and confirm then.",
    ),
    "enrollment-refused": Words(
        "Mã đăng ký không dùng được: sai, đã dùng hoặc đã hết hạn. Xin trưởng điểm một mã mới.",
        "This enrollment code does not work: it is wrong, used or out of date. Ask the site's lead for a new one.",
    ),
    "public-key-unreadable": Words(
        "Khóa của thiết bị không đọc được. Tải lại trang trên thiết bị rồi đăng ký lại.",
        "The device's key cannot be read. Reload the page on the device and enroll again.",
    ),
    "device-unknown": Words(
        "Không có thiết bị này trong phạm vi của bạn. Kiểm tra lại danh sách thiết bị của điểm.",
        "There is no such device within your reach. Check the list of the site's devices.",
    ),
    "device-not-waiting": Words(
        "Thiết bị này không còn chờ xác nhận. Tải lại danh sách để xem trạng thái hiện nay.",
        "This device is no longer waiting to be confirmed. Reload the list to see how it stands now.",
    ),
    "fingerprint-differs": Words(
        "Sáu chữ số không trùng với khóa đã nhận, nên thiết bị chưa được đăng ký. So lại hai màn hình; nếu vẫn "
        "khác, không xác nhận và báo người quản lý.",
        "The six digits do not match the key that arrived, so the device is not enrolled. Compare both screens "
        "again; if they still differ, do not confirm and tell your manager.",
    ),
    "reason-missing": Words(
        "Cần ghi lý do trước khi khóa một thiết bị.",
        "Give a reason before cutting off a device.",
    ),
    "staff-unknown": Words(
        "Không có nhân viên nào đang làm việc mang tên đăng nhập này. Kiểm tra lại danh sách.",
        "Nobody active on the staff has this login. Check the list.",
    ),
    "password-refused": Words(
        "Mật khẩu này dễ đoán, nên chưa đặt: {why}",
        "This password is easy to guess, so it was not set: {why}",
    ),
    "message-not-allowed": Words(
        "Chưa gửi tin nào. Mẫu tin không cho phép nội dung này: {why}.",
        "Nothing was sent. The message's template does not allow this: {why}.",
    ),
    "phone-not-taken": Words(
        "Số này chưa dùng được. Số di động Việt Nam có 10 số, bắt đầu bằng 0; số 11 số cũ cũng được.",
        "This number cannot be used. A mobile number of Viet Nam has 10 digits and begins with 0; an old one of 11 "
        "digits will do.",
    ),
    "code-needs-work": Words(
        "Số này đã xin nhiều mã hôm nay. Để trình duyệt làm một phép tính ngắn, nghe mã qua cuộc gọi, hoặc đến điểm tiêm.",
        "Many codes were asked for this number today. Let the browser do a short sum, hear the code by a call, or come "
        "to a site.",
    ),
    "codes-spent": Words(
        "Hôm nay chưa gửi thêm mã được. Nghe mã qua cuộc gọi, đến điểm tiêm, hoặc thử lại ngày mai.",
        "No more codes can be sent today. Hear one by a call, come to a site, or try again tomorrow.",
    ),
    "code-wrong": Words(
        "Mã chưa đúng. Còn {left} lần thử. Mã gửi lúc {sent_at} dùng đến {expires_at}.",
        "That code is not right. {left} tries left. The code sent at {sent_at} works until {expires_at}.",
    ),
    "code-gone": Words(
        "Mã này không còn dùng được: đã hết 5 phút, đã dùng, hoặc đã thử đủ 5 lần. Xin mã mới.",
        "This code no longer works: its 5 minutes are over, it was used, or it was tried 5 times. Ask for a new one.",
    ),
    "request-empty": Words(
        "Chưa gửi. Viết vài lời để người xem hiểu.",
        "Not sent yet. Write a few words, so that whoever reads it understands.",
    ),
    "request-unknown": Words(
        "Yêu cầu này không còn chờ trả lời, hoặc ngoài phạm vi của bạn. Tải lại danh sách.",
        "This request waits no longer, or is outside your reach. Reload the list.",
    ),
    "proof-refused": Words(
        "Chưa mở được. Xem lại mã trên phiếu và năm sinh. Mã chỉ dùng một lần, trong 30 ngày; cần thì xin mã mới ở "
        "điểm tiêm.",
        "It did not open. Check the code on the slip and the birth year. A code works once, within 30 days; a site "
        "gives you a new one.",
    ),
    "too-many-tries": Words(
        "Hôm nay bạn đã thử nhiều lần. Những gì đã có vẫn còn. Thử lại ngày mai, hoặc đến điểm tiêm cùng giấy tờ.",
        "You have tried many times today. What is there stays. Try again tomorrow, or come to a site with a document.",
    ),
    "link-unknown": Words(
        "Trong sổ của bạn không có người này. Mở lại sổ và chọn từ danh sách.",
        "This person is not in your book. Open the book again and choose from the list.",
    ),
    "claim-incomplete": Words(
        "Chưa ghi. Còn chỗ cần xem lại: {field}.",
        "Not written yet. Something needs another look: {field}.",
    ),
    "request-not-signed": Words(
        "Yêu cầu chưa có chữ ký hợp lệ của thiết bị đã đăng ký. Dữ liệu trên thiết bị vẫn còn; thiết bị cần lấy "
        "mã dùng một lần mới rồi gửi lại.",
        "The request carries no valid signature of an enrolled device. What the device holds is safe; it needs a "
        "fresh nonce and must send again.",
    ),
    "row-refused": Words(
        "Tệp không được nạp và chưa có gì thay đổi: danh sách {list}, dòng {row}: {why}.",
        "The file was not loaded and nothing changed: list {list}, row {row}: {why}.",
    ),
    "batch-unreadable": Words(
        "Chưa lưu gì từ gói này vì không đọc được; thiết bị vẫn giữ mọi dòng. Gửi lại, nếu vẫn lỗi thì báo hỗ trợ.",
        "Nothing of this batch was stored because it cannot be read; the device still holds every entry. Send it "
        "again, and call support if it fails again.",
    ),
    "batch-too-large": Words(
        "Chưa lưu gì từ gói này vì quá lớn; thiết bị vẫn giữ mọi dòng. Chia thành gói nhỏ hơn rồi gửi lại.",
        "Nothing of this batch was stored because it is too large; the device still holds every entry. Send it in "
        "smaller batches.",
    ),
    "unknown-sender": Words(
        "Không có thiết bị nào đăng ký với mã này, nên chưa lưu gì. Đăng ký thiết bị trước.",
        "No device is enrolled under this id, so nothing was stored. Enroll the device first.",
    ),
    "wrong-signature": Words(
        "Chữ ký không khớp khóa của thiết bị, nên chưa lưu gì; thiết bị vẫn giữ mọi dòng. Báo trưởng điểm.",
        "The signature does not fit the device's key, so nothing was stored; the device still holds every entry. "
        "Tell the site's lead.",
    ),
    "broken-chain": Words(
        "Các dòng không nối tiếp chuỗi đã nhận, nên chưa lưu gì; thiết bị vẫn giữ mọi dòng. Gửi lại từ dòng sau "
        "số {last_sequence}.",
        "The entries do not continue the chain received so far, so nothing was stored; the device still holds "
        "every entry. Send again from after sequence {last_sequence}.",
    ),
    "set-aside-quota-spent": Words(
        "Quá nhiều dòng của thiết bị này đang chờ người xem, nên chưa nhận thêm; thiết bị vẫn giữ mọi dòng. Nhờ "
        "trưởng điểm xem các dòng đang để riêng.",
        "Too many entries of this device wait for a human, so no more are taken for now; the device still holds "
        "every entry. Ask the lead to look at those set aside.",
    ),
    "lot-unknown": Words(
        "Chưa có lô nào mang số này trong sổ kho. Kiểm tra số trên lọ hoặc hộp.",
        "No lot of this number is in the stock ledger. Check the number on the vial or box.",
    ),
    "lot-not-held": Words(
        "Lô này không bị tạm giữ, nên không cần mở lại.",
        "This lot is not on hold, so there is nothing to release.",
    ),
    "second-person-needed": Words(
        "Chưa có gì thay đổi: việc này cần hai người khác nhau, cùng có quyền.",
        "Nothing was changed: this takes two different persons who both may.",
    ),
    "reason-needed": Words(
        "Chưa có gì thay đổi: cần ghi lý do.",
        "Nothing was changed: a reason is needed.",
    ),
    "lot-differs": Words(
        "Số lô này đã đăng ký cho loại vắc xin khác. Kiểm tra lại số lô và loại.",
        "This lot number is already registered for another product. Check the number and the product.",
    ),
    "client-refused": Words(
        "Không xác nhận được hệ thống này. Kiểm tra khóa, giờ máy và địa chỉ nhận trong lời xác nhận.",
        "This system cannot be confirmed. Check its key, its clock and the audience of the assertion.",
    ),
    "token-refused": Words(
        "Mã truy cập không đúng hoặc đã hết hạn. Xin mã mới.",
        "The access token is wrong or over. Ask for a new one.",
    ),
    "consent-refused": Words(
        "Không cho phép được: chỉ cho phép được với sổ của bạn hoặc của con, và phần mà hệ thống đó được xin.",
        "This cannot be allowed: you can allow it for your own book or your child's, and what that system may ask for.",
    ),
    "consent-unknown": Words(
        "Không có sự cho phép này, hoặc đã hết hiệu lực.",
        "There is no such permission, or it is over already.",
    ),
    "grant-refused": Words(
        "Mã cho phép không đúng, đã dùng, hoặc người dân đã thôi cho phép.",
        "The code is wrong or was used, or the citizen allows it no longer.",
    ),
    "scope-refused": Words(
        "Hệ thống này chưa được đăng ký để đọc phần đó.",
        "This system is not registered to read that.",
    ),
    "lot-on-hold": Words(
        "Lô {lot} đang tạm giữ nên không chuyển đi được. Chưa có gì thay đổi. Chờ quyết định của hai người về lô này.",
        "Lot {lot} is on hold, so none of it leaves. Nothing was changed. Wait for the decision of two persons on it.",
    ),
    "lot-out-of-date": Words(
        "Lô {lot} đã quá ngày dùng ({expires_on}). Chưa có gì thay đổi.",
        "Lot {lot} is past its last day of use ({expires_on}). Nothing was changed.",
    ),
    "expiry-differs": Words(
        "Lô {lot} đã đăng ký với hạn {expires_on}, khác hạn {told} vừa nhập. Xem lại nhãn hộp.",
        "Lot {lot} is registered with expiry {expires_on}, not {told} as entered. Look at the box again.",
    ),
    "paper-not-taken": Words(
        "Chưa giữ tệp này. Chỉ nhận PDF, ảnh JPEG, PNG hoặc HEIC; đổi tên tệp không làm nó thành loại khác.",
        "The file was not kept. A PDF, JPEG, PNG or HEIC is taken; another name does not make it one.",
    ),
    "paper-too-large": Words(
        "Chưa giữ tệp này: nặng hơn {most} MB. Chụp nhỏ hơn hoặc tách thành nhiều tệp.",
        "The file was not kept: it has more than {most} MB. Take a smaller picture, or split it.",
    ),
    "papers-enough": Words(
        "Lô hàng này đã có {most} giấy tờ, không nhận thêm.",
        "This consignment has {most} papers already; no more are taken.",
    ),
    "logger-unreadable": Words(
        "Chưa ghi gì. Không đọc được tệp ở dòng {line} (0 là cả tệp). Xuất lại từ máy: CSV có cột giờ và nhiệt độ.",
        "Nothing was recorded. The file cannot be read at line {line} (0: all of it). Export CSV with time and temperature.",
    ),
    "stock-short": Words(
        "Chưa có gì thay đổi. Cần {wanted} liều {lot}, nhưng ở đây chỉ còn {free} liều được chuyển.",
        "Nothing was changed. {wanted} doses of {lot} are asked for, but only {free} here may leave.",
    ),
    "place-unknown": Words(
        "Không có kho hay điểm tiêm nào mang mã {place}. Chọn lại trong danh sách.",
        "There is no store or site with the code {place}. Choose again from the list.",
    ),
    "fridge-unknown": Words(
        "Kho này không có tủ {fridge}. Chọn lại trong danh sách tủ.",
        "This store has no fridge {fridge}. Choose again from its list.",
    ),
    "amount-impossible": Words(
        "Chưa ghi gì. Số liều {doses} không thể đúng. Đếm và nhập lại.",
        "Nothing was recorded. {doses} doses cannot be right. Count and enter them again.",
    ),
    "reading-impossible": Words(
        "Chưa ghi nhiệt độ. Số đo hoặc giờ đo không thể đúng: xem lại dấu trừ, dấu phẩy và giờ.",
        "No temperature was recorded. The figure or the time cannot be right: look at minus sign, comma and time again.",
    ),
    "shipment-unknown": Words(
        "Không có chuyến hàng này trong phạm vi của bạn. Xem lại danh sách chuyến hàng.",
        "There is no such shipment within your reach. Look at the list of shipments again.",
    ),
    "shipment-gone": Words(
        "Chuyến này đã rời kho hoặc đã hủy, nên không làm được nữa. Mở lại chuyến để xem.",
        "This shipment has left or was cancelled, so this can no longer be done. Open it again to see.",
    ),
    "shipment-not-on-road": Words(
        "Chuyến này không còn trên đường: đã nhận đủ, đã hủy hoặc chưa đi.",
        "This shipment is not on the road: it has arrived whole, was cancelled, or has not left.",
    ),
    "shipment-changed": Words(
        "Chưa ghi lần nhận này. Người khác vừa ghi nhận chuyến này: xem lại số còn thiếu rồi nhập.",
        "This arrival was not recorded. Somebody else has just entered something for this shipment: look at what is "
        "still missing, then enter it.",
    ),
    "decision-unknown": Words(
        "Không có đề nghị này trong phạm vi của bạn.",
        "There is no such proposal within your reach.",
    ),
    "decision-over": Words(
        "Đề nghị này đã xong, đã rút lại, hoặc sự việc đã khác. Chưa có gì thay đổi.",
        "This proposal is over, was taken back, or things have changed since. Nothing was changed.",
    ),
    "decision-open": Words(
        "Đã có một đề nghị như vậy về lô {lot}, đang chờ người thứ hai.",
        "Such a proposal about lot {lot} is already waiting for its second person.",
    ),
    "nothing-open": Words(
        "Lô {lot} ở đây không còn gì phải quyết định.",
        "Nothing about lot {lot} is left to decide here.",
    ),
    "campaign-unknown": Words(
        "Không có chiến dịch {campaign}. Chọn lại trong danh sách.",
        "There is no campaign {campaign}. Choose again from the list.",
    ),
    "campaign-over": Words(
        "Chiến dịch này đã kết thúc ngày {ended_on}, không nhận đăng ký nữa.",
        "This campaign ended on {ended_on} and takes no more registrations.",
    ),
    "registration-incomplete": Words(
        "Chưa đăng ký được. Xem lại: {field}.",
        "Not registered yet. Look again at: {field}.",
    ),
    "registration-unknown": Words(
        "Không có đăng ký này, hoặc đã rút lại.",
        "There is no such registration, or it was taken back.",
    ),
    "list-unreadable": Words(
        "Chưa đọc được tệp này, chưa có gì được lưu ({reason}).",
        "This file could not be read, nothing was stored ({reason}).",
    ),
    "list-unknown": Words(
        "Không có danh sách này trong phần việc của bạn.",
        "There is no such list in your work.",
    ),
    "list-settled": Words(
        "Danh sách này đã được lưu hoặc đã hủy trước đó. Không có gì thay đổi.",
        "This list was kept or thrown away before. Nothing was changed.",
    ),
    "row-settled": Words(
        "Dòng này không còn chờ quyết định. Không có gì thay đổi.",
        "This row awaits no decision. Nothing was changed.",
    ),
    "session-impossible": Words(
        "Chưa mở buổi tiêm. Xem lại ngày, giờ, loại vắc xin và số chỗ ({field}).",
        "The session was not opened. Look at day, hours, product and places again ({field}).",
    ),
    "session-unknown": Words(
        "Không có buổi tiêm này trong phần việc của bạn.",
        "There is no such session in your work.",
    ),
    "session-over": Words(
        "Buổi tiêm này đã đóng hoặc đã qua. Không có gì thay đổi.",
        "This session is closed or over. Nothing was changed.",
    ),
    "slot-full": Words(
        "Khung giờ này vừa hết chỗ. Chọn khung khác.",
        "This time has just filled up. Choose another.",
    ),
    "appointment-unknown": Words(
        "Không có lịch hẹn này, hoặc đã hủy.",
        "There is no such appointment, or it was cancelled.",
    ),
    "bad-row": Words(
        "Tệp không được nạp và chưa có gì thay đổi: {file}, dòng {line}: {reason}.",
        "The file was not loaded and nothing changed: {file}, line {line}: {reason}.",
    ),
    "line-unexplained": Words(
        "Ngày chưa chốt được: số liều, lọ mở, bỏ và trả chưa khớp. Ghi lý do cho các dòng còn lệch rồi chốt lại.",
        "The day is not closed: doses, vials opened, wasted and returned do not add up. Explain the lines that differ, then "
        "close it again.",
    ),
    "lines-changed": Words(
        "Ngày chưa chốt được: có dòng mới vào sau khi bạn xem. Xem lại các dòng rồi chốt.",
        "The day is not closed: something arrived after you looked. Look at the lines again, then close it.",
    ),
}
"""By `Refusal.code`. A house test demands an entry for every refusal."""

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

UNNAMED = Words("Việc này chưa làm được.", "This could not be done.")
"""For a code without a sentence of its own. The house test keeps it from ever being read."""

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
