"""What the pages show on which something told before is mended: who it is, no dose today, a dose told wrong."""

from __future__ import annotations

from collections.abc import Mapping

from tiemchung.domain.immunization.values import DoseShown
from tiemchung.faces.shared.words import Words, t
from tiemchung.faces.station.pages.chair import ARMS
from tiemchung.faces.station.typed import words_in

STOP_REASONS = {
    "changed-mind": Words("Đổi ý, không tiêm hôm nay", "Changed their mind"),
    "felt-unwell": Words("Thấy không khỏe", "Does not feel well"),
    "no-vaccine": Words("Hết vắc xin phù hợp", "No suitable vaccine left"),
    "session-stopped": Words("Buổi tiêm đã dừng", "The session was stopped"),
    "too-early": Words("Chưa đủ khoảng cách", "Too early after the last dose"),
}
VOID_REASONS = {
    "wrong-person": Words("Ghi nhầm người", "Recorded for the wrong person"),
    "entered-twice": Words("Ghi hai lần", "Entered twice"),
    "not-given": Words("Chưa tiêm mà đã ghi", "Recorded but not given"),
}
CORRECTION_REASONS = {
    "typing-error": Words("Gõ sai", "Typing error"),
    "label-misread": Words("Đọc sai nhãn lọ", "The label was misread"),
    "told-wrong": Words("Người tiêm nói lại", "The vaccinator says otherwise"),
}
TYPED = {
    "title": Words("Chờ bạn xác nhận: {n} mũi người khác nhập", "For you to confirm: {n} [dose|doses] typed by others"),
    "lot": Words("lô {lot}", "lot {lot}"),
    "by": Words("{name} nhập", "typed by {name}"),
    "confirm": Words("Đúng, tôi đã tiêm", "Right, I gave it"),
    "confirmed": Words("Đã xác nhận mũi tiêm.", "The dose is confirmed."),
    "confirmed-at": Words("{name} đã xác nhận lúc {time}", "Confirmed by {name} at {time}"),
    "waits": Words("Chờ {name} xác nhận", "Waits for {name} to confirm"),
    "waits-for-you": Words("Chờ bạn xác nhận", "Waits for you to confirm"),
    "hand-over": Words(
        "{name} xác nhận trên máy của mình. Dùng chung máy này thì khóa màn hình, {name} vào làm bằng mã PIN của mình; "
        "không cần mạng.",
        "{name} confirms on their own device. On this one: lock the screen, and {name} signs in with their own PIN; no network "
        "is needed.",
    ),
}
"""What is said of a dose that a recorder typed, here and in the app."""
CODE_LENGTH = 60


def read_correction(
    form: Mapping[str, str],
    dose: DoseShown,
    *,
    products: Mapping[str, str],
    vaccinators: Mapping[str, str],
    wrong: dict[str, str],
) -> dict[str, object]:
    """Return the values that differ from the dose as it stands; what cannot be is noted in `wrong`, by field."""
    lot, vial = (words_in(form.get(name), longest=CODE_LENGTH + 1) for name in ("lot", "vial"))
    product, arm, vaccinator = form.get("product", ""), form.get("arm", ""), form.get("vaccinator", "")
    if not lot or len(lot) > CODE_LENGTH or len(vial) > CODE_LENGTH:
        wrong["lot"] = t("Ghi số lô như trên lọ.", "Enter the lot as on the vial.")
    if product not in products:
        wrong["product"] = t("Chọn loại vắc xin.", "Choose the product.")
    if arm not in ARMS:
        wrong["arm"] = t("Chọn tay đã tiêm.", "Choose the arm.")
    if vaccinator not in vaccinators:
        wrong["vaccinator"] = t("Chọn người đã tiêm.", "Choose who gave the dose.")
    if form.get("why") not in CORRECTION_REASONS:
        wrong["why"] = t("Chọn vì sao phải sửa.", "Choose why it must be mended.")
    told = {"lot": lot, "vial": vial, "product": product, "arm": arm, "vaccinator": vaccinator}
    stands = {
        "lot": dose.lot,
        "vial": dose.vial or "",
        "product": dose.product,
        "arm": dose.arm,
        "vaccinator": str(dose.vaccinator),
    }
    values: dict[str, object] = {name: value for name, value in told.items() if value and value != stands[name]}
    if not values and not wrong:
        wrong["lot"] = t("Chưa có gì khác với mũi đã ghi.", "Nothing differs from the recorded dose.")
    return values
