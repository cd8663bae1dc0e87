"""One site's working day: who stands at which desk and chair, and every entry that the day's visits leave behind.

Entries are written when they happen by the true time, each on the tablet of its desk: a visit begins on one tablet and
gets its dose on another, so that the center hears of a dose before it hears of the arrival as often as after.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tiemchung.kernel import wire
from tiemchung_world.desk import write_down
from tiemchung_world.mint import Mint
from tiemchung_world.phase import Phase, Product, Shares, instant
from tiemchung_world.tablet import clock_text

if TYPE_CHECKING:
    from tiemchung_world.campaign import Campaign, Site
    from tiemchung_world.tablet import Tablet

FORM: Final = "adult_4355"
QUESTIONS: Final = ("Q1", "Q2", "Q3", "Q4a", "Q4b", "Q5", "Q6", "Q7", "Q8", "Q9", "Q10")
ACUTE_ILLNESS: Final = "Q3"
CHRONIC_DISEASE: Final = "Q7"
CAUTION_SHARE: Final = 0.05
"""Share of people screened with a caution; ours."""

_SECOND: Final = 1_000
_MINUTE: Final = 60 * _SECOND
_LAST_CALL: Final = 75 * _MINUTE
"""How long before closing the last person comes: screening, dose and observation must still fit."""
_LEAST_GAP: Final = 10 * _SECOND
"""Between two doses at one chair."""
_SCREENED_WITHIN: Final = 20 * _MINUTE
"""From arrival to the end of the screening, at most."""
_DEFERRED_DAYS: Final = 14
_MILD_SIGNS: Final = ("injection-site-pain", "dizziness", "headache", "nausea", "rash")


@dataclass(kw_only=True, slots=True)
class _Vial:
    """An open vial: doses still in it by the label, and beyond the label."""

    id: str
    lot: str
    left: int
    spare: int


@dataclass(kw_only=True, slots=True)
class _Chair:
    """A tablet at a chair with its vaccinators, the vials that stand open there and the instant it is free again."""

    number: int
    tablet: Tablet
    vaccinator: str
    second: str
    free_ms: int = 0
    vials_opened: int = 0
    open: dict[int, _Vial] = field(default_factory=dict)


@dataclass(kw_only=True, slots=True, frozen=True)
class _Visit:
    """One person's visit: `person` is the record the site knows, `truth` the true person behind it."""

    id: str
    person: str
    truth: str
    arrived_ms: int
    desk: Tablet
    chair: _Chair
    product: int
    number: int


@dataclass(kw_only=True, slots=True, frozen=True)
class _Writing:
    """An entry that is going to be written at its instant, on its tablet, by its writer."""

    true_ms: int
    tablet: Tablet
    entry: dict[str, Any]
    staff: str
    person: str | None
    truth: str | None


class Shift:
    """A day at a site, worked off in steps of the clock."""

    def __init__(self, campaign: Campaign, site: Site, *, day: int, tablets: list[Tablet]) -> None:
        plan = campaign.plan
        self.site = site
        self.day = day
        self._campaign = campaign
        self._rng = random.Random(f"shift/{plan.seed}/{plan.run}/{site.code}/{day}")
        self._mint = Mint("entry", plan.seed, plan.run, site.code, day)
        self._staff = {one.role: one.id for one in site.staff}
        self._desks = [tablet for told, tablet in zip(site.tablets, tablets, strict=True) if not told.at_chair]
        self._chairs = self._take_chairs(tablets)
        self._pending: list[_Writing] = []
        self._rows = plan.at(day, site.index)
        self._arrivals = self._draw_arrivals()
        self._received = 0
        self._campaign_session = self._mint.id(self._opens_ms)
        self._labels_guessed = 0
        self.doses = 0
        if self._rows:
            self._write(
                self._opens_ms,
                self.lead_tablet,
                "lead",
                {"kind": "session-opened", "campaign_session": self._campaign_session, "reason": None},
            )

    @property
    def date(self) -> date:
        """Return the business day."""
        return self._campaign.plan.days[self.day]

    @property
    def lead_tablet(self) -> Tablet:
        """Return the tablet on which the lead closes the day."""
        return self._desks[0]

    @property
    def comers(self) -> int:
        """Return how many people come on this day."""
        return len(self._rows)

    @property
    def _phase(self) -> Phase:
        return self._campaign.plan.phase

    @property
    def _shares(self) -> Shares:
        return self._campaign.plan.phase.shares

    @property
    def _before_phase(self) -> bool:
        return self.day < self._campaign.plan.days_before

    @property
    def _opens_ms(self) -> int:
        return unix_ms(self.date, self._phase.site.opens)

    def work(self, until_ms: int) -> None:
        """Let everything happen that happens before this instant."""
        first = self._received
        while self._received < len(self._arrivals) and self._arrivals[self._received] < until_ms:
            self._received += 1
        if first < self._received:
            self._receive(first, self._received)
        self._settle(until_ms)

    def close(self, at_ms: int) -> None:
        """Throw away what is left in the vials, count the slips, send back what is sealed, end the campaign session."""
        if not self._rows:
            return
        for chair in self._chairs:
            for vial in chair.open.values():
                if vial.left > 0 and self._rng.random() >= self._shares.unwritten_waste:
                    wasted = {"kind": "vial-wasted", "lot": vial.lot, "vial": vial.id, "doses": vial.left}
                    self._write(at_ms, chair.tablet, chair.vaccinator, wasted | {"reason": "end-of-day"})
            chair.open.clear()
        if self._rng.random() < self._shares.returned:
            self._send_back(at_ms)
        slips = {"kind": "counted", "what": "slips", "lot": None, "quantity": self._received}
        self._write(at_ms + _MINUTE, self.lead_tablet, "check-in", slips)
        closed = {"kind": "session-closed", "campaign_session": self._campaign_session, "reason": None, "lines": None}
        self._write(at_ms + 2 * _MINUTE, self.lead_tablet, "lead", closed)
        self._close_at(at_ms)

    def explain(self, unexplained: dict[str, Any], at_ms: int) -> int:
        """Write down what the lead finds out about lines that do not add up; return how many entries that took."""
        for vial in unexplained["vials"]:
            wasted = {"kind": "vial-wasted", "lot": vial["lot"], "vial": vial["vial"], "doses": vial["doses"]}
            self._write(at_ms, self.lead_tablet, "lead", wasted | {"reason": "not-written-down"})
        for draws in unexplained["draws"]:
            self._labels_guessed += 1
            vial_id = f"{self.site.code[3:]}.{self.day:02d}L{self._labels_guessed:03d}"
            opened = {"kind": "vial-opened", "lot": draws["lot"], "vial": vial_id, "doses": draws["doses"]}
            self._write(at_ms, self.lead_tablet, "lead", opened | {"reason": "vial-not-noted"})
        written = len(self._pending)
        self._close_at(at_ms)
        return written

    def attest(self, lines_hash: bytes, at_ms: int, *, origin: str) -> None:
        """Have the lead sign the lines of this day with their own passkey, on a page of this origin."""
        (lead,) = self.site.who("lead")
        if lead.passkey is None:
            raise ValueError(f"{lead.login} has no passkey")
        challenge = wire.day_challenge(site=self.site.code, day=self.date, lines_hash=lines_hash)
        attested = {
            "kind": "attested",
            "day": self.date.isoformat(),
            "lines_hash": lines_hash.hex(),
            "doses": [],
            "proof": lead.passkey.answer(challenge, origin=origin).as_proof(),
        }
        self._write(at_ms, self.lead_tablet, lead.id, attested)
        self._close_at(at_ms)

    def _close_at(self, at_ms: int) -> None:
        """Settle everything still to be written, however long the last chair took."""
        self._settle(max([at_ms, *(writing.true_ms for writing in self._pending)]))

    def _take_chairs(self, tablets: list[Tablet]) -> list[_Chair]:
        at_chairs = [tablet for told, tablet in zip(self.site.tablets, tablets, strict=True) if told.at_chair]
        vaccinators = [one.id for one in self.site.who("vaccinator")]
        return [
            _Chair(number=number, tablet=tablet, vaccinator=vaccinators[number], second=vaccinators[number + 1])
            for number, tablet in enumerate(at_chairs)
        ]

    def _draw_arrivals(self) -> list[int]:
        opens, count = self._opens_ms, len(self._rows)
        span = unix_ms(self.date, self._phase.site.closes) - _LAST_CALL - opens
        return [opens + _MINUTE + int((index + self._rng.random()) / count * span) for index in range(count)]

    def _receive(self, first: int, last: int) -> None:
        plan = self._campaign.plan
        rows = slice(self._rows.start + first, self._rows.start + last)
        records = plan.visits.record[rows]
        products, numbers = plan.visits.product[rows].tolist(), plan.visits.number[rows].tolist()
        blocks = self._blocks(rows)
        for index, record in enumerate(records.tolist()):
            place = first + index
            visit = _Visit(
                id=self._mint.id(self._arrivals[place]),
                person=plan.record_ids[record],
                truth=plan.truth(record),
                arrived_ms=self._arrivals[place],
                desk=self._desks[place % len(self._desks)],
                chair=self._chairs[place % len(self._chairs)],
                product=products[index],
                number=numbers[index],
            )
            self._welcome(visit, block=blocks.get(index), ticket=place + 1)

    def _blocks(self, rows: slice) -> dict[int, dict[str, Any]]:
        """Write down everybody whom the tablet does not know yet."""
        plan = self._campaign.plan
        unmet = np.flatnonzero(~plan.visits.met[rows])
        who = plan.persons[plan.person_of[plan.visits.record[rows][unmet]]]
        blocks = write_down(plan.people, who, slips=self._phase.slips, groups=self._phase.groups, rng=self._rng)
        return dict(zip(unmet.tolist(), blocks, strict=True))

    def _welcome(self, visit: _Visit, *, block: dict[str, Any] | None, ticket: int) -> None:
        rng, shares = self._rng, self._shares
        walk_in = block is not None and rng.random() < shares.walk_in
        if block is not None and walk_in:
            block["target_group"] = None
        arrived = {
            "kind": "arrived",
            "campaign_session": self._campaign_session,
            "appointment": None,
            "ticket": f"{'V' if walk_in else 'A'}{ticket:04d}",
            "block": block,
        }
        at = visit.arrived_ms
        self._note(visit, at, visit.desk, "check-in", arrived)
        if rng.random() < shares.identified:
            how = rng.choices(("card-scanned", "document-seen", "known-to-officer", "told"), (60, 30, 4, 6))[0]
            document = "identity-card" if how in {"card-scanned", "document-seen"} else None
            self._note(
                visit,
                at + rng.randrange(20, 90) * _SECOND,
                visit.desk,
                "check-in",
                {"kind": "identified", "how": how, "document": document},
            )
        # No form of the months before the phase is known to us, so nothing is screened on it.
        at = self._screen(visit, at) if not self._before_phase else at + rng.randrange(2, 8) * _MINUTE
        if visit.number > 0:
            self._dose(visit, at)

    def _screen(self, visit: _Visit, at: int) -> int:
        """Write down consent and screening and, for whom it ends so, the deferral; return when it is over."""
        rng = self._rng
        if rng.random() < self._shares.consented:
            consent = {"form": FORM, "agreed": True, "guardian_name": None, "guardian_phone": None}
            self._note(visit, at + 2 * _MINUTE, visit.desk, "check-in", {"kind": "consented"} | consent)
        at += rng.randrange(4 * 60, 11 * 60) * _SECOND
        deferred, caution = visit.number == 0, rng.random() < CAUTION_SHARE
        yes = {ACUTE_ILLNESS} if deferred else {CHRONIC_DISEASE} if caution else set()
        screened = {
            "kind": "screened",
            "form": FORM,
            "answers": {question: question in yes for question in QUESTIONS},
            "vitals": self._vitals(),
            "conclusion": "defer" if deferred else "caution" if caution else "eligible_now",
            "reasons": sorted(yes),
        }
        self._note(visit, at, visit.desk, "screener", screened)
        if deferred:
            until = self.date + timedelta(days=_DEFERRED_DAYS)
            deferral = {"kind": "deferred", "until": until.isoformat(), "reason": "acute-illness"}
            self._note(visit, at + 30 * _SECOND, visit.desk, "screener", deferral)
        return at + rng.randrange(60, 300) * _SECOND

    def _vitals(self) -> dict[str, float | int]:
        rng = self._rng
        return {
            "temp_c": round(rng.uniform(36.1, 37.3), 1),
            "pulse_bpm": rng.randrange(62, 98),
            "systolic_mmhg": rng.randrange(98, 138),
            "diastolic_mmhg": rng.randrange(62, 88),
        }

    def _dose(self, visit: _Visit, ready_ms: int) -> None:
        rng, shares, chair = self._rng, self._shares, visit.chair
        at = chair.free_ms = max(ready_ms, chair.free_ms + _LEAST_GAP)
        product = self._phase.products[visit.product]
        vial = self._draw(chair, visit.product, at)
        typed = rng.random() < shares.by_recorder
        recorder = self._staff["recorder"]
        entry = {
            "kind": "dose-given",
            "product": product.code,
            "lot": mistyped(vial.lot) if rng.random() < shares.unknown_lot else vial.lot,
            "vial": None if rng.random() < shares.no_vial else vial.id,
            "volume_ml": product.dose_ml,
            "arm": "left" if rng.random() < 0.9 else "right",  # noqa: PLR2004 - most offer the left arm; ours
            "dose_number_told": self._number_told(visit.number),
            "vaccinator": chair.vaccinator,
            "recorder": recorder if typed else None,
        }
        writer = recorder if typed else chair.vaccinator
        dose = self._note(visit, at, chair.tablet, writer, entry)
        self.doses += 1
        if typed and rng.random() < shares.confirmed:
            confirmed = {"kind": "confirmed", "entry": dose}
            self._write(at + 3 * _MINUTE, chair.tablet, chair.vaccinator, confirmed, about=visit)
        if rng.random() < shares.voided:
            twice = self._note(visit, at + 40 * _SECOND, chair.tablet, writer, dict(entry))
            void = {"kind": "voided", "entry": twice, "reason": "entered-twice", "evidence": None}
            self._write(at + 5 * _MINUTE, chair.tablet, writer, void, about=visit)
        if rng.random() < shares.corrected:
            values = {"arm": "right" if entry["arm"] == "left" else "left"}
            correction = {"kind": "corrected", "entry": dose, "values": values, "reason": "typing-error"}
            self._write(at + 6 * _MINUTE, chair.tablet, writer, correction | {"evidence": None}, about=visit)
        self._watch(visit, at)

    def _number_told(self, number: int) -> int | None:
        if number > 1 and self._rng.random() < self._shares.wrong_number:
            return 1
        return number

    def _watch(self, visit: _Visit, dosed_ms: int) -> None:
        """Observe until release, with what goes wrong meanwhile."""
        rng, shares, minutes = self._rng, self._shares, self._phase.site.minutes_observed
        tablet = visit.chair.tablet
        if rng.random() < shares.observed:
            half = minutes // 2
            observed = {"kind": "observed", "minutes": half, "state": "well"}
            self._note(visit, dosed_ms + half * _MINUTE, tablet, "observer", observed)
        if rng.random() < shares.aefi:
            self._note(visit, dosed_ms + 12 * _MINUTE, tablet, "observer", self._aefi(dosed_ms))
        if rng.random() < shares.left_early:
            left = {"kind": "left", "minutes": 10, "reason": "did-not-wait"}
            self._note(visit, dosed_ms + 10 * _MINUTE, tablet, "observer", left)
            return
        released = {"kind": "released", "minutes": minutes, "state": "well"}
        self._note(visit, dosed_ms + minutes * _MINUTE, tablet, "observer", released)

    def _aefi(self, dosed_ms: int) -> dict[str, Any]:
        rng = self._rng
        severity = rng.choices(("mild", "moderate", "severe", "anaphylaxis"), (80, 15, 4, 1))[0]
        return {
            "kind": "aefi",
            "onset": clock_text(dosed_ms + 8 * _MINUTE),
            "signs": rng.sample(_MILD_SIGNS, k=rng.randrange(1, 3)),
            "severity": severity,
            "actions": [{"at": clock_text(dosed_ms + 9 * _MINUTE), "what": "laid-down-and-watched"}],
        }

    def _draw(self, chair: _Chair, product: int, at: int) -> _Vial:
        """Take one dose from the vial that stands open at a chair, or from a new one."""
        vial = chair.open.get(product)
        if vial is None or vial.left + vial.spare == 0:
            vial = chair.open[product] = self._open(chair, product, at)
        if vial.left > 0:
            vial.left -= 1
        else:
            vial.spare -= 1
        return vial

    def _open(self, chair: _Chair, product: int, at: int) -> _Vial:
        chair.vials_opened += 1
        used: Product = self._phase.products[product]
        overfilled = used.doses_per_vial > 1 and self._rng.random() < self._shares.overfill
        vial = _Vial(
            id=f"{self.site.code[3:]}.{self.day:02d}{chair.number:02d}{chair.vials_opened:04d}",
            lot=self._campaign.lot(product=product, site=self.site.index, day=self.day).number,
            left=used.doses_per_vial,
            spare=int(overfilled),
        )
        opened = {"kind": "vial-opened", "lot": vial.lot, "vial": vial.id, "doses": vial.left, "reason": None}
        self._write(at - 5 * _SECOND, chair.tablet, chair.vaccinator, opened)
        return vial

    def _send_back(self, at: int) -> None:
        product = self._rng.randrange(len(self._phase.products))
        lot = self._campaign.lot(product=product, site=self.site.index, day=self.day)
        returned = {"kind": "vial-returned", "lot": lot.number, "vial": None, "doses": lot.product.doses_per_vial}
        self._write(at, self.lead_tablet, "lead", returned | {"reason": "not-needed"})

    def _note(self, visit: _Visit, true_ms: int, tablet: Tablet, writer: str, entry: dict[str, Any]) -> str:
        """Write an entry of a visit: its visit and person are added."""
        whole = entry | {"visit": visit.id, "person": visit.person}
        return self._write(true_ms, tablet, writer, whole, about=visit)

    def _write(
        self, true_ms: int, tablet: Tablet, writer: str, entry: dict[str, Any], *, about: _Visit | None = None
    ) -> str:
        """Have an entry written at its instant by somebody, told by role or id; return the entry's id."""
        entry["id"] = self._mint.id(true_ms)
        self._pending.append(
            _Writing(
                true_ms=true_ms,
                tablet=tablet,
                entry=entry,
                staff=self._staff.get(writer, writer),
                person=None if about is None else about.person,
                truth=None if about is None else about.truth,
            )
        )
        identifier: str = entry["id"]
        return identifier

    def _settle(self, until_ms: int) -> None:
        """Put onto the tablets' chains, in the order of the true time, what has happened by now."""
        self._pending.sort(key=lambda writing: writing.true_ms)
        happened = sum(writing.true_ms <= until_ms for writing in self._pending)
        for writing in self._pending[:happened]:
            writing.tablet.write(
                writing.entry,
                true_ms=writing.true_ms,
                staff=writing.staff,
                person=writing.person,
                truth=writing.truth,
            )
        del self._pending[:happened]


class WaitingRoom(Shift):
    """A site whose chairs are left to somebody else: people are received and screened, and wait for their dose."""

    def __init__(self, campaign: Campaign, site: Site, *, day: int, tablets: list[Tablet]) -> None:
        super().__init__(campaign, site, day=day, tablets=tablets)
        self._waiting: list[_Visit] = []
        self._comers = len(self._arrivals)
        self._arrivals = []

    @property
    def brought(self) -> int:
        """Return how many people were received so far who are due a dose."""
        return len(self._waiting)

    @property
    def deferred(self) -> int:
        """Return how many people were received and sent home by the screening."""
        return self._received - self.brought

    def bring(self, people: int, at_ms: int) -> None:
        """Receive and screen so many more people now, as long as anybody is left who was called for this day."""
        wanted = self.brought + people
        while self.brought < wanted and self._received < self._comers:
            self._arrivals.append(at_ms - _SCREENED_WITHIN)
            self._receive(self._received, self._received + 1)
            self._received += 1
        self._settle(at_ms)

    def work(self, until_ms: int) -> None:
        """Write what is due; nobody comes by themselves."""
        self._settle(until_ms)

    def _dose(self, visit: _Visit, ready_ms: int) -> None:
        del ready_ms
        self._waiting.append(visit)


def unix_ms(day: date, hour: str) -> int:
    """Return an hour of a day in Viet Nam in milliseconds since 1970."""
    return int(instant(day, hour).timestamp() * 1000)


def mistyped(lot: str) -> str:
    """Return a lot number as hurried fingers type it: no lot of the campaign ends in X."""
    return f"{lot[:-1]}X"
