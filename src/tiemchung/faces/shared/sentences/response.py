"""What `response` refuses: incidents, calls, support teams."""

from __future__ import annotations

from tiemchung.faces.shared.words import Words

REFUSALS: dict[str, Words] = {
    "alert-unknown": Words(
        "Cảnh báo này không còn nữa. Tải lại trang để xem những gì đang có.",
        "This alert no longer holds. Reload the page to see what does.",
    ),
    "call-code-gone": Words(
        "Mã không còn dùng được. Gửi mã khác, hoặc gọi lại số của người ấy.",
        "That code is worth nothing any more. Send another, or call them back.",
    ),
    "call-code-wrong": Words(
        "Mã người ấy đọc chưa đúng. Còn {left} lần thử. Hỏi lại từng số.",
        "The digits they read out are not right. {left} [try|tries] left. Ask for them one by one.",
    ),
    "call-codes-spent": Words(
        "Hôm nay số này đã nhận đủ mã. Gọi lại số của người ấy.",
        "This number has been sent its codes for today. Call it back instead.",
    ),
    "call-not-dialed": Words(
        "Chưa mở sự cố. Gọi lại số của người ấy trước, rồi mới xác nhận.",
        "No incident was opened. Call the caller back first, and confirm then.",
    ),
    "call-unknown": Words(
        "Cuộc gọi này không còn chờ. Xem lại danh sách cuộc gọi.",
        "This call is no longer waiting. Look at the list of calls.",
    ),
    "cannot-own": Words(
        "Chưa giao. Người này không trực ở phạm vi đó.",
        "Not assigned. This person is not on duty for that place.",
    ),
    "incident-closed": Words(
        "Sự cố này đã xong, không ghi thêm được. Nếu chuyện xảy ra lại, mở sự cố mới.",
        "This incident is resolved and takes no more words. If it happens again, open another.",
    ),
    "incident-taken-already": Words(
        "{owner} vừa nhận việc này trước. Không cần làm gì thêm.",
        "{owner} took this one a moment before. You need do nothing more.",
    ),
    "incident-unknown": Words(
        "Không có sự cố này trong phạm vi của bạn. Xem lại danh sách sự cố.",
        "There is no such incident within your reach. Look at the list of incidents.",
    ),
    "not-the-owner": Words(
        "Chưa đóng. Chỉ người đang lo việc này mới đóng được. Nhận việc về mình trước.",
        "Not closed. Only its owner closes an incident. Make it yours first.",
    ),
    "number-unreadable": Words(
        "Chưa ghi cuộc gọi. Số điện thoại cần đủ 10 số, bắt đầu bằng 0.",
        "The call was not noted. The number needs 10 digits and begins with 0.",
    ),
    "team-nameless": Words(
        "Chưa lập đội. Đội cần có tên, khác tên các đội đang có.",
        "No team was formed. It needs a name that no other team has.",
    ),
    "team-unknown": Words(
        "Chưa giao. Đội này không còn, hoặc trong đội chưa có ai trực được ở nơi ấy.",
        "Not given. The team is no more, or nobody in it may respond at that place.",
    ),
    "words-missing": Words(
        "Chưa ghi gì. Viết vài chữ về việc này rồi gửi lại.",
        "Nothing was recorded. Write a few words about it and send it again.",
    ),
}
