"""What the app says of the way out when no network comes back."""

from __future__ import annotations

from tiemchung.faces.shared.words import Words

CARRIED: dict[str, Words] = {
    "device.carry": Words(
        "Không có mạng lâu: đưa bản ghi ra bằng tệp", "No network for long: carry the records as a file"
    ),
    "carry.title": Words("Mang bản ghi đi", "Carry the records"),
    "carry.back": Words("Về Máy này", "Back to This device"),
    "carry.out": Words("Đưa ra từ máy này", "Out of this device"),
    "carry.out-means": Words(
        "Tệp đã niêm phong: chỉ máy chủ mở được, ai mang đi cũng được, bằng thẻ nhớ, cáp hay điện thoại. "
        "Trưởng điểm tải tệp lên ở trang Trưởng điểm, hoặc một máy khác của điểm có mạng chuyển giúp. "
        "Máy này vẫn giữ đủ bản ghi đến khi chính máy chủ trả lời; gửi hai lần vẫn chỉ tính một.",
        "The file is sealed: only the center opens it, so anybody may carry it, by card, cable or phone. The lead uploads it on "
        "the lead's page, or another tablet with a network passes it on. This device keeps all records until the center itself "
        "has answered; sent twice, they count once.",
    ),
    "carry.kept": Words(
        "Trong đó có {n} bản ghi của lần đăng ký trước, dưới tên cũ của máy.",
        "{n} of them [is|are] of the earlier enrollment, under this device's old name.",
    ),
    "carry.no-key": Words(
        "Chưa có tệp: các bản ghi của lần đăng ký trước không còn khóa để ký. Giữ máy này lại, đừng xóa gì, và báo trưởng điểm.",
        "No file: the earlier enrollment's records have no key left to sign them. Keep this device as it is and tell the lead.",
    ),
    "carry.nothing": Words("Không có bản ghi nào chờ gửi.", "No record waits to be sent."),
    "carry.save": Words("Lưu tệp, {n} bản ghi", "Save the file, {n} [record|records]"),
    "carry.saved": Words(
        "Đã lưu vào thư mục tải về. Bản ghi viết sau đó cần lưu tệp lần nữa.",
        "Saved among the downloads. What is written from now on needs the file saved again.",
    ),
    "carry.in": Words("Chuyển giúp tệp của máy khác", "Pass on another tablet's file"),
    "carry.in-means": Words(
        "Lúc chuyển, máy này cần có mạng. Tên và số trong tệp không hiện ra ở đây.",
        "To pass it on, this device needs a network. No name and no number of the file is shown here.",
    ),
    "carry.file": Words("Tệp .tcb của máy kia", "The other tablet's .tcb file"),
    "carry.too-large": Words(
        "Tệp này lớn quá 16 MB nên không phải tệp của máy.", "Over 16 MB: this is no tablet's file."
    ),
    "carry.answer": Words(
        "Máy chủ trả lời: {kept} bản ghi vào sổ, {known} đã có từ trước, {aside} để riêng cho trưởng điểm.",
        "The center answered: {kept} kept, {known} known already, {aside} set aside for the lead.",
    ),
    "carry.refused": Words(
        "Máy chủ không nhận một phần: tệp bị cắt, bị sửa, hoặc thiếu phần trước đó. Lưu lại tệp ở máy kia rồi thử lại.",
        "The center does not take a part of it: the file was cut, changed, or lacks what came before. Save it anew on that tablet.",
    ),
    "frames.out": Words("Đưa ra bằng mã trên màn hình", "Out by codes on the screen"),
    "frames.out-means": Words(
        "Không có cáp, thẻ nhớ hay mạng nội bộ: máy này lần lượt hiện các mã QR, máy kia quay camera vào. Mã cũng đã niêm "
        "phong. Thiếu mã nào thì chờ vòng sau; mở lại trang này vẫn là những mã ấy.",
        "No cable, card or local network: this device shows QR codes one after the other, and the other one's camera looks. The "
        "codes are sealed too. A code that was missed comes again in the next round; opened again, this page shows the same codes.",
    ),
    "frames.show": Words("Hiện mã, {n} bản ghi", "Show the codes, {n} [record|records]"),
    "frames.code": Words("Mã QR đang hiện", "The QR code shown now"),
    "frames.number": Words("Mã {n} trong {count}", "Code {n} of {count}"),
    "frames.pause": Words("Dừng ở mã này", "Stop at this code"),
    "frames.go-on": Words("Chạy tiếp", "Go on"),
    "frames.more-since": Words(
        "{n} bản ghi viết sau đó chưa có trong các mã này. Máy kia nhận xong hãy tạo mã mới.",
        "{n} [record written since is|records written since are] not in these codes. Make new ones when the other device has these.",
    ),
    "frames.anew": Words("Tạo mã mới", "Make new codes"),
    "frames.in-means": Words(
        "Hoặc quay camera vào màn hình của máy kia đến khi đủ mã; ngừng giữa chừng thì lần sau quét tiếp.",
        "Or hold the camera at the other screen until all codes are here; stop whenever, and go on later.",
    ),
    "frames.look": Words("Quét mã của máy kia", "Scan the other device's codes"),
    "frames.foreign": Words(
        "Mã này không phải mã chuyển bản ghi, hoặc đọc chưa rõ. Giữ camera thẳng và gần hơn.",
        "This is no code of records, or it was not read well. Hold the camera straight and nearer.",
    ),
    "frames.have": Words("Bộ mã {name}: đã có {have} trong {count}", "Codes {name}: {have} of {count} [is|are] here"),
    "frames.pass": Words("Chuyển bộ mã {name} lên máy chủ", "Pass codes {name} on to the center"),
    "frames.forget": Words("Bỏ bộ mã {name}", "Drop codes {name}"),
}
