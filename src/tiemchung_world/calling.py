"""The campaign's offices at work: wards bring their lists, planners call people evening by evening, who is called comes.

Who is called to which session is the platform's decision. The tablets learn of it in the morning, from the bundle of
their site, and find people by the card that they show, or by the reference in their message; who has neither is not
found, and comes like everybody who is on no list.
"""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from math import ceil
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tiemchung_world import bundle
from tiemchung_world.browser import Browser
from tiemchung_world.desk import write_down
from tiemchung_world.mint import Mint
from tiemchung_world.office import LIST_ROWS, Planner, WardOffice
from tiemchung_world.offices import PLANNERS
from tiemchung_world.phase import instant
from tiemchung_world.shift import unix_ms
from tiemchung_world.turnout import Call

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tiemchung_world.field import Field, SiteAtWork
    from tiemchung_world.truth import TruthFile
    from tiemchung_world.turnout import Seen

LISTS_AT: Final = "08:00"
"""When on the day before the phase the wards bring their lists, by the platform's clock; ours."""
PLANS_AT: Final = "19:30"
"""When planners open the next day's sessions."""
READS_AT: Final = "06:30"
"""When tablets pull the day's bundle."""
SLOTS_A_DAY: Final = 32
"""Quarters of an hour from opening to half past three; the last called are home by closing."""
LETTERS_HANDED_OUT: Final = 0.9
"""Share of sessions whose printed letters reach those without a phone; ours."""
NEAREST: Final = 3
"""Wards of a site whose people without a card that fits look for the message they were sent; ours."""
_REFERENCE: Final = re.compile(r"\b[2-9A-HJKMNP-TV-Z]{7}\b")
_SLOT: Final = timedelta(minutes=15)


class Calling:
    """Lists, sessions, invitations and who follows them, for one phase."""

    def __init__(self, field: Field, truth: TruthFile) -> None:
        self._field = field
        self._truth = truth
        plan = field.plan
        self._phase_visits = np.flatnonzero(plan.visits.day >= plan.days_before)
        self._visit_of = np.full(len(plan.persons), -1, dtype=np.int64)
        self._visit_of[plan.person_of[plan.visits.record[self._phase_visits]]] = self._phase_visits
        rng = np.random.default_rng([plan.seed, 7, plan.wave])
        shares = plan.phase.shares
        drawn = rng.random(len(plan.persons))
        self.registers_alone = np.flatnonzero(drawn < shares.own_registration)
        """True persons who register themselves."""
        listed = (drawn >= shares.own_registration) & (rng.random(len(plan.persons)) >= shares.walk_in)
        self.listed = np.flatnonzero(listed)
        """True persons whom their ward writes down."""
        self._numbers: defaultdict[str, dict[str, int]] = defaultdict(dict)
        """By ward: visits by the numbers that were written down right, as they stand on cards."""
        self._phones: defaultdict[str, dict[int, str]] = defaultdict(dict)
        """By ward: the phones of those whose card is not found, who show the message that called them."""
        self._wards: dict[int, list[str]] = {}
        self._planners: SimpleQueue[Planner] = SimpleQueue()
        self.told: Counter[str] = Counter()

    # --- lists ------------------------------------------------------------------------------------------------------

    def stand_before_phase(self) -> None:
        """Set the clock to the morning before the phase, when people register and wards bring their lists."""
        plan = self._field.plan
        self._field.set_clock(plan.days[plan.days_before] - timedelta(days=1), LISTS_AT)

    def wait_alone(self, person: int, *, number: str, commune: str) -> None:
        """Let somebody wait who has registered alone; they are found by their card."""
        visit = int(self._visit_of[person])
        self._field.turnout.wait(np.array([visit]))
        self._field.turnout.watch(visit)
        self._numbers[commune][number] = visit

    def seen(self, person: int) -> Seen | None:
        """Return where somebody who registered alone got their dose; None if they got none."""
        return self._field.turnout.seen(int(self._visit_of[person]))

    def bring_lists(self) -> None:
        """On the day before the phase, let every ward bring its list and keep the rows that are certain."""
        plan = self._field.plan
        self.stand_before_phase()
        homes = plan.people.commune[plan.persons[self.listed]]
        order = np.argsort(homes, kind="stable")
        by_ward = np.split(self.listed[order], np.flatnonzero(np.diff(homes[order])) + 1)
        self._field.together(self._bring_list, [ward for ward in by_ward if len(ward)])

    def _bring_list(self, who: NDArray[np.int64]) -> None:
        plan = self._field.plan
        commune = plan.people.communes[int(plan.people.commune[plan.persons[who[0]]])].code
        rng = random.Random(f"list/{plan.seed}/{plan.wave}/{commune}")
        stamps = Mint("list", plan.seed, plan.run, plan.wave, commune)
        office = WardOffice(self._field.link.center, commune)
        at = unix_ms(plan.days[plan.days_before] - timedelta(days=1), LISTS_AT)
        for first in range(0, len(who), LIST_ROWS):
            part = who[first : first + LIST_ROWS]
            blocks = write_down(
                plan.people, plan.persons[part], slips=plan.phase.slips, groups=plan.phase.groups, rng=rng
            )
            list_id = stamps.id(at)
            left_out = office.bring(blocks, list_id=list_id, rng=rng)
            kept = [place for place in range(len(part)) if place not in left_out]
            self._wait(part[kept], [blocks[place] for place in kept], commune=commune)
            self._truth.note("list", id=list_id, ward=commune, rows=len(part), kept=len(kept))
            self.told["listed"] += len(part)
            self.told["rows kept"] += len(kept)

    def _wait(self, who: NDArray[np.int64], blocks: list[dict[str, Any]], *, commune: str) -> None:
        """Let these people wait to be called; those whose number is right are found by their card."""
        people, persons = self._field.plan.people, self._field.plan.persons[who]
        visits = self._visit_of[who]
        self._field.turnout.wait(visits)
        numbers, cards = people.personal_number[persons].tolist(), people.old_card[persons].tolist()
        for visit, number, card, block in zip(visits.tolist(), numbers, cards, blocks, strict=True):
            told = block["identifiers"][0]["value"] if block["identifiers"] else None
            if told in {f"{number:012d}", f"{card:09d}"}:
                self._numbers[commune][told] = visit
            elif block["phone"]:
                self._phones[commune][visit] = block["phone"]

    # --- evenings ----------------------------------------------------------------------------------------------------

    def plan_day(self, day: int) -> None:
        """Open a session at every site for a day to come, fill it and invite."""
        plan = self._field.plan
        if self._planners.empty():
            for number in range(PLANNERS):
                self._planners.put(Planner(self._field.link.center, plan.phase.phase.province, number))
        self._field.set_clock(plan.days[day] - timedelta(days=1), PLANS_AT)
        self._field.together(lambda site: self._plan_session(day, site), self._field.sites)

    def places(self, day: int, site: int) -> int:
        """Return how many people are to be called to a site's day: those who were to come then and wait for a call."""
        planned = self._field.plan.at(day, site)
        return sum(self._field.turnout.is_waiting(visit) for visit in planned)

    def _plan_session(self, day: int, site: SiteAtWork) -> None:
        plan, index = self._field.plan, site.site.index
        wanted = self.places(day, index)
        if wanted == 0:
            return
        rng = random.Random(f"session/{plan.seed}/{plan.wave}/{site.site.code}/{day}")
        products = plan.phase.products
        product = rng.choices(range(len(products)), [one.share for one in products])[0]
        a_slot = ceil(wanted / SLOTS_A_DAY)
        opens = instant(plan.days[day], plan.phase.site.opens)
        closes = opens + ceil(wanted / a_slot) * _SLOT
        session = Mint("session", plan.seed, plan.run, plan.wave, site.site.code, day).id(int(opens.timestamp() * 1000))
        planner = self._planners.get()
        try:
            planner.open(
                session,
                site=site.site.code,
                day=plan.days[day],
                product=products[product].code,
                starts=plan.phase.site.opens,
                ends=_hour(closes, plan.days[day]),
                places_a_slot=a_slot,
            )
            planner.fill(session, wards=self._wards_of(index))
            planner.invite(session)
            if rng.random() < LETTERS_HANDED_OUT:
                planner.hand_out_letters(session, printed=opens)
        finally:
            self._planners.put(planner)
        self._field.turnout.plan_session(day, index, session, product)
        self._truth.note("session", id=session, site=site.site.code, day=plan.days[day].isoformat())

    def _wards_of(self, site: int) -> list[str]:
        """Return the wards from which a site's people come, the one with the most of them first."""
        if site not in self._wards:
            plan = self._field.plan
            visits = self._phase_visits[plan.visits.site[self._phase_visits] == site]
            homes = plan.people.commune[plan.persons[plan.person_of[plan.visits.record[visits]]]]
            counts = np.bincount(homes)
            order = [int(ward) for ward in np.argsort(-counts, kind="stable") if counts[ward]]
            self._wards[site] = [plan.people.communes[ward].code for ward in order]
        return self._wards[site]

    # --- mornings -----------------------------------------------------------------------------------------------------

    def read_calls(self, day: int) -> None:
        """Let one tablet of each site pull the bundle, and let those who are called come, or stay away."""
        self._field.set_clock(self._field.plan.days[day], READS_AT)
        planned = [site for site in self._field.sites if self._field.turnout.session(day, site.site.index)]
        found = self._field.together(self._pull, planned)
        for site, calls in zip(planned, found, strict=True):
            self._follow(day, site, calls)

    def _pull(self, site: SiteAtWork) -> list[tuple[bundle.Called, int | None]]:
        center, wards = self._field.link.center, self._wards_of(site.site.index)
        told = bundle.pull(center, site.tablets[0], server_key=site.server_key)
        cards = {number: visit for ward in wards for number, visit in self._numbers[ward].items()}
        found = list(bundle.holders(told, cards))
        unknown = {one.reference: place for place, (one, visit) in enumerate(found) if visit is None}
        if not unknown:
            return found
        phones = {
            visit: phone
            for ward in wards[:NEAREST]
            for visit, phone in self._phones[ward].items()
            if self._field.turnout.waits(visit)
        }
        messages = Browser(center).messages_on(phones.values())
        for visit, phone in phones.items():
            shown = {word for text in messages.get(phone, ()) for word in _REFERENCE.findall(text)}
            for reference in sorted(shown & unknown.keys())[:1]:
                place = unknown.pop(reference)
                found[place] = found[place][0], visit
        return found

    def _follow(self, day: int, site: SiteAtWork, calls: list[tuple[bundle.Called, int | None]]) -> None:
        plan, turnout = self._field.plan, self._field.turnout
        rng = random.Random(f"show/{plan.seed}/{plan.wave}/{site.site.code}/{day}")
        last = day == len(plan.days) - 1
        come: list[tuple[int, Call]] = []
        outcomes: defaultdict[str, int] = defaultdict(int)
        for one, visit in calls:
            outcome = "not-found" if visit is None else "was-here"
            if visit is not None and turnout.waits(visit):
                outcome = "no-show" if rng.random() < plan.phase.shares.no_show else "came"
                if outcome == "came":
                    come.append((visit, _call(one, product=turnout.session_product(day, site.site.index))))
                elif last:
                    turnout.stay_away(visit)
            outcomes[outcome] += 1
            self._truth.note(
                "called",
                id=one.appointment,
                session=one.session,
                person=one.person,
                site=site.site.code,
                outcome=outcome,
            )
        self.told.update(outcomes)
        self.told["called"] += len(calls)
        turnout.follow(day, site.site.index, come)


def _call(one: bundle.Called, *, product: int) -> Call:
    return Call(
        appointment=one.appointment,
        person=one.person,
        session=one.session,
        starts_ms=int(one.starts_at.timestamp() * 1000),
        product=product,
    )


def _hour(at: datetime, day: date) -> str:
    minutes = int((at - instant(day, "00:00")).total_seconds()) // 60
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
