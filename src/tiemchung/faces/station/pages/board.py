"""The observation board: who may go, who still waits and how long, and above all whoever reacts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import cos, pi, sin
from uuid import UUID

from tiemchung.domain.immunization.values import DoseShown
from tiemchung.domain.safety.values import Reaction
from tiemchung.domain.visits.values import VisitListed
from tiemchung.faces.shared import numbers
from tiemchung.faces.shared.aftermath import action_told, signs_told
from tiemchung.faces.shared.words import Words, said, t
from tiemchung.faces.station.pages.chair import CONCLUSION_WORDS, SEVERITY_WORDS, Proof, row_of

SOON = timedelta(minutes=5)
"""From when on the ring turns the color of "look here". A screen habit of ours, no medical rule."""
RING, MIDDLE = 34, 40
WATCHED_LONGER = "watched-longer"
STATES = {
    "well": Words("Bình thường", "Well"),
    "sore-arm": Words("Đau chỗ tiêm", "A sore arm"),
    "tired": Words("Mệt, chóng mặt nhẹ", "Tired, slightly dizzy"),
    WATCHED_LONGER: Words("Cần theo dõi thêm", "To be watched longer"),
}
"""What was seen, as it is kept."""
LEFT_REASONS = {
    "did-not-wait": Words("Không chờ đủ giờ", "Did not wait"),
    "taken-to-hospital": Words("Chuyển bệnh viện", "Taken to a hospital"),
}
REPORTED = {code: words for code, (_shape, words) in SEVERITY_WORDS.items() if code != "anaphylaxis"}


@dataclass(frozen=True, kw_only=True)
class Card:
    """Somebody who had a dose and is watched."""

    visit: UUID
    ticket: str
    name: str
    detail: str
    caution: str
    minutes_left: int
    clock: str
    arc: str
    tone: str


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """Somebody who reacts."""

    visit: UUID
    ticket: str
    name: str
    what: str
    since: str


@dataclass(frozen=True, kw_only=True)
class Board:
    """Everybody who is watched: reactions above all, then who may go, then the others, least time first."""

    alarms: Sequence[Alarm]
    free: Sequence[Card]
    waiting: Sequence[Card]

    @property
    def people(self) -> int:
        """Return how many are on the board."""
        return len({card.visit for card in [*self.free, *self.waiting]} | {alarm.visit for alarm in self.alarms})


def board_of(
    listed: Sequence[VisitListed],
    *,
    doses: Mapping[UUID, DoseShown],
    reactions: Mapping[UUID, Reaction],
    products: Mapping[str, str],
    minutes: int | None,
    now: datetime,
) -> Board:
    """Return the board. Where no source says how long somebody is watched, nobody is free by the clock."""
    cards, alarms = [], []
    for visit in listed:
        if visit.dosed_at is None:
            continue
        reaction = reactions.get(visit.id)
        if reaction is not None and not reaction.over:
            alarms.append(
                Alarm(
                    visit=visit.id,
                    ticket=visit.ticket,
                    name=row_of(visit).name,
                    what=reaction_told(reaction, dosed_at=visit.dosed_at),
                    since=clock_of(now - reaction.onset),
                )
            )
            continue
        cards.append(_card(visit, dose=doses.get(visit.id), products=products, minutes=minutes, now=now))
    in_order = sorted(cards, key=lambda card: card.minutes_left)
    return Board(
        alarms=alarms,
        free=[card for card in in_order if card.tone == "go"],
        waiting=[card for card in in_order if card.tone != "go"],
    )


def reaction_told(reaction: Reaction, *, dosed_at: datetime) -> str:
    """Say what was seen and how long after the dose it began."""
    what = [said(SEVERITY_WORDS[reaction.severity][1]), signs_told(reaction.signs, nothing="")]
    after = t("{n} sau tiêm", "{n} after the dose", n=numbers.duration(reaction.onset - dosed_at))
    began = t("bắt đầu {time}", "began {time}", time=numbers.time(reaction.onset))
    return " · ".join([": ".join(filter(None, what)), after, began])


def reaction_proof(reaction: Reaction) -> Proof:
    """Say what went wrong after an earlier dose, as it was seen: nobody claims a cause here."""
    shape, title = SEVERITY_WORDS[reaction.severity]
    facts = [
        (t("Bắt đầu", "Onset"), numbers.moment(reaction.onset)),
        (t("Dấu hiệu", "Signs"), signs_told(reaction.signs)),
    ]
    if reaction.actions:
        done = "; ".join(f"{time} {what}" for time, what in actions_told(reaction))
        facts.append((t("Đã xử trí", "What was done"), done))
    return Proof(shape=shape, title=said(title), facts=facts)


def actions_told(reaction: Reaction) -> list[tuple[str, str]]:
    """Return what was done, with its minute, the first first."""
    return [(numbers.time(action.at), action_told(action.what)) for action in reaction.actions]


def clock_of(span: timedelta) -> str:
    """Write a span as a clock does: 9:04."""
    seconds = max(0, int(span.total_seconds()))
    return f"{seconds // 60}:{seconds % 60:02d}"


def minutes_since(dosed_at: datetime, now: datetime) -> int:
    """Return the whole minutes since the dose, as an entry tells them."""
    return min(max(0, int((now - dosed_at).total_seconds() // 60)), 2**15 - 1)


def _card(
    visit: VisitListed,
    *,
    dose: DoseShown | None,
    products: Mapping[str, str],
    minutes: int | None,
    now: datetime,
) -> Card:
    assert visit.dosed_at is not None  # noqa: S101 - the caller has looked
    gone = now - visit.dosed_at
    whole = timedelta(minutes=minutes) if minutes is not None else None
    left = whole - gone if whole is not None else None
    detail = [visit.born[:4]]
    if dose is not None:
        detail = [
            t("Mũi {n}", "Dose {n}", n=dose.dose_number),
            products.get(dose.product, dose.product),
            visit.born[:4],
        ]
    caution = said(CONCLUSION_WORDS["caution"][1]) if visit.conclusion == "caution" else ""
    tone = "wait"
    if left is not None:
        tone = "go" if left <= timedelta(0) else "soon" if left <= SOON else "wait"
    return Card(
        visit=visit.id,
        ticket=visit.ticket,
        name=row_of(visit).name,
        detail=" · ".join(filter(None, detail)),
        caution=caution,
        minutes_left=-(-int(left.total_seconds()) // 60) if left is not None else -int(gone.total_seconds() // 60),
        clock=clock_of(left if left is not None else gone),
        arc=_arc(gone / whole if whole else 1.0),
        tone=tone,
    )


def _arc(share: float) -> str:
    """Draw the arc of the time gone, clockwise from the top."""
    turned = 2 * pi * min(max(share, 0.001), 0.999)
    x, y = MIDDLE + RING * sin(turned), MIDDLE - RING * cos(turned)
    return f"M{MIDDLE} {MIDDLE - RING}A{RING} {RING} 0 {int(turned > pi)} 1 {x:.2f} {y:.2f}"
