"""Every refusal and every finding has a sentence in both languages."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping

from tests.house.plan import SourceFile, modules_of_rooms, source_files
from tiemchung.domain.immunization.values import FINDING_BITS
from tiemchung.faces.shared.sentences import FINDINGS, REFUSALS, ROOMS
from tiemchung.kernel.refusal import Refusal

CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def refusals() -> list[type[Refusal]]:
    """Return every kind of refusal in the domain and the kernel."""
    list(modules_of_rooms("errors"))
    found: list[type[Refusal]] = []
    waiting = [Refusal]
    while waiting:
        for kind in waiting.pop().__subclasses__():
            waiting.append(kind)
            if kind.__module__.startswith("tiemchung."):
                found.append(kind)
    return found


def finding_codes(files: Iterable[SourceFile]) -> set[str]:
    """Return the codes of the findings that the domain makes."""
    return {
        str(keyword.value.value)
        for file in files
        if file.room
        for call in ast.walk(file.tree)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Finding"
        for keyword in call.keywords
        if keyword.arg == "code" and isinstance(keyword.value, ast.Constant)
    }


def unsaid(codes: Iterable[str], sentences: Mapping[str, tuple[str, str]]) -> list[str]:
    """Return the codes that lack a sentence in either language."""
    return sorted(
        code
        for code in set(codes)
        if code not in sentences or not all(map(str.strip, sentences[code])) or len(set(sentences[code])) == 1
    )


def test_every_refusal_has_a_sentence_in_vietnamese_and_english() -> None:
    assert unsaid((kind.code for kind in refusals()), REFUSALS) == []


def test_every_finding_has_a_sentence_in_vietnamese_and_english() -> None:
    assert unsaid(finding_codes(source_files()), FINDINGS) == []


def test_every_finding_that_a_dose_can_carry_has_a_sentence() -> None:
    assert unsaid(FINDING_BITS, FINDINGS) == []


def test_both_languages_use_the_same_facts() -> None:
    differing = [
        code
        for sentences in (REFUSALS, FINDINGS)
        for code, (vietnamese, english) in sentences.items()
        if set(re.findall(r"{(\w+)", vietnamese)) != set(re.findall(r"{(\w+)", english))
    ]
    assert differing == []


def test_a_refusal_is_said_in_one_file_only() -> None:
    assert sum(len(room.REFUSALS) for room in ROOMS) == len(REFUSALS)


def test_codes_are_small_words_and_no_two_refusals_share_one() -> None:
    codes = [kind.code for kind in refusals()]
    assert [code for code in codes if not CODE.fullmatch(code)] == []
    assert sorted({code for code in codes if codes.count(code) > 1}) == []


def test_a_refusal_without_a_sentence_is_noticed() -> None:
    assert unsaid(["lot-on-hold"], {}) == ["lot-on-hold"]
    assert unsaid(["lot-on-hold"], {"lot-on-hold": ("Lô đang tạm giữ", " ")}) == ["lot-on-hold"]
    assert unsaid(["lot-on-hold"], {"lot-on-hold": ("The same", "The same")}) == ["lot-on-hold"]
    planted = SourceFile(place="tiemchung/domain/supply/rules.py", text="found = [Finding(code='lot-odd')]")
    assert finding_codes([planted]) == {"lot-odd"}
