"""What `supply` refuses: lots, shipments, shelves, cold chain."""

from __future__ import annotations

from tiemchung.faces.shared.words import Words

REFUSALS: dict[str, Words] = {
    "amount-impossible": Words(
        "Chưa ghi gì. Số liều {doses} không thể đúng. Đếm và nhập lại.",
        "Nothing was recorded. {doses} [dose|doses] cannot be right. Count and enter again.",
    ),
    "decision-open": Words(
        "Đã có một đề nghị như vậy về lô {lot}, đang chờ người thứ hai.",
        "Such a proposal about lot {lot} is already waiting for its second person.",
    ),
    "decision-over": Words(
        "Đề nghị này đã xong, đã rút lại, hoặc sự việc đã khác. Chưa có gì thay đổi.",
        "This proposal is over, was taken back, or things have changed since. Nothing was changed.",
    ),
    "decision-unknown": Words(
        "Không có đề nghị này trong phạm vi của bạn.",
        "There is no such proposal within your reach.",
    ),
    "expiry-differs": Words(
        "Lô {lot} đã đăng ký với hạn {expires_on}, khác hạn {told} vừa nhập. Xem lại nhãn hộp.",
        "Lot {lot} is registered with expiry {expires_on}, not {told} as entered. Look at the box again.",
    ),
    "fridge-freezes": Words(
        "Chưa ghi gì. {fridge} là tủ đông, mà lô {lot} bị đông đá là hỏng. Chọn tủ khác. Nếu lô đã nằm trong tủ này, tạm giữ lô.",
        "Nothing was recorded. {fridge} is a freezer, and freezing spoils lot {lot}. Choose another; if it lies there, hold it.",
    ),
    "fridge-unknown": Words(
        "Kho này không có tủ {fridge}. Chọn lại trong danh sách tủ.",
        "This store has no fridge {fridge}. Choose again from its list.",
    ),
    "logger-unreadable": Words(
        "Chưa ghi gì. Không đọc được tệp ở dòng {line} (0 là cả tệp). Xuất lại từ máy: CSV có cột giờ và nhiệt độ.",
        "Nothing was recorded. The file cannot be read at line {line} (0: all of it). Export CSV with time and temperature.",
    ),
    "lot-differs": Words(
        "Số lô này đã đăng ký cho loại vắc xin khác. Kiểm tra lại số lô và loại.",
        "This lot number is already registered for another product. Check the number and the product.",
    ),
    "lot-not-held": Words(
        "Lô này không bị tạm giữ, nên không cần mở lại.",
        "This lot is not on hold, so there is nothing to release.",
    ),
    "lot-on-hold": Words(
        "Lô {lot} đang tạm giữ nên không chuyển đi được. Chưa có gì thay đổi. Chờ quyết định của hai người về lô này.",
        "Lot {lot} is on hold, so none of it leaves. Nothing was changed. Wait for the decision of two persons on it.",
    ),
    "lot-out-of-date": Words(
        "Lô {lot} đã quá ngày dùng ({expires_on}). Chưa có gì thay đổi.",
        "Lot {lot} is past its last day of use ({expires_on}). Nothing was changed.",
    ),
    "lot-unknown": Words(
        "Chưa có lô nào mang số này trong sổ kho. Kiểm tra số trên lọ hoặc hộp.",
        "No lot of this number is in the stock ledger. Check the number on the vial or box.",
    ),
    "nothing-open": Words(
        "Lô {lot} ở đây không còn gì phải quyết định.",
        "Nothing about lot {lot} is left to decide here.",
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
        "This consignment has {most} [paper|papers] already; no more are taken.",
    ),
    "place-unknown": Words(
        "Không có kho hay điểm tiêm nào mang mã {place}. Chọn lại trong danh sách.",
        "There is no store or site with the code {place}. Choose again from the list.",
    ),
    "reading-impossible": Words(
        "Chưa ghi nhiệt độ. Số đo hoặc giờ đo không thể đúng: xem lại dấu trừ, dấu phẩy và giờ.",
        "No temperature was recorded. The figure or the time cannot be right: look at minus sign, comma and time again.",
    ),
    "reason-needed": Words(
        "Chưa có gì thay đổi: cần ghi lý do.",
        "Nothing was changed: a reason is needed.",
    ),
    "second-person-needed": Words(
        "Chưa có gì thay đổi: việc này cần hai người khác nhau, cùng có quyền.",
        "Nothing was changed: this takes two different persons who both may.",
    ),
    "shipment-changed": Words(
        "Chưa ghi lần nhận này. Người khác vừa ghi nhận chuyến này: xem lại số còn thiếu rồi nhập.",
        "This arrival was not recorded. Somebody else has just entered something for this shipment: look at what is "
        "still missing, then enter it.",
    ),
    "shipment-gone": Words(
        "Chuyến này đã rời kho hoặc đã hủy, nên không làm được nữa. Mở lại chuyến để xem.",
        "This shipment has left or was cancelled, so this can no longer be done. Open it again to see.",
    ),
    "shipment-not-on-road": Words(
        "Chuyến này không còn trên đường: đã nhận đủ, đã hủy hoặc chưa đi.",
        "This shipment is not on the road: it has arrived whole, was cancelled, or has not left.",
    ),
    "shipment-unknown": Words(
        "Không có chuyến hàng này trong phạm vi của bạn. Xem lại danh sách chuyến hàng.",
        "There is no such shipment within your reach. Look at the list of shipments again.",
    ),
    "stock-short": Words(
        "Chưa có gì thay đổi. Cần {wanted} liều {lot}, nhưng ở đây chỉ còn {free} liều được chuyển.",
        "Nothing was changed. {wanted} [dose of|doses of] {lot} [is|are] asked for, but only {free} here may leave.",
    ),
}
