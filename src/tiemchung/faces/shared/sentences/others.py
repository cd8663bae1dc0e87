"""What the other rooms and the kernel refuse: places, the wire, certificates, journeys."""

from __future__ import annotations

from tiemchung.faces.shared.words import Words

REFUSALS: dict[str, Words] = {
    "aside-reason-missing": Words(
        "Chưa đóng gì. Ghi vì sao không cho vào sổ.",
        "Nothing was closed. Say why it is not let in.",
    ),
    "bad-row": Words(
        "Tệp không được nạp và chưa có gì thay đổi: {file}, dòng {line}: {reason}.",
        "The file was not loaded and nothing changed: {file}, line {line}: {reason}.",
    ),
    "batch-too-large": Words(
        "Chưa lưu gì từ gói này vì quá lớn; thiết bị vẫn giữ mọi dòng. Chia thành gói nhỏ hơn rồi gửi lại.",
        "Nothing of this batch was stored because it is too large; the device still holds every entry. Send it in "
        "smaller batches.",
    ),
    "batch-unreadable": Words(
        "Chưa lưu gì từ gói này vì không đọc được; thiết bị vẫn giữ mọi dòng. Gửi lại, nếu vẫn lỗi thì báo hỗ trợ.",
        "Nothing of this batch was stored because it cannot be read; the device still holds every entry. Send it "
        "again, and call support if it fails again.",
    ),
    "broken-chain": Words(
        "Các dòng không nối tiếp chuỗi đã nhận, nên chưa lưu gì; thiết bị vẫn giữ mọi dòng. Gửi lại từ dòng sau "
        "số {last_sequence}.",
        "The entries do not continue the chain received so far, so nothing was stored; the device still holds "
        "every entry. Send again from after sequence {last_sequence}.",
    ),
    "checkpoint-incomplete": Words(
        "Chốt cần có tên và xã, phường.",
        "Not written yet. A checkpoint needs a name and a commune.",
    ),
    "checkpoint-unknown": Words(
        "Không có chốt này trong địa bàn của bạn, hoặc chốt đã ngừng. Chọn lại từ danh sách.",
        "There is no such checkpoint in your area, or it has ended. Choose from the list again.",
    ),
    "cursor-unreadable": Words(
        "Máy hỏi tiếp từ một chỗ không đọc được. Những gì máy đang giữ vẫn an toàn; hỏi lại từ đầu ngày.",
        "The device asked on from a place that cannot be read. What it holds is safe; ask again from the day's beginning.",
    ),
    "declaration-incomplete": Words(
        "Kiểm tra lại họ tên, năm sinh, nơi đi, nơi đến và ngày đi, rồi gửi lại.",
        "There is no code yet. Check the name, birth year, places and day.",
    ),
    "id-reused": Words(
        "Chưa ghi: trang này đã dùng để ghi một việc khác. Tải lại trang rồi nhập lại.",
        "Nothing was recorded: this page was used for something else already. Reload it and enter it again.",
    ),
    "place-unclear": Words(
        "Chưa rõ “{name}” là nơi nào trong tỉnh, thành đã chọn. Chọn trong danh sách, sửa lại, hoặc để trống.",
        "It is not clear which place of that province “{name}” is. Choose it from the list, change it, or leave it empty.",
    ),
    "message-not-allowed": Words(
        "Chưa gửi tin nào. Mẫu tin không cho phép nội dung này: {why}.",
        "Nothing was sent. The message's template does not allow this: {why}.",
    ),
    "not-permitted": Words(
        "Vai trò của bạn chưa gồm việc này, hoặc nơi này ngoài phạm vi của bạn. Hỏi trưởng điểm hoặc người quản lý.",
        "Your role does not include this, or the place is outside your reach. Ask the site's lead or your manager.",
    ),
    "set-aside-quota-spent": Words(
        "Quá nhiều dòng của thiết bị này đang chờ người xem, nên chưa nhận thêm; thiết bị vẫn giữ mọi dòng. Nhờ "
        "trưởng điểm xem các dòng đang để riêng.",
        "Too many entries of this device wait for a human, so no more are taken for now; the device still holds "
        "every entry. Ask the lead to look at those set aside.",
    ),
    "told-otherwise-before": Words(
        "Trang này đã gửi một lần với nội dung khác. Lần đầu đã ghi; lần này chưa ghi gì. "
        "Mở lại từ danh sách để xem và sửa.",
        "This page was sent once already with other words. The first was recorded; nothing of this was. "
        "Open it again from the list to see and correct it.",
    ),
    "too-many-complaints": Words(
        "Nơi này vừa gửi nhiều phản ánh. Thử lại sau một giờ, hoặc gọi 1900 9095.",
        "Many complaints came from here just now. Try again in an hour, or call 1900 9095.",
    ),
    "trust-list-not-signed": Words(
        "Chưa nạp gì. Danh sách không có chữ ký của khóa đã cho.",
        "Nothing was loaded. The list does not carry the signature of the key that was told.",
    ),
    "trust-list-unreadable": Words(
        "Chưa nạp khóa nào. Dòng {row} của danh sách không phải chứng thư đọc được. Sửa dòng đó rồi nạp lại.",
        "No key was taken in. Row {row} of the list is no certificate that can be read. Mend it and load again.",
    ),
    "unit-in-use": Words(
        "Chưa nạp gì. Đơn vị {unit} (năm {era}) đang có điểm tiêm nên không thể bỏ.",
        "Nothing was loaded. Unit {unit} (of {era}) has a site in it and cannot vanish.",
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
    "zone-incomplete": Words(
        "Cần chọn đơn vị, ghi cấp độ, số quyết định, nơi đọc được quyết định, và ngày bắt đầu không sau ngày hết.",
        "Not written. Choose the unit, enter level, the decision's number and where it can be read; it cannot end before it begins.",
    ),
    "zone-unknown": Words(
        "Không có vùng này trong tỉnh của bạn, hoặc vùng đã hết trước ngày đó.",
        "There is no such zone in your province, or it ends before that day already.",
    ),
}
