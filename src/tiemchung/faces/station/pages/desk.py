"""What the first desk shows and reads: who came, with which paper, and how somebody made sure of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from msgspec import structs

from tiemchung.domain.access.policy import told_phone
from tiemchung.domain.people.policy import faults_of_number
from tiemchung.domain.people.values import (
    OLD_CARD,
    PERSONAL_NUMBER,
    Card,
    IdentifierTold,
    PersonBlock,
    PersonShown,
    Step,
)
from tiemchung.domain.visits.values import How
from tiemchung.faces.shared import identity
from tiemchung.faces.shared.divisions import commune_named, commune_shown
from tiemchung.faces.shared.words import Words, t
from tiemchung.faces.station.typed import words_in
from tiemchung.kernel.dates import PartialDate
from tiemchung.kernel.names import LONGEST_NAME, display_name, fault_of_name
from tiemchung.kernel.purpose import Purpose

NUMBER_LENGTH, TICKET_LENGTH, PLACE_LENGTH = 40, 12, 120
OLDEST_YEARS = 130
"""Nobody has lived longer (122 years are documented); the bound only catches slips of the finger."""
REASONS = {
    "at-the-desk": (Purpose.CARE, Words("Người này đang ở bàn đón", "This person stands at the desk")),
    "mend-record": (Purpose.CORRECTION, Words("Người này xin sửa hồ sơ", "This person asks to mend the record")),
}
"""Why somebody looks a number up, and under which purpose it is logged."""
KINDS = {
    "personal-number": Words("Căn cước, mã định danh (12 số)", "ID card or personal number (12 digits)"),
    "old-identity-card": Words("CMND (9 số)", "Old ID card (9 digits)"),
    "passport-vn": Words("Hộ chiếu Việt Nam", "Vietnamese passport"),
    "passport-foreign": Words("Hộ chiếu nước ngoài", "Foreign passport"),
    "health-insurance-10": Words("Mã bảo hiểm (10 số)", "Insurance number (10 digits)"),
    "health-insurance-15": Words("Thẻ bảo hiểm mẫu cũ", "Insurance card, old form"),
    "birth-certificate": Words("Giấy khai sinh", "Birth certificate"),
}
SEXES = {
    "female": Words("Nữ", "Female"),
    "male": Words("Nam", "Male"),
    "other": Words("Khác", "Other"),
    "unknown": Words("Không rõ", "Not known"),
}
HOW = {
    How.CARD_SCANNED: Words("Quét thẻ và so mặt", "Card scanned, face compared"),
    How.DOCUMENT_SEEN: Words("Xem giấy tờ có ảnh", "Photo document seen"),
    How.KNOWN_TO_OFFICER: Words("Cán bộ phường biết mặt", "Known to the ward officer"),
    How.TOLD: Words("Chỉ nghe nói, không có giấy tờ", "Told only, no document"),
}
_DIGITS = {"personal-number": 12, "old-identity-card": 9}


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """What the desk told of somebody who came."""

    block: PersonBlock
    ticket: str
    how: How


def ends_of(shown: PersonShown) -> str:
    """Return the ends of somebody's number and phone, by which two of one name are told apart."""
    held = [one.value for one in shown.identifiers if one.valid_to is None][:1]
    number = [t("giấy tờ {number}", "document {number}", number=held[0])] if held else []
    phone = [t("điện thoại {phone}", "phone {phone}", phone=shown.phone)] if shown.phone else []
    return " · ".join([*number, *phone])


def found_by(step: Step | None) -> list[str]:
    """Say by what the platform has found who came on record, where it did and nobody chose."""
    if step is Step.NUMBER:
        return [
            t(
                "Đã nối với hồ sơ có sẵn: cùng số giấy tờ, họ tên và năm sinh.",
                "Joined to a record that was here: same number, name and birth year.",
            )
        ]
    if step is Step.PHONE:
        return [
            t(
                "Đã nối với hồ sơ có sẵn: cùng họ tên, ngày sinh và số điện thoại.",
                "Joined to a record that was here: same name, birth date and phone.",
            )
        ]
    if step is Step.COMMUNE:
        return [
            t(
                "Đã nối với hồ sơ có sẵn: cùng họ tên, ngày sinh và xã, phường. Số điện thoại chưa được gắn để mở sổ.",
                "Joined to a record that was here: same name, birth date and commune. The phone does not open the book.",
            )
        ]
    return []


def prefilled(card: Card | None) -> dict[str, str]:
    """Return the fields of the form that a card fills in."""
    if card is None:
        return {}
    year, month, day = (*card.born.split("-"), "", "")[:3] if card.born else ("", "", "")
    return {
        "kind": card.kind,
        "number": card.number,
        "name": card.name,
        "year": year,
        "month": month,
        "day": day,
        "sex": card.sex,
        "how": str(int(How.CARD_SCANNED)) if card.name else "",
    }


def card_again(form: Mapping[str, str]) -> Card | None:
    """Return the card that the form was made for, by its numbers; None where there was none."""
    card = Card.read(form.get("card", ""))
    earlier = form.get("old_number", "")
    if card is None or card.kind != PERSONAL_NUMBER or faults_of_number(OLD_CARD, earlier):
        return card
    return structs.replace(card, old_number=earlier)


def read_arrival(form: Mapping[str, str], *, today: date, communes: Mapping[str, str]) -> Arrival | dict[str, str]:
    """Return what the form tells, or say by field what is missing or cannot be."""
    wrong: dict[str, str] = {}
    name = display_name(words_in(form.get("name"), longest=LONGEST_NAME + 1))
    fault = fault_of_name(name)
    if fault == "long":
        wrong["name"] = t("Tên này dài quá 80 chữ. Ghi ngắn lại.", "This name has more than 80 letters. Shorten it.")
    elif fault:
        wrong["name"] = t(
            "Ghi họ tên như trên giấy tờ: chỉ có chữ, không có số hay ký hiệu.",
            "Enter the name as on the document: letters only, no digits or signs.",
        )
    born = _born(form, today=today, wrong=wrong)
    sex = form.get("sex", "")
    if sex not in SEXES:
        wrong["sex"] = t("Chọn giới tính.", "Choose the sex.")
    identifiers = _identifiers(form, born=born, sex=sex, wrong=wrong)
    typed = words_in(form.get("phone"), longest=NUMBER_LENGTH)
    phone = told_phone(typed)
    if typed and not phone:
        wrong["phone"] = t(
            "Số điện thoại có 10 số, bắt đầu bằng 0. Không có thì để trống.",
            "A phone number has 10 digits and begins with 0. Leave it empty if there is none.",
        )
    how = form.get("how", "")
    if how not in {str(int(known)) for known in HOW}:
        wrong["how"] = t("Chọn cách đã nhận ra người này.", "Choose how you made sure who this is.")
    elif int(how) == How.CARD_SCANNED and not identifiers and "number" not in wrong:
        wrong["number"] = t("Đã quét thẻ thì cần số trên thẻ.", "A scanned card has a number: enter it.")
    commune = _residence(form, communes=communes, wrong=wrong)
    if wrong:
        return wrong
    block = PersonBlock(
        name=name,
        born=str(born or ""),
        sex=sex,
        identifiers=identifiers,
        phone=phone or None,
        commune=commune or None,
    )
    ticket = words_in(form.get("ticket"), longest=TICKET_LENGTH)
    return Arrival(block=block, ticket=ticket, how=How(int(how)))


def _residence(form: Mapping[str, str], *, communes: Mapping[str, str], wrong: dict[str, str]) -> str:
    """Return the commune that was chosen, or that a name typed in its place says; "" where none was told."""
    chosen, typed = form.get("commune", ""), words_in(form.get("elsewhere"), longest=PLACE_LENGTH)
    if chosen in communes:
        return chosen
    named = commune_named(typed)
    if typed and not commune_shown(named.code):
        wrong["elsewhere"] = (
            t(
                "Có {n} nơi mang tên này. Ghi thêm quận, huyện và tỉnh.",
                "{n} [place has|places have] this name. Add district and province.",
                n=named.fitting,
            )
            if named.fitting > 1
            else t(
                "Không có xã, phường nào tên này. Ghi tên đầy đủ, không rõ thì để trống.",
                "There is no commune of this name. Enter its whole name, or leave it empty if it is not known.",
            )
        )
    return named.code if typed else ""


def _born(form: Mapping[str, str], *, today: date, wrong: dict[str, str]) -> PartialDate | None:
    year, month, day = (words_in(form.get(part), longest=4) for part in ("year", "month", "day"))
    if not re.fullmatch(r"[0-9]{4}", year):
        wrong["year"] = t(
            "Ghi năm sinh bằng 4 số. Chỉ nhớ năm cũng được.",
            "Enter the birth year in 4 digits. The year alone will do.",
        )
        return None
    try:
        parts = [int(part) if part else None for part in (month, day)]
        born: PartialDate | None = PartialDate(int(year), *parts)
    except ValueError:
        born = None
    if born is None or born.earliest > today or today.year - born.year > OLDEST_YEARS:
        wrong["year"] = t(
            "Không có ngày sinh này. Xem lại ngày, tháng, năm.",
            "There is no such birth date. Check day, month and year.",
        )
        return None
    return born


def _identifiers(
    form: Mapping[str, str], *, born: PartialDate | None, sex: str, wrong: dict[str, str]
) -> list[IdentifierTold]:
    kind, typed = form.get("kind", ""), words_in(form.get("number"), longest=NUMBER_LENGTH + 1)
    if not typed:
        return []
    number = "".join(letter for letter in typed if letter.isalnum()).upper()
    if kind not in KINDS:
        wrong["kind"] = t("Chọn loại giấy tờ.", "Choose the kind of document.")
        return []
    digits = _DIGITS.get(kind)
    if digits and (len(number) != digits or not number.isascii() or not number.isdigit()):
        wrong["number"] = t(
            "Số này có {n} ký tự, cần đủ {digits} số.",
            "This number has {n} [character|characters]; it needs {digits} [digit|digits].",
            n=len(number),
            digits=digits,
        )
    elif len(number) > NUMBER_LENGTH or not number:
        wrong["number"] = t("Số giấy tờ này không đọc được. Ghi lại.", "This number cannot be read. Enter it again.")
    else:
        _compare(kind, number, born=born, sex=sex, sure=form.get("as_written") == "yes", wrong=wrong)
    card = card_again(form)
    if card is not None and card.number == number and card.old_number:
        return [IdentifierTold(kind=kind, value=number), IdentifierTold(kind=OLD_CARD, value=card.old_number)]
    return [IdentifierTold(kind=kind, value=number)]


def _compare(kind: str, number: str, *, born: PartialDate | None, sex: str, sure: bool, wrong: dict[str, str]) -> None:
    """Say what speaks against a number. Whoever has looked twice may insist: nobody is turned away."""
    faults = faults_of_number(kind, number, born=str(born or ""), sex=sex)
    if faults and not sure:
        wrong["number"] = identity.number_fault(faults[0])
        wrong["as_written"] = ""
