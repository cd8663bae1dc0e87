"""What a verdict says: the word, why, what to compare and what to do. The verifier and the checkpoint show the same.

A browser without a network says the same sentences: `for_script` hands them to it. Nobody is ever called a forger; a
certificate that stops is a matter to be looked up.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import msgspec

from tiemchung.domain.certificates import queries as certificates
from tiemchung.domain.certificates.values import Bearer, Verdict, Why, Word
from tiemchung.faces.shared import numbers
from tiemchung.faces.shared.words import Words, said
from tiemchung.kernel.clock import business_day

WORDS = {
    Word.PASS: Words("Được qua", "Pass"),
    Word.LOOK: Words("Xem kỹ", "Look closer"),
    Word.STOP: Words("Dừng", "Stop"),
}
WHYS: Mapping[str, Words] = {
    Why.SIGNED: Words("Chữ ký đúng. Đã tiêm mũi {n} trong {series}.", "Signature right. Dose {n} of {series} given."),
    Why.PROVISIONAL: Words(
        "Giấy tạm. Danh tính chưa đối chiếu xong.", "A provisional pass. The identity is not yet confirmed."
    ),
    Why.NO_VACCINATION: Words(
        "Chữ ký đúng, nhưng đây là giấy xét nghiệm hoặc khỏi bệnh.",
        "Signature right, but this is a test or a recovery, no vaccination.",
    ),
    Why.UNREADABLE: Words("Mã này không đọc hết được.", "This code cannot be read to its end."),
    Why.WRONG_CONTENT: Words("Nội dung không đúng mẫu chứng nhận.", "What it says is not in a certificate's form."),
    Why.NOT_A_CERTIFICATE: Words(
        "Mã này không phải chứng nhận tiêm chủng.", "This code is no vaccination certificate."
    ),
    Why.WRONG_ALGORITHM: Words("Kiểu chữ ký này không được nhận.", "This kind of signature is not taken."),
    Why.UNKNOWN_KEY: Words(
        "Không rõ ai ký: khóa này không có trong danh sách.", "Nobody knows who signed: the key is in no list of ours."
    ),
    Why.KEY_NOT_VALID: Words("Khóa ký đã hết hạn hoặc chưa bắt đầu.", "The key that signed is out of its term."),
    Why.KEY_FOR_OTHER_USE: Words("Khóa này không được ký loại giấy này.", "This key may not sign such a certificate."),
    Why.WRONG_PREFIX: Words(
        "Giấy tạm không dùng thay chứng nhận được.", "A provisional pass cannot stand for a certificate."
    ),
    Why.WRONG_SIGNATURE: Words("Chữ ký không khớp nội dung.", "The signature does not fit what it says."),
    Why.NOT_YET_VALID: Words("Chứng nhận này chưa bắt đầu có giá trị.", "This certificate does not hold yet."),
    Why.EXPIRED: Words("Chứng nhận này hết hạn ngày {day}.", "This certificate ended on {day}."),
    Why.REVOKED: Words("Chứng nhận này đã bị thu hồi ngày {day}.", "This certificate was revoked on {day}."),
    Why.REPLACED: Words("Đã có bản mới thay bản này từ ngày {day}.", "A new one replaced this certificate on {day}."),
    "pass-unchecked": Words(
        "Giấy tạm. Không có mạng nên chưa kiểm tra được chữ ký.",
        "A provisional pass. Without a network its signature could not be checked.",
    ),
    "declaration-unchecked": Words(
        "Tờ khai đi lại. Chỉ chốt có mạng kiểm tra được chữ ký của nó.",
        "A travel declaration. Only a checkpoint with a network can check its signature.",
    ),
}
"""By `Why`; the last two are said by a browser alone, which knows the key of neither."""

_COMPARE = Words("Nhìn mặt, so với ảnh trên giấy tờ.", "Look at the face and at the photo on the document.")
_DOCUMENT = Words("Xem giấy tờ gốc có ảnh.", "See an original document with a photo.")
_ASK = Words("Hỏi: tiêm ở đâu, hôm nào?", "Ask: where was the dose, on what day?")
_KIND = Words("Không giữ giấy tờ, không buộc lỗi.", "Keep no papers and accuse nobody.")
_LOOK_UP = Words("Mời vào bàn tra cứu để xem lại và sửa.", "Ask them to the help desk, to look it up and mend it.")
_AGAIN = Words("Quét lại, cho mã nằm gọn và đủ sáng.", "Scan again, with the whole code in good light.")
_NEWEST = Words("Mời mở sổ sức khỏe để lấy bản mới nhất.", "Ask them to open the health book for the newest one.")

ADVICE: Mapping[str, tuple[Words, ...]] = {
    Why.SIGNED: (_COMPARE,),
    Why.PROVISIONAL: (_DOCUMENT, _ASK),
    Why.NO_VACCINATION: (_COMPARE,),
    Why.UNREADABLE: (_AGAIN, _LOOK_UP),
    Why.NOT_A_CERTIFICATE: (_AGAIN,),
    Why.NOT_YET_VALID: (_KIND, _LOOK_UP),
    Why.EXPIRED: (_KIND, _NEWEST),
    Why.REVOKED: (_KIND, _LOOK_UP),
    Why.REPLACED: (_KIND, _NEWEST),
    "pass-unchecked": (_DOCUMENT, _ASK),
    "declaration-unchecked": (_DOCUMENT,),
}
OTHERWISE = (_KIND, _LOOK_UP)

BORN = Words("Sinh {year}", "Born {year}")
BORN_UNKNOWN = Words("Không rõ năm sinh", "Birth year unknown")
DOSE = Words("{product}, mũi {n} ngày {day} ({age} ngày)", "{product}, dose {n} on {day} ({age} [day|days] ago)")
ISSUED_IN = Words("Nơi cấp: {country}", "Issued in {country}")
PULSES = {Word.PASS: 1, Word.LOOK: 2, Word.STOP: 3}
"""How often a telephone trembles."""


class VerdictShown(msgspec.Struct, frozen=True, kw_only=True):
    """A verdict as a screen shows it, in the request's language."""

    tone: str
    word: str
    why: str
    name: str
    facts: list[str]
    advice: list[str]


def shown(verdict: Verdict, *, now: datetime) -> VerdictShown:
    """Put a verdict into words."""
    bearer = verdict.bearer
    day = verdict.since or (business_day(bearer.expires_at) if bearer else None)
    told = {
        "n": str(bearer.dose_number) if bearer else "",
        "series": str(bearer.series_doses) if bearer else "",
        "day": numbers.day(day) if day else "",
    }
    return VerdictShown(
        tone=verdict.word.value,
        word=said(WORDS[verdict.word]),
        why=said(WHYS[verdict.why], **told),
        name=(bearer.name or bearer.name_latin.replace("<", " ")) if bearer else "",
        facts=_facts(bearer, on=business_day(now)) if bearer else [],
        advice=[said(step) for step in ADVICE.get(verdict.why, OTHERWISE)],
    )


def _facts(bearer: Bearer, *, on: date) -> list[str]:
    facts = [said(BORN, year=bearer.born[:4]) if bearer.born else said(BORN_UNKNOWN)]
    if bearer.given_on:
        product = certificates.product_names().get(bearer.product, bearer.product)
        age = (on - bearer.given_on).days
        facts.append(
            said(DOSE, product=product, n=str(bearer.dose_number), day=numbers.day(bearer.given_on), age=str(age))
        )
    return [*facts, said(ISSUED_IN, country=bearer.country)]


def for_script() -> dict[str, Any]:
    """Return every sentence in the request's language, for a browser that comes to its verdict alone."""
    return {
        "words": {word.value: said(words) for word, words in WORDS.items()},
        "whys": {str(why): _raw(words) for why, words in WHYS.items()},
        "advice": {str(why): [_raw(step) for step in steps] for why, steps in ADVICE.items()},
        "otherwise": [_raw(step) for step in OTHERWISE],
        "born": _raw(BORN),
        "born_unknown": _raw(BORN_UNKNOWN),
        "dose": _raw(DOSE),
        "issued_in": _raw(ISSUED_IN),
        "pulses": {word.value: count for word, count in PULSES.items()},
        "products": dict(certificates.product_names()),
    }


def _raw(words: Words) -> str:
    """Return a sentence with its braces, which the browser fills."""
    return said(words)
