from __future__ import annotations

import csv
import string
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiemchung.domain.people.engine.identifiers import faults_of_number, origin_of, patterns
from tiemchung.domain.people.values import NumberFault
from tiemchung.faces.shared.identity import NUMBER_FAULTS

HER = "079187004417"


def codes(kind: str, value: str, **told: str) -> list[str]:
    return [fault.code for fault in faults_of_number(kind, value, **told)]


@pytest.mark.parametrize(
    ("number", "born", "sex", "found"),
    [
        (HER, "1987-03-02", "female", []),
        (" 079 187 004 417 ", "1987", "female", []),
        (HER, "1987", "unknown", []),
        (HER, "1987", "other", []),
        (HER, "1988-03-02", "female", ["contradicts"]),
        (HER, "1887", "female", ["contradicts"]),
        (HER, "1987-03-02", "male", ["contradicts"]),
        (HER, "", "male", []),
        ("079287004417", "2087", "male", []),
        ("079387004417", "2087", "female", []),
        ("079487004417", "2187", "male", []),
        ("079587004417", "2187", "female", []),
        ("079687004417", "2287", "male", ["century"]),
        ("079987004417", "1987", "female", ["century"]),
        ("07918700441", "1987", "female", ["length"]),
        ("0791870044170", "1987", "female", ["length"]),
        ("07918700441O", "1987", "female", ["not-digits"]),
        ("", "1987", "female", ["not-digits"]),
        ("٠٧٩١٨٧٠٠٤٤١٧", "1987", "female", ["not-digits"]),
        ("003187004417", "1987", "female", ["origin-unknown"]),
        ("999187004417", "1987", "female", ["origin-unknown"]),
        ("003187004417", "1988", "female", ["contradicts", "origin-unknown"]),
    ],
)
def test_a_personal_number_is_read_digit_by_digit(number: str, born: str, sex: str, found: list[str]) -> None:
    assert codes("personal-number", number, born=born, sex=sex) == found


@pytest.mark.parametrize(
    ("kind", "number", "found"),
    [
        ("old-identity-card", "271234567", []),
        ("old-identity-card", "27123456", ["old-card-digits"]),
        ("old-identity-card", "27123456A", ["old-card-digits"]),
        ("old-identity-card", "", ["old-card-digits"]),
        ("passport-vn", "c1234567", []),
        ("passport-vn", "B12345678", []),
        ("passport-vn", "12345678", ["passport-shape"]),
        ("passport-foreign", "AB12345", []),
        ("passport-foreign", "A1", ["foreign-passport-shape"]),
        ("health-insurance-15", "GD4790123456789", []),
        ("health-insurance-15", "GD4000123456789", ["insurance-province"]),
        ("health-insurance-15", "GD479", ["old-insurance-shape"]),
        ("health-insurance-10", "0123456789", []),
        ("health-insurance-10", "012345678", ["insurance-shape"]),
        ("birth-certificate", "12/2019", []),
        ("birth-certificate", "1" * 41, ["birth-certificate-long"]),
        ("passport-vn", " ", ["empty"]),
        ("birth-certificate", "-", ["empty"]),
        ("something-else", "X", []),
        ("something-else", "", ["empty"]),
    ],
)
def test_each_document_has_its_shape(kind: str, number: str, found: list[str]) -> None:
    assert codes(kind, number) == found


def test_what_is_known_by_hearsay_alone_refuses_nothing() -> None:
    with_source = {"personal-number", "identity-card-qr", "none"}
    table = (files("tiemchung.reference") / "identifier_rules.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(table.splitlines()):
        assert (row["verified"] == "found") == (row["code"] in with_source)
    hearsay = set(patterns()) - with_source - {"old-identity-card"}
    assert {fault.refuses for kind in hearsay for fault in faults_of_number(kind, "?x?" * 30)} == {False}


def test_a_fault_points_at_the_digits_that_are_wrong() -> None:
    (century,) = faults_of_number("personal-number", "079987004417")
    assert century == NumberFault(code="century", facts={"digit": "9"}, start=3, end=4)
    (contradicts,) = faults_of_number("personal-number", HER, born="1988")
    assert contradicts == NumberFault(code="contradicts", facts={"year": 1987, "sex": "female"}, start=3, end=6)
    (letter,) = faults_of_number("personal-number", "07918700441O")
    assert (letter.start, letter.end) == (11, 12)


def test_a_prefix_tells_the_province_of_both_eras() -> None:
    origin = origin_of("002187004417")
    assert origin is not None
    assert (origin.province, origin.name, origin.heir, origin.heir_name) == ("02", "Hà Giang", "08", "Tuyên Quang")
    saigon = origin_of(HER)
    assert saigon is not None
    assert (saigon.province, saigon.heir) == ("79", "79")
    assert origin_of("999187004417") is None


def test_every_fault_has_a_sentence_in_both_languages_and_no_sentence_is_idle() -> None:
    numbers = ("", "?", "A", "07", "079987004417", "003187004417", HER, "GD4000123456789", "1" * 41, "ABC")
    kinds = [*patterns(), "something-else"]
    found = {fault.code: fault for kind in kinds for number in numbers for fault in _faults(kind, number)}
    assert set(found) == set(NUMBER_FAULTS)
    for code, fault in found.items():
        facts = {**fault.facts, "sex": "x"}
        words = NUMBER_FAULTS[code]
        assert words.vi.format(**facts) != words.en.format(**facts)


def _faults(kind: str, number: str) -> list[NumberFault]:
    return faults_of_number(kind, number, born="1950", sex="male")


@given(
    kind=st.sampled_from(["personal-number", "old-identity-card", "passport-vn", "health-insurance-15", "none"]),
    value=st.text(alphabet=string.printable + "ẢĐ٣", max_size=20),
)
def test_any_text_is_judged_and_refusals_come_first(kind: str, value: str) -> None:
    found = [fault.refuses for fault in faults_of_number(kind, value, born="1990", sex="male")]
    assert found == sorted(found, reverse=True)
