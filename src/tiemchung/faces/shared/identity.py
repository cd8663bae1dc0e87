"""What is said about an identity number that cannot be right, or that somebody should compare with the document once more."""

from __future__ import annotations

from typing import Final

from tiemchung.domain.people.values import IdentifierShown, NumberFault
from tiemchung.faces.shared import numbers
from tiemchung.faces.shared.words import Words, said, t

NUMBER_FAULTS: Final = {
    "empty": Words("Nhập số, hoặc chọn “Tôi không có giấy tờ”.", "Enter the number, or choose “I have no document”."),
    "not-digits": Words("Số căn cước chỉ gồm chữ số.", "The ID number has digits only."),
    "length": Words(
        "Số căn cước có {digits} số, cần đủ 12 số.", "The ID number has {digits} [digit|digits]; it needs 12."
    ),
    "old-card-digits": Words("Số CMND gồm 9 số.", "The old ID card's number has 9 digits."),
    "century": Words(
        "Số thứ tư của số căn cước chỉ từ 0 đến 5, ở đây là {digit}. Kiểm tra lại từng số.",
        "The fourth digit of an ID number is 0 to 5; here it is {digit}. Check digit by digit.",
    ),
    "contradicts": Words(
        "Số căn cước này là của người sinh năm {year}, {sex}. Kiểm tra lại số hoặc ngày sinh.",
        "This ID number belongs to a {sex} born in {year}. Check the number or the birth date.",
    ),
    "origin-unknown": Words(
        "Ba số đầu {prefix} không phải mã tỉnh nào. Người khai sinh ở nước ngoài có thể có mã như vậy; xem lại giấy tờ.",
        "The first three digits, {prefix}, are no province's. Somebody registered abroad may have such a code; look again.",
    ),
    "passport-shape": Words(
        "Hộ chiếu Việt Nam thường có một chữ cái và 7 hoặc 8 số. Xem lại giấy tờ.",
        "A Vietnamese passport usually has one letter and 7 or 8 digits. Look at the document again.",
    ),
    "foreign-passport-shape": Words(
        "Số hộ chiếu thường có 5 đến 9 chữ và số. Xem lại giấy tờ.",
        "A passport number usually has 5 to 9 letters and digits. Look at the document again.",
    ),
    "old-insurance-shape": Words(
        "Thẻ bảo hiểm mẫu cũ thường có 2 chữ cái và 13 số. Xem lại thẻ.",
        "An insurance card of the old form usually has 2 letters and 13 digits. Look at the card again.",
    ),
    "insurance-province": Words(
        "Mã {province} trên thẻ bảo hiểm không phải mã tỉnh nào. Xem lại thẻ.",
        "The code {province} on the insurance card is no province's. Look at the card again.",
    ),
    "insurance-shape": Words(
        "Mã số bảo hiểm thường gồm 10 số. Xem lại thẻ.",
        "An insurance number usually has 10 digits. Look at the card again.",
    ),
    "birth-certificate-long": Words(
        "Số giấy khai sinh này quá dài. Chỉ ghi số, năm và nơi đăng ký.",
        "This birth certificate number is too long. Write number, year and place of registration only.",
    ),
}
"""By the code of a fault; who read the document may insist on each that does not refuse."""
_SEXES: Final = {"female": Words("nữ", "woman"), "male": Words("nam", "man")}


def number_fault(fault: NumberFault) -> str:
    """Say why an identity number cannot be right, or what to look at again."""
    sex = _SEXES.get(str(fault.facts.get("sex", "")), Words("", ""))
    return said(NUMBER_FAULTS[fault.code], **{**fault.facts, "sex": said(sex)})


def number_held(number: IdentifierShown) -> str:
    """Return a number by its last digits; of one that holds no more, until when it did."""
    if number.valid_to is None:
        return number.value
    until = numbers.day(number.valid_to)
    return t("{number} (số cũ, đến {until})", "{number} (earlier, until {until})", number=number.value, until=until)
