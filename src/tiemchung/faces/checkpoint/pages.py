"""What a checkpoint's pages say: the verdict about a traveler with what ties it to the bearer, and lists to choose from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec

from tiemchung.domain.certificates.values import Word
from tiemchung.domain.movement.values import Checked, CheckWhy, Decision, Declared, Live
from tiemchung.domain.places import queries as places
from tiemchung.domain.places.values import CheckpointKind, Era, Level, Unit
from tiemchung.faces.shared import numbers, verdicts
from tiemchung.faces.shared.divisions import in_force
from tiemchung.faces.shared.verdicts import VerdictShown
from tiemchung.faces.shared.words import Words, said

KINDS: Mapping[CheckpointKind, Words] = {
    CheckpointKind.ROAD: Words("Chốt đường", "Road"),
    CheckpointKind.MARKET: Words("Chợ, cửa hàng", "Market, shop"),
    CheckpointKind.OFFICE: Words("Cơ quan, tòa nhà", "Office, building"),
    CheckpointKind.STATION: Words("Bến xe, ga, sân bay", "Bus station, railway, airport"),
    CheckpointKind.OTHER: Words("Nơi khác", "Another place"),
}
WHYS: Mapping[str, Words] = {
    CheckWhy.DECLARED: Words("Tờ khai đúng ngày, chữ ký đúng.", "The declaration is for today, its signature right."),
    CheckWhy.DECLARED_OTHER_DAY: Words("Tờ khai này cho ngày {day}.", "This declaration is for {day}."),
    CheckWhy.OLD_CODE: Words(
        "Mã đã cũ: có thể là ảnh chụp màn hình.", "The code is old: it may be a picture of a screen."
    ),
    CheckWhy.SEEN_ELSEWHERE: Words(
        "Mã này vừa được quét ở một chốt khác.", "This code was scanned at another checkpoint just now."
    ),
    CheckWhy.ZONE_CLOSED: Words(
        "Nơi đi hoặc nơi đến đang là vùng {zone}.", "Origin or destination lies in a zone: {zone}."
    ),
    CheckWhy.ZONE_WITHIN: Words(
        "Trong nơi đi hoặc nơi đến có vùng {zone}; tờ khai chưa nói rõ quận, huyện, phường, xã.",
        "There is a zone within origin or destination: {zone}. The declaration does not name the district or commune.",
    ),
    CheckWhy.ZONE_HERE: Words(
        "Chốt này nằm trong vùng {zone}: quyết định của vùng đòi xem kỹ cả người có chứng nhận.",
        "This checkpoint lies in a zone: {zone}. Its decision asks for a look at those with a certificate too.",
    ),
}
_PERMIT = (
    Words("Xem giấy cho phép đi lại.", "See the permit for the journey."),
    Words("Chưa rõ thì hỏi người trực ca.", "In doubt ask the officer in charge."),
)
ADVICE: Mapping[str, tuple[Words, ...]] = {
    CheckWhy.DECLARED: (
        Words("So chữ cái đầu và năm sinh với căn cước.", "Compare initials and birth year with the ID card."),
    ),
    CheckWhy.DECLARED_OTHER_DAY: (
        Words(
            "Mời khai lại cho hôm nay, ngay trên máy của họ.", "Ask them to declare again for today, on their phone."
        ),
    ),
    CheckWhy.OLD_CODE: (
        Words("Mời mở lại mã trên máy, không dùng ảnh chụp.", "Ask them to open the code itself, not a picture of it."),
        Words("Không mở được: so kỹ với giấy tờ có ảnh.", "If they cannot: compare closely with a photo document."),
    ),
    CheckWhy.SEEN_ELSEWHERE: (
        Words("So kỹ với giấy tờ có ảnh.", "Compare closely with a photo document."),
        Words("Hỏi: vừa qua chốt nào?", "Ask: which checkpoint did you just pass?"),
    ),
    CheckWhy.ZONE_CLOSED: _PERMIT,
    CheckWhy.ZONE_HERE: _PERMIT,
    CheckWhy.ZONE_WITHIN: (
        Words("Hỏi rõ đi từ quận, xã nào đến quận, xã nào.", "Ask from which district or commune to which."),
        Words("Ở trong vùng thì xem giấy cho phép đi lại.", "Within the zone see the permit for the journey."),
    ),
}
LIVE = {
    Live.LIVE: Words("Mã sống: đang mở trên máy người này", "Live code: open on this person's phone now"),
    Live.NONE: Words("Giấy in hoặc mã tĩnh", "Paper, or a code that does not turn"),
    Live.OLD: Words("Mã cũ", "Old code"),
}
BORN_AND_INITIALS = Words("{initials} · sinh {year}", "{initials} · born {year}")
SINCE_2025 = Words("{place} (từ tháng 7/2025)", "{place} (since July 2025)")
ROUTE = Words("{origin} → {destination}, ngày {day}", "{origin} → {destination}, on {day}")


class TravelerShown(msgspec.Struct, frozen=True, kw_only=True):
    """The verdict about a traveler, with what a card read on the device is compared with."""

    verdict: VerdictShown
    latin: str = ""
    born: str = ""
    initials: str = ""
    decisions: list[Decision]


def traveler(found: Checked, *, now: datetime) -> TravelerShown:
    """Put what an officer is told into words."""
    bearer = found.certificate.bearer if found.certificate else None
    beneath = verdicts.shown(found.certificate, now=now) if found.certificate else None
    declared = found.declared
    why, advice = found.why, None
    if why in WHYS:
        day = numbers.day(declared.day) if declared else ""
        told = said(WHYS[why], day=day, zone=found.zone)
        advice = [said(step) for step in ADVICE[why]]
    else:
        told = beneath.why if beneath else ""
    facts = beneath.facts if beneath else []
    if declared:
        facts = [route(declared)]
    return TravelerShown(
        verdict=VerdictShown(
            tone=found.word.value,
            word=said(verdicts.WORDS[found.word]),
            why=told,
            name=tie(declared) if declared else beneath.name if beneath else "",
            facts=[*facts, said(LIVE[found.live])],
            advice=advice if advice is not None else beneath.advice if beneath else [],
        ),
        latin=bearer.name_latin if bearer else "",
        born=bearer.born if bearer else str(declared.born_year) if declared else "",
        initials=declared.initials if declared else "",
        decisions=_decisions(found.word),
    )


def route(declared: Declared) -> str:
    """Say from where to where, and when."""
    return said(
        ROUTE,
        origin=place_name(declared.origin_era, declared.origin),
        destination=place_name(declared.destination_era, declared.destination),
        day=numbers.day(declared.day),
    )


def tie(declared: Declared) -> str:
    """Say what ties a declaration to its bearer."""
    return said(BORN_AND_INITIALS, initials=declared.initials, year=str(declared.born_year))


def _decisions(word: Word) -> list[Decision]:
    if word is Word.PASS:
        return [Decision.PASSED]
    return [Decision.LET_THROUGH, Decision.HELD] if word is Word.LOOK else [Decision.STOPPED]


def place_name(era: Era, code: str) -> str:
    """Return a unit with what lies above it."""
    path = places.unit_path(code, era)
    return ", ".join(unit.display_name for unit in reversed(path)) or code


def unit_name(unit: Unit) -> str:
    """Return how a place is offered to choose: with what lies above it, and since when it is called so."""
    told = place_name(unit.era, unit.code)
    return said(SINCE_2025, place=told) if unit.era is Era.Y2025 else told


def provinces() -> list[tuple[str, str]]:
    """Return the provinces of the division in force, by code and name."""
    return sorted(
        ((unit.code, unit.display_name) for unit in places.units_of(in_force(), Level.PROVINCE)), key=lambda row: row[1]
    )


def communes(codes: frozenset[str]) -> list[tuple[str, str]]:
    """Return the communes of the division in force among these codes, by code and name with what lies above them."""
    found = []
    for code in sorted(codes):
        path = places.unit_path(code, in_force())
        if path and path[-1].level is Level.COMMUNE:
            found.append((code, ", ".join(unit.display_name for unit in reversed(path[1:]))))
    return found
