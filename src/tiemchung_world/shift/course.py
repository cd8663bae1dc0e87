"""One person's way through a site: received, screened, dosed from some vial, watched, released."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from tiemchung_world.phase import Product
from tiemchung_world.shift.writing import MINUTE, SECOND, Chair, Pages, Vial, Visit
from tiemchung_world.tablet import clock_text

if TYPE_CHECKING:
    from tiemchung_world.campaign import Campaign, Site
    from tiemchung_world.tablet import Tablet

FORM: Final = "adult_4355"
QUESTIONS: Final = ("Q1", "Q2", "Q3", "Q4a", "Q4b", "Q5", "Q6", "Q7", "Q8", "Q9", "Q10")
_ANSWERED: Final = {"defer": "Q3", "caution": "Q7", "refer_hospital": "Q4a", "contraindicated": "Q1"}
"""Which question of the form is answered with yes where it ends so."""
_TURNED_AWAY: Final[dict[str, tuple[str, int | None]]] = {
    "defer": ("acute-illness", 14),
    "refer_hospital": ("refer-hospital", None),
    "contraindicated": ("contraindicated", None),
}
"""Reason of the deferral and its days, by what the screening came to."""
CAUTION_SHARE: Final = 0.05
"""Share of people screened with a caution; ours."""

_LEAST_GAP: Final = 10 * SECOND
"""Between two doses at one chair."""
_MILD_SIGNS: Final = ("injection-site-pain", "dizziness", "headache", "nausea", "rash")


class Course(Pages):
    """The desks and chairs of a site on one day, and what happens there to one person after the other."""

    def __init__(
        self, campaign: Campaign, site: Site, *, day: int, tablets: list[Tablet], session: str | None = None
    ) -> None:
        super().__init__(campaign, site, day=day)
        self._desks = [tablet for told, tablet in zip(site.tablets, tablets, strict=True) if not told.at_chair]
        self._chairs = self._take_chairs(tablets)
        own = self._mint.id(self._opens_ms)
        self._campaign_session = session or own
        self.doses = 0
        self.outcomes: Counter[str] = Counter()
        """How screenings ended so far."""

    def _take_chairs(self, tablets: list[Tablet]) -> list[Chair]:
        at_chairs = [tablet for told, tablet in zip(self.site.tablets, tablets, strict=True) if told.at_chair]
        vaccinators = [one.id for one in self.site.who("vaccinator")]
        return [
            Chair(number=number, tablet=tablet, vaccinator=vaccinators[number], second=vaccinators[number + 1])
            for number, tablet in enumerate(at_chairs)
        ]

    def _welcome(self, visit: Visit, *, block: dict[str, Any] | None, ticket: int) -> None:
        rng, shares = self._rng, self._shares
        walk_in = block is not None and rng.random() < shares.walk_in
        if block is not None and walk_in:
            block["target_group"] = None
        arrived = {
            "kind": "arrived",
            "campaign_session": self._campaign_session,
            "appointment": None if visit.call is None else visit.call.appointment,
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
                at + rng.randrange(20, 90) * SECOND,
                visit.desk,
                "check-in",
                {"kind": "identified", "how": how, "document": document},
            )
        # No form of the months before the phase is known to us, so nothing is screened on it.
        at = self._screen(visit, at) if not self._before_phase else at + rng.randrange(2, 8) * MINUTE
        if visit.number > 0:
            self._dose(visit, at)

    def _screen(self, visit: Visit, at: int) -> int:
        """Write down consent and screening and, for whom it ends so, the deferral; return when it is over."""
        rng = self._rng
        if rng.random() < self._shares.consented:
            consent = {"form": FORM, "agreed": True, "guardian_name": None, "guardian_phone": None}
            self._note(visit, at + 2 * MINUTE, visit.desk, "check-in", {"kind": "consented"} | consent)
        at += rng.randrange(4 * 60, 11 * 60) * SECOND
        outcome = "caution" if rng.random() < CAUTION_SHARE else "eligible_now"
        if visit.number == 0:
            outcomes, shares = zip(*self._shares.turned_away, strict=True)
            outcome = rng.choices(outcomes, shares)[0]
        self.outcomes[outcome] += 1
        yes = {_ANSWERED[outcome]} if outcome in _ANSWERED else set()
        screened = {
            "kind": "screened",
            "form": FORM,
            "answers": {question: question in yes for question in QUESTIONS},
            "vitals": self._vitals(),
            "conclusion": outcome,
            "reasons": sorted(yes),
        }
        self._note(visit, at, visit.desk, "screener", screened)
        if outcome in _TURNED_AWAY:
            reason, days = _TURNED_AWAY[outcome]
            until = None if days is None else (self.date + timedelta(days=days)).isoformat()
            deferral = {"kind": "deferred", "until": until, "reason": reason}
            self._note(visit, at + 30 * SECOND, visit.desk, "screener", deferral)
        return at + rng.randrange(60, 300) * SECOND

    def _vitals(self) -> dict[str, float | int]:
        rng = self._rng
        return {
            "temp_c": round(rng.uniform(36.1, 37.3), 1),
            "pulse_bpm": rng.randrange(62, 98),
            "systolic_mmhg": rng.randrange(98, 138),
            "diastolic_mmhg": rng.randrange(62, 88),
        }

    def _dose(self, visit: Visit, ready_ms: int) -> None:
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
            self._write(at + 3 * MINUTE, chair.tablet, chair.vaccinator, confirmed, about=visit)
        if rng.random() < shares.voided:
            twice = self._note(visit, at + 40 * SECOND, chair.tablet, writer, dict(entry))
            void = {"kind": "voided", "entry": twice, "reason": "entered-twice", "evidence": None}
            self._write(at + 5 * MINUTE, chair.tablet, writer, void, about=visit)
        if rng.random() < shares.corrected:
            values = {"arm": "right" if entry["arm"] == "left" else "left"}
            correction = {"kind": "corrected", "entry": dose, "values": values, "reason": "typing-error"}
            self._write(at + 6 * MINUTE, chair.tablet, writer, correction | {"evidence": None}, about=visit)
        self._watch(visit, at)

    def _number_told(self, number: int) -> int | None:
        if number > 1 and self._rng.random() < self._shares.wrong_number:
            return 1
        return number

    def _watch(self, visit: Visit, dosed_ms: int) -> None:
        """Observe until release, with what goes wrong meanwhile."""
        rng, shares, minutes = self._rng, self._shares, self._phase.site.minutes_observed
        tablet = visit.chair.tablet
        if rng.random() < shares.observed:
            half = minutes // 2
            observed = {"kind": "observed", "minutes": half, "state": "well"}
            self._note(visit, dosed_ms + half * MINUTE, tablet, "observer", observed)
        if rng.random() < shares.aefi:
            self._note(visit, dosed_ms + 12 * MINUTE, tablet, "observer", self._aefi(dosed_ms))
        if rng.random() < shares.left_early:
            left = {"kind": "left", "minutes": 10, "reason": "did-not-wait"}
            self._note(visit, dosed_ms + 10 * MINUTE, tablet, "observer", left)
            return
        released = {"kind": "released", "minutes": minutes, "state": "well"}
        self._note(visit, dosed_ms + minutes * MINUTE, tablet, "observer", released)

    def _aefi(self, dosed_ms: int) -> dict[str, Any]:
        rng = self._rng
        severity = rng.choices(("mild", "moderate", "severe", "anaphylaxis"), (80, 15, 4, 1))[0]
        return {
            "kind": "aefi",
            "onset": clock_text(dosed_ms + 8 * MINUTE),
            "signs": rng.sample(_MILD_SIGNS, k=rng.randrange(1, 3)),
            "severity": severity,
            "actions": [{"at": clock_text(dosed_ms + 9 * MINUTE), "what": "laid-down-and-watched"}],
        }

    def _draw(self, chair: Chair, product: int, at: int) -> Vial:
        """Take one dose from the vial that stands open at a chair, or from a new one."""
        vial = chair.open.get(product)
        if vial is None or vial.left + vial.spare == 0:
            vial = chair.open[product] = self._open(chair, product, at)
        if vial.left > 0:
            vial.left -= 1
        else:
            vial.spare -= 1
        return vial

    def _open(self, chair: Chair, product: int, at: int) -> Vial:
        chair.vials_opened += 1
        used: Product = self._phase.products[product]
        overfilled = used.doses_per_vial > 1 and self._rng.random() < self._shares.overfill
        vial = Vial(
            id=f"{self.site.code[3:]}.{self.day:02d}{chair.number:02d}{chair.vials_opened:04d}",
            lot=self._campaign.lot(product=product, site=self.site.index, day=self.day).number,
            left=used.doses_per_vial,
            spare=int(overfilled),
        )
        opened = {"kind": "vial-opened", "lot": vial.lot, "vial": vial.id, "doses": vial.left, "reason": None}
        self._write(at - 5 * SECOND, chair.tablet, chair.vaccinator, opened)
        return vial


def mistyped(lot: str) -> str:
    """Return a lot number as hurried fingers type it: no lot of the campaign ends in X."""
    return f"{lot[:-1]}X"
