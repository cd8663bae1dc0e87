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
    "carry.nothing": Words("Không có bản ghi nào chờ gửi.", "No record waits to be sent."),
    "carry.save": Words("Lưu tệp, {n} bản ghi", "Save the file, {n} records"),
    "carry.saved": Words(
        "Đã lưu vào thư mục tải về. Bản ghi viết sau đó cần lưu tệp lần nữa.",
        "Saved among the downloads. What is written from now on needs the file saved again.",
    ),
    "carry.in": Words("Chuyển giúp tệp của máy khác", "Pass on another tablet's file"),
    "carry.in-means": Words(
        "Máy này cần có mạng. Tên và số trong tệp không hiện ra ở đây.",
        "This device needs a network. No name and no number of the file is shown here.",
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
        "Máy chủ không nhận phần còn lại: tệp bị cắt, bị sửa, hoặc thiếu phần trước đó. Lưu lại tệp ở máy kia rồi thử lại.",
        "The center does not take the rest: the file was cut, changed, or lacks what came before. Save it anew on that tablet.",
    ),
}
