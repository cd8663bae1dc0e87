"""What the fields of forms are called in a sentence, by the name that a refusal's fact `field` bears."""

from __future__ import annotations

from tiemchung.faces.shared.words import Words

FIELDS: dict[str, Words] = {
    "batch": Words("tên đợt vắc xin", "what the batch of vaccine is called"),
    "born": Words("ngày sinh", "the birth date"),
    "capacity": Words("số chỗ mỗi 15 phút, từ 1 đến 500", "the places per 15 minutes, from 1 to 500"),
    "commune": Words("xã, phường", "the commune"),
    "day": Words("ngày, từ hôm nay trở đi và trong vòng 60 ngày", "the day, from today on and within 60 days"),
    "hours": Words("giờ bắt đầu và kết thúc, cách nhau ít nhất 15 phút", "the hours, at least 15 minutes apart"),
    "name": Words("họ và tên", "the name"),
    "number": Words("số giấy tờ", "the number of the document"),
    "number_since": Words("ngày cấp giấy tờ", "the document's day of issue"),
    "phone": Words("số điện thoại", "the phone number"),
    "preferred_site": Words("điểm tiêm", "the site"),
    "product": Words("loại vắc xin", "the product"),
    "reason": Words("lý do", "the reason"),
    "relation": Words("sổ này cho ai", "who this book is for"),
    "sex": Words("giới tính", "the sex"),
    "target_group": Words("nhóm đối tượng", "the target group"),
    "times": Words("thời gian", "the times"),
}
