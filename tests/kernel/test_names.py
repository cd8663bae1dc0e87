from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiemchung.kernel.names import display_name, fault_of_name, name_key, token_key, visible

VIETNAMESE = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"
NAMES = st.text(alphabet=VIETNAMESE + VIETNAMESE.upper() + " '-", max_size=30)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Nguyễn Thị Hoà", "Nguyễn Thị Hòa"),
        ("NGUYỄN THỊ HOÀ", "NGUYỄN THỊ HÒA"),
        ("Khoẻ", "Khỏe"),
        ("Thuỷ", "Thủy"),
        ("loà xoà", "lòa xòa"),
        ("Uý", "Úy"),
        ("Hòang", "Hoàng"),
        ("Hùynh", "Huỳnh"),
        ("Tòan", "Toàn"),
        ("Ngọan", "Ngoạn"),
        ("  Trần \t Văn\u00a0 An ", "Trần Văn An"),
        ("Tra\u0302\u0300n", "Trần"),  # decomposed, as some keyboards send it
        ("Tr\u1ea7\u006e", "Trần"),
        ("Hiê\u0323p", "Hiệp"),  # half composed, as Windows' old code page leaves it
        ("Ly\u0341", "Lý"),  # a deprecated mark
        ("Ðào", "Đào"),  # Eth
        ("Ɖỗ", "Đỗ"),  # African D
        ("H’Hen Niê", "H'Hen Niê"),
        ("H\u02bcBlua Byă", "H'Blua Byă"),
        ("Rơ–Châm H'Phi", "Rơ-Châm H'Phi"),
        ("An\u200b Bình\ufeff", "An Bình"),
        ("", ""),
    ],
)
def test_a_name_is_shown_in_one_spelling(typed: str, shown: str) -> None:
    assert display_name(typed) == shown


@pytest.mark.parametrize(
    "name",
    [
        "Hòa",
        "Khỏe",
        "Thủy",
        "Hoàng",
        "Huỳnh",
        "Quý",
        "Quỳ",
        "Xoáy",
        "Hoặc",
        "Khuỷu",
        "Nguyễn",
        "Toại",
        "Ngoằn",
        "Huế",
        "Thuở",
        "Loan",
        "Tuyết",
        "Zoé",
        "Chloé",
        "K'Sor",
        "Ƀăn",
    ],
)
def test_a_name_already_well_spelled_stays(name: str) -> None:
    assert display_name(name) == name


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Nguyễn Thị Hòa", "NGUYEN THI HOA"),
        ("Nguyễn Thị Hòa", "Nguyễn Thị Hoà"),
        ("Hoàng", "Hòang"),
        ("Lý", "Lí"),
        ("Mỹ Kỳ", "Mĩ Kì"),
        ("Sỹ", "Sĩ"),
        ("Quý", "Quí"),
        ("Quỳnh", "Quình"),
        ("Như Ý", "Như Í"),
        ("Đào", "Ðào"),
        ("Trần", unicodedata.normalize("NFD", "Trần")),
        ("H'Hen Niê", "H’Hen Niê"),
        ("H'Hen Niê", "H Hen Nie"),
        ("Rơ-Châm", "Rơ Châm"),
        ("Ƀăn", "Ban"),
        ("Công Tằng Tôn Nữ Như Ý", "Công-Tằng-Tôn-Nữ Như Ý"),
        ("Tôn-Thất Thuyết", "TÔN THẤT THUYẾT"),
        ("Y-Moan Ênuôl", "Y Moan Ênuôl"),
        ("H’ Hen Niê Kđăm", "H'Hen Niê-Kđăm"),
    ],
)
def test_two_spellings_of_one_name_meet(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Đào", "Dao"),
        ("Đỗ", "Do"),
        ("Thúy", "Thúi"),
        ("Duy", "Dui"),
        ("Mây", "Mai"),
        ("Tây", "Tai"),
        ("Uy", "Ui"),
        ("Văn An", "Văn Anh"),
        ("An Bình", "Bình An"),
        ("Tôn Thất An", "Tôn Nữ An"),
        ("Niê Kđăm", "Niê Kdam"),
    ],
)
def test_two_names_stay_two(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


def test_a_key_is_small_letters_without_accents_but_with_d_stroke() -> None:
    assert name_key("ĐẶNG  Thị-Hoà") == "đang thi hoa"
    assert name_key("Lý Quý Thúy") == "li qui thuy"
    assert name_key(" -' ") == ""


def test_swapped_order_meets_in_the_token_key() -> None:
    assert token_key("Nguyễn Văn An") == token_key("An Nguyễn Văn") == "an nguyen van"
    assert token_key("Nguyễn Văn An") != token_key("Nguyễn Văn Ân Ân")
    assert token_key("Tôn-Nữ Như Ý") == token_key("Như Ý Tôn Nữ")
    assert token_key("H'Hen Niê") == token_key("Niê H’Hen")


@given(name=NAMES)
def test_showing_twice_is_showing_once(name: str) -> None:
    assert display_name(display_name(name)) == display_name(name)


@given(name=NAMES)
def test_a_shown_name_is_composed_and_trimmed(name: str) -> None:
    shown = display_name(name)
    assert unicodedata.is_normalized("NFC", shown)
    assert shown == " ".join(shown.split())


@given(name=NAMES)
def test_the_spelling_shown_has_the_key_of_the_spelling_typed(name: str) -> None:
    assert name_key(display_name(name)) == name_key(name)


@given(name=NAMES)
def test_composition_and_case_make_no_other_key(name: str) -> None:
    assert name_key(unicodedata.normalize("NFD", name)) == name_key(name)
    assert name_key(name.upper()) == name_key(name.lower()) == name_key(name)


@given(name=st.text(max_size=30))
def test_any_text_has_a_steady_key(name: str) -> None:
    assert name_key(name_key(name)) == name_key(name)
    assert token_key(" ".join(reversed(name_key(name).split()))) == token_key(name)


@given(name=st.text(max_size=30))
def test_any_text_can_be_shown(name: str) -> None:
    assert display_name(display_name(name)) == display_name(name)


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("Ạ", None),
        ("Ẳ" * 80, None),
        ("H'Hen Niê", None),
        ("Rơ-Châm Y.", None),
        ("Kumar s/o Raj", None),
        ("", "empty"),
        ("Ẳ" * 81, "long"),
        ("=1+1", "letters"),
        ("7", "letters"),
        ("Lê Thị 7", "letters"),
        ("Lê 🙂", "letters"),
    ],
)
def test_one_rule_says_what_is_no_name(name: str, fault: str | None) -> None:
    assert fault_of_name(name) == fault


def test_what_nobody_sees_and_what_turns_the_direction_is_not_shown() -> None:
    assert visible("\u202eLê\u200b\tThị") == "Lê Thị"
    assert visible("Lê Thị Ẳ") == "Lê Thị Ẳ"
