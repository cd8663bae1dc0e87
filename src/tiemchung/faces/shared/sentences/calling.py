"""What `campaigns`, `scheduling` and `visits` refuse: lists, sessions, appointments, the day's close."""

from __future__ import annotations

from tiemchung.faces.shared.words import Words

REFUSALS: dict[str, Words] = {
    "appointment-unknown": Words(
        "Không có lịch hẹn này, hoặc đã hủy.",
        "There is no such appointment, or it was cancelled.",
    ),
    "appointment-changed": Words(
        "Lịch này vừa đổi giờ hoặc đổi nơi. Xem lại ngày giờ rồi trả lời.",
        "This appointment has just moved. Look at its time again, then answer.",
    ),
    "call-list-empty": Words(
        "Chưa trình: không còn ai có chỗ mà chưa được mời và chưa nằm trong danh sách nào.",
        "Not put forward: nobody who has a place and was not invited yet is left off a list.",
    ),
    "call-list-impossible": Words(
        "Chưa có gì thay đổi. Ghi {field}, không quá 120 chữ cái.",
        "Nothing was changed. Write {field}, in at most 120 characters.",
    ),
    "call-list-settled": Words(
        "Danh sách này vừa được người khác quyết định. Không có gì thay đổi.",
        "Somebody else has just decided this list. Nothing was changed.",
    ),
    "call-list-unknown": Words(
        "Không có danh sách này trong buổi tiêm.",
        "There is no such list in this session.",
    ),
    "own-call-list": Words(
        "Chưa duyệt: người trình danh sách không tự duyệt. Nhờ một cán bộ khác.",
        "Not approved: who put a list forward does not approve it. Ask a colleague.",
    ),
    "standby-unknown": Words(
        "Người này không còn trong danh sách dự bị: đã có chỗ hẹn, chưa đến hạn, hoặc rút đăng ký.",
        "This person is on the stand-by list no more: they have a place, are not due, or withdrew.",
    ),
    "campaign-over": Words(
        "Chiến dịch này đã kết thúc ngày {ended_on}, không nhận đăng ký nữa.",
        "This campaign ended on {ended_on} and takes no more registrations.",
    ),
    "campaign-unknown": Words(
        "Không có chiến dịch {campaign}. Chọn lại trong danh sách.",
        "There is no campaign {campaign}. Choose again from the list.",
    ),
    "checked-list-unknown": Words(
        "Không có danh sách đối chiếu này trong phạm vi của bạn.",
        "There is no such checked list within your reach.",
    ),
    "checked-list-waits": Words(
        "Chưa ký được: còn {waiting} người chưa hỏi xong. Hệ thống tự hỏi, quay lại sau.",
        "Not signed yet: {waiting} have yet to be asked about. That goes on by itself; come back later.",
    ),
    "day-empty": Words(
        "Ngày này chưa có ai đến và chưa có mũi tiêm nào: chưa có gì để đóng.",
        "Nobody came and nothing was given on this day: there is nothing to close.",
    ),
    "day-not-begun": Words(
        "Ngày này chưa đến nên chưa đóng được. Chọn lại ngày.",
        "This day has not begun, so it cannot be closed. Choose another day.",
    ),
    "news-settled": Words(
        "Việc này đã có người xử lý. Tải lại trang để xem.",
        "Somebody has settled this already. Load the page again.",
    ),
    "line-unexplained": Words(
        "Ngày chưa chốt được: có dòng chưa khớp (liều, lọ, người đến, phiếu). Ghi lý do cho các dòng còn lệch rồi chốt lại.",
        "The day is not closed: some lines do not add up (doses, vials, persons, slips). Explain those that differ, then close "
        "it again.",
    ),
    "lines-changed": Words(
        "Ngày chưa chốt được: có dòng mới vào sau khi bạn xem. Xem lại các dòng rồi chốt.",
        "The day is not closed: something arrived after you looked. Look at the lines again, then close it.",
    ),
    "columns-incomplete": Words(
        "Chưa nhớ được: cần một cột họ tên, một cột ngày sinh, và mỗi mục chỉ một cột.",
        "Not remembered: one column is the name, one the birth date, and each field is one column alone.",
    ),
    "list-being-read": Words(
        "Tệp còn đang được đọc. Đợi đọc xong rồi quyết định.",
        "The file is still being read. Wait until it is, then decide.",
    ),
    "list-settled": Words(
        "Danh sách này đã được lưu, đã hủy hoặc đã rút lại trước đó. Không có gì thay đổi.",
        "This list was kept, thrown away or taken back before. Nothing was changed.",
    ),
    "list-unknown": Words(
        "Không có danh sách này trong phần việc của bạn.",
        "There is no such list in your work.",
    ),
    "list-unreadable": Words(
        "Chưa đọc được tệp này, chưa có gì được lưu ({reason}).",
        "This file could not be read, nothing was stored ({reason}).",
    ),
    "not-due-then": Words(
        "Ngày đó người này chưa đến hạn tiêm loại vắc xin của buổi. Chọn buổi khác.",
        "On that day this person is not due for the session's product. Choose another session.",
    ),
    "doubt-unexplained": Words(
        "Chưa tách. Ghi vì sao không phải là một người.",
        "Not parted. Write why they are not one person.",
    ),
    "register-unset": Words(
        "Hệ thống này chưa nối với cơ sở dữ liệu dân cư nào, nên chưa gửi được.",
        "This platform is connected to no population register yet, so nothing was sent.",
    ),
    "registration-incomplete": Words(
        "Chưa đăng ký được. Xem lại: {field}.",
        "Not registered yet. Look again at: {field}.",
    ),
    "registration-told-otherwise": Words(
        "Trang này đã dùng để đăng ký cho một người khác, người đó đã có trong danh sách. Người đang nhập chưa được ghi: "
        "xem lại rồi bấm Đăng ký lần nữa.",
        "This page was used to register somebody else before, who is on the list. Whoever you are entering now is not "
        "recorded yet: look it through and press Register again.",
    ),
    "registration-unknown": Words(
        "Không có đăng ký này, hoặc đã rút lại.",
        "There is no such registration, or it was taken back.",
    ),
    "resume-unexplained": Words(
        "Chưa mở lại. Ghi vì sao buổi tiêm được tiếp tục.",
        "Not resumed. Write why the session may go on.",
    ),
    "row-settled": Words(
        "Dòng này không còn chờ quyết định. Không có gì thay đổi.",
        "This row awaits no decision. Nothing was changed.",
    ),
    "session-impossible": Words(
        "Chưa mở buổi tiêm. Xem lại {field}.",
        "The session was not opened. Look again at {field}.",
    ),
    "session-over": Words(
        "Buổi tiêm này đã đóng hoặc đã qua. Không có gì thay đổi.",
        "This session is closed or over. Nothing was changed.",
    ),
    "session-unknown": Words(
        "Không có buổi tiêm này trong phần việc của bạn.",
        "There is no such session in your work.",
    ),
    "slot-full": Words(
        "Khung giờ này vừa hết chỗ. Chọn khung khác.",
        "This time has just filled up. Choose another.",
    ),
}
