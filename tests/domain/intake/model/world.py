"""Tablets of two sites, a network that loses, repeats and carries, a center that is restored: in any order that is drawn.

A run is a list of steps, drawn one by one from the cards of `DECK`. Each answer is held against `protocol`, the end of a
run against what the tables hold. Whoever stands between tablets and center, and brings later and byte for byte what it
was given, is a carrier here: a site's hub, a sealed file, frames shown from tablet to tablet.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from django.db import transaction

from tests.domain.intake.chair import NOW, arrived, block, dose
from tests.domain.intake.model.center import Center
from tests.domain.intake.model.faults import Broken, Fault, UnsoundError
from tests.domain.intake.model.protocol import FORK, REVOKED, Protocol, Told, id_in
from tests.domain.intake.model.settling import faults, is_plausible
from tests.domain.intake.model.tablets import Tablet
from tiemchung.kernel import wire
from tiemchung_world import mint

Enrolled = tuple[UUID, ec.EllipticCurvePrivateKey, str]
"""A device, its key and its site, enrolled before the first run."""

DECK: Final = {
    "has_its_clock_set": 2,
    "says_that_it_lives": 3,
    "meets_somebody_and_gives_a_dose": 7,
    "gives_a_dose": 6,
    "amends_a_dose_of_its_site": 4,
    "writes_what_is_no_entry": 2,
    "uses_an_id_again": 2,
    "sends": 12,
    "sends_and_the_center_falls": 3,
    "sends_and_the_answer_is_lost": 5,
    "sends_and_the_line_is_cut": 2,
    "sends_and_a_byte_is_altered": 2,
    "gives_a_batch_to_a_carrier": 4,
    "has_its_carrier_arrive": 4,
    "has_an_old_batch_come_once_more": 3,
    "pulls": 4,
    "is_revoked": 1,
    "is_let_in_by_its_lead": 3,
    "is_enrolled_again": 6,
    "is_restored_from_a_backup": 2,
    "sees_the_center_backed_up": 5,
    "sees_the_center_restored": 5,
}
"""What may happen to a tablet, and how many cards say so."""

PERSONS = 4
NAMES = ("Nguyễn Thị Hòa", "Trần Văn Bình", "Lê Thị Cúc", "Phạm Văn Dũng")
NUMBERS = ("079184004410", "079184004411", "079184004412", "079184004410")
"""The last is met with the first one's number, and another name."""
WHO = (0, 0, 0, 1, 2, 3, 3)
"""Whom of the persons: some come again and again."""
DAY, CENTURY = timedelta(days=1), timedelta(days=36_525)
CLOCKS = (timedelta(0), -DAY, DAY, CENTURY, -CENTURY)
SIZES = (1, 2, 3, wire.MAX_ENTRIES)
"""Of a batch, at most."""
MOST_TABLETS = 6
TRIES = 12
"""Batches after which a tablet on a good line has nothing left to send."""


@dataclass(frozen=True)
class Step:
    """One thing that happens to one tablet; `number` picks whatever else there is to pick."""

    what: str
    which: int
    number: int


class World:
    """One run, all of it within one transaction: `live`, then taken back.

    `compares`: whether each answer is held against the table, so that the run ends at the first that is wrong. Without, it
    is judged by what lies in the tables at its end alone.
    """

    def __init__(
        self, enrolled: Sequence[Enrolled], *, center: Callable[[], Center], tablet: type[Tablet], compares: bool
    ) -> None:
        self._mint = mint.Mint("model")
        self._tablet = tablet
        self._compares = compares
        self.center = center()
        self.protocol = Protocol()
        self.tablets: list[Tablet] = []
        for device, key, site in enrolled:
            self._know(device, key, site)
        self.persons = [self._new_id() for _ in range(PERSONS)]
        self.sent: list[bytes] = []
        self.carried: list[bytes] = []
        self.backup: tuple[str, Protocol] | None = None
        self.done: Counter[str] = Counter()

    def live(self, steps: Sequence[Step]) -> Counter[str]:
        """Do these steps, let everything settle, and look; return what happened, or raise UnsoundError."""
        with transaction.atomic():
            try:
                for step in steps:
                    tablet = self.tablets[step.which % len(self.tablets)]
                    self.done[step.what] += getattr(self, step.what)(tablet, step.number)
                self._settle()
                self._tell_clashes()
                if found := faults(self.center, self.protocol, self.tablets, self.persons):
                    raise UnsoundError(found, self.done)
            finally:
                transaction.set_rollback(True)
        return self.done

    def _settle(self) -> None:
        """Give every tablet a good line."""
        for tablet in self.tablets:
            self.says_that_it_lives(tablet)
            for _ in range(TRIES):
                self.sends(tablet)
            if tablet.waits:
                raise UnsoundError([Fault(Broken.STUCK, str(tablet.device))], self.done)
        self.center.fold_again()
        told = [(one.told.get("person"), one.site) for one in self.protocol.kept.values()]
        self.center.judge_again({UUID(person): site for person, site in told if person})
        for tablet in self.tablets:
            while self.pulls(tablet):
                pass

    def _tell_clashes(self) -> None:
        """Count persons who were given two doses by two tablets, and the reasons for which something is set aside."""
        given: dict[str, set[UUID]] = {}
        for one in self.protocol.kept.values():
            if one.told["kind"] == "dose-given" and is_plausible(one.told):
                given.setdefault(one.told["person"], set()).add(one.device)
        self.done["clashes"] += sum(len(devices) > 1 for devices in given.values())
        for book in self.protocol.books.values():
            self.done.update(f"set aside: {reason}" for reason in book.aside.values())

    # What happens at the chair. Each tells whether it happened: a tablet that is stopped writes nothing any more.

    def meets_somebody_and_gives_a_dose(self, tablet: Tablet, number: int) -> bool:
        if tablet.stopped:
            return False
        who = WHO[number % len(WHO)]
        told = block(name=NAMES[who], identifiers=[{"kind": "personal-number", "value": NUMBERS[who]}])
        tablet.write(arrived(tablet, self.persons[who], self._new_id(), block=told, **self._given(tablet)))
        return self.gives_a_dose(tablet, number)

    def gives_a_dose(self, tablet: Tablet, number: int) -> bool:
        if not tablet.stopped:
            tablet.write(dose(tablet, self.persons[WHO[number % len(WHO)]], **self._given(tablet)))
        return not tablet.stopped

    def amends_a_dose_of_its_site(self, tablet: Tablet, number: int) -> bool:
        """Void or correct a dose of any tablet of the site, which may come after this."""
        doses = self._doses_of(tablet.site)
        if tablet.stopped or not doses:
            return False
        told: dict[str, Any] = {"entry": doses[number % len(doses)], "reason": "typed-wrong", **self._given(tablet)}
        if number % 3:
            tablet.write(tablet.line("voided", **told))
        else:
            tablet.write(tablet.line("corrected", values={"arm": "right"}, **told))
        return True

    def writes_what_is_no_entry(self, tablet: Tablet, number: int) -> bool:
        if not tablet.stopped:
            tablet.write(b"garbage %d" % number)
        return not tablet.stopped

    def uses_an_id_again(self, tablet: Tablet, number: int) -> bool:
        """One of its own, or of another tablet."""
        used = [entry for one in self.tablets for entry in map(id_in, one.lines) if entry]
        if tablet.stopped or not used:
            return False
        given = self._given(tablet) | {"id": used[number % len(used)]}
        tablet.write(dose(tablet, self.persons[WHO[number % len(WHO)]], **given))
        return True

    def has_its_clock_set(self, tablet: Tablet, number: int) -> bool:
        tablet.error = CLOCKS[number % len(CLOCKS)]
        tablet.offset_ms = -int(tablet.error.total_seconds()) * 1000 if number % 2 else None
        return True

    # What happens on the way

    def sends(self, tablet: Tablet, number: int = 3) -> bool:
        if not tablet.waits:
            return False
        first, lines, batch = tablet.next_batch(SIZES[number % len(SIZES)])
        tablet.hear(first, lines, self._take(batch))
        return True

    def sends_and_the_center_falls(self, tablet: Tablet, number: int) -> bool:
        """Before anything is committed."""
        return self._in_vain(tablet, number, self.center.lose)

    def sends_and_the_answer_is_lost(self, tablet: Tablet, number: int) -> bool:
        """After the commit."""
        return self._in_vain(tablet, number, self._take)

    def sends_and_the_line_is_cut(self, tablet: Tablet, number: int) -> bool:
        return self._in_vain(tablet, number, lambda batch: self._refused(batch[: -len(batch) // 3], "batch-unreadable"))

    def sends_and_a_byte_is_altered(self, tablet: Tablet, number: int) -> bool:
        return self._in_vain(tablet, number, lambda batch: self._refused(batch[:-2] + b"?\n", "broken-chain"))

    def gives_a_batch_to_a_carrier(self, tablet: Tablet, number: int) -> bool:
        return self._in_vain(tablet, number, self.carried.append)

    def has_its_carrier_arrive(self, tablet: Tablet, number: int) -> bool:
        """With any batch that was given to one; nobody waits for the answer."""
        del tablet
        if self.carried:
            self._take(self.carried.pop(number % len(self.carried)))
            return True
        return False

    def has_an_old_batch_come_once_more(self, tablet: Tablet, number: int) -> bool:
        """Any that ever came, long after others overtook it."""
        del tablet
        if self.sent:
            self._take(self.sent[number % len(self.sent)])
        return bool(self.sent)

    def says_that_it_lives(self, tablet: Tablet, number: int = 0) -> bool:
        """And hears where its chain stands. A device that the center listens to no more says its last entry once more."""
        del number
        book = self.protocol.books[tablet.device]
        if book.listened_to and not tablet.stopped:
            told, due = self.center.stands(tablet.device), self.protocol.stands(tablet.device)
            if self._compares and told != due:
                raise UnsoundError([Fault(Broken.CHAIN, f"{told}, not {due}")], self.done)
            tablet.hear_where(told)
            return True
        if not book.listened_to:
            tablet.stopped = FORK if book.forked else REVOKED
        if tablet.answered:
            tablet.hear_of_the_last(self._take(tablet.last_batch()))
        return tablet.answered > 0

    def pulls(self, tablet: Tablet, number: int = 0) -> bool:
        """Pull one stretch; tell whether there is more."""
        del number
        if not self._listens(tablet):
            return False
        told = self.center.pull(tablet.site, tablet.device, after=tablet.cursor)
        tablet.cursor = told.after
        tablet.pulled.update(one.event.id for one in told.others)
        tablet.own.update(entry for entry, _ in told.own)
        return bool(told.others or told.own)

    # What happens to devices and to the center. What a backup does not know of must not be forgotten with it: an
    # enrollment, a revocation, a release and a fork each make the old ones worthless.

    def is_revoked(self, tablet: Tablet, number: int) -> bool:
        del number
        self.center.revoke(tablet.device)
        self.protocol.books[tablet.device].revoked = True
        self.backup = None
        return True

    def is_let_in_by_its_lead(self, tablet: Tablet, number: int) -> bool:
        """What revoked tablets of its site had sent counts from now on."""
        del number
        self.center.release(tablet.site)
        if let_in := self.protocol.release(tablet.site):
            self.backup = None
        return let_in > 0

    def is_enrolled_again(self, tablet: Tablet, number: int) -> bool:
        """Under a new name. What it still holds goes out under the old one."""
        del number
        if not tablet.stopped or len(self.tablets) == MOST_TABLETS:
            return False
        key = mint.private_key("model", len(self.tablets))
        self._know(self.center.enroll(key, site=tablet.site), key, tablet.site)
        self.backup = None
        return True

    def is_restored_from_a_backup(self, tablet: Tablet, number: int) -> bool:
        length = number % (len(tablet.lines) + 1)
        gone = list(enumerate(tablet.lines, 1))[length:]
        # What the center has lost and the tablet then forgets is nowhere any more: no protocol brings it back.
        if not gone or any(one in tablet.acknowledged and not self.protocol.holds(tablet.device, *one) for one in gone):
            return False
        tablet.restore(length)
        self.backup = None
        return True

    def sees_the_center_backed_up(self, tablet: Tablet, number: int) -> bool:
        """An older backup stays the one that there is: the more is lost with it."""
        del tablet, number
        if self.backup is not None:
            return False
        self.backup = (transaction.savepoint(), self.protocol.copy())
        return True

    def sees_the_center_restored(self, tablet: Tablet, number: int) -> bool:
        """Tell whether anything was lost by it."""
        del tablet, number
        if self.backup is None:
            return False
        point, protocol = self.backup
        transaction.savepoint_rollback(point)
        is_less = protocol != self.protocol
        self.protocol = protocol.copy()
        for tablet in self.tablets:
            # What was pulled and is gone comes again when its tablet sends it again.
            for told in (tablet.pulled, tablet.own):
                for entry in set(told) - protocol.kept.keys():
                    del told[entry]
        return is_less

    # How it is done

    def _know(self, device: UUID, key: ec.EllipticCurvePrivateKey, site: str) -> None:
        self.protocol.enroll(device, site=site)
        self.tablets.append(self._tablet(device, key, site=site))

    def _listens(self, tablet: Tablet) -> bool:
        return self.protocol.books[tablet.device].listened_to

    def _new_id(self) -> UUID:
        return self._mint.uuid(int(NOW.timestamp() * 1000))

    def _given(self, tablet: Tablet) -> dict[str, Any]:
        return {"id": self._new_id(), **tablet.reads()}

    def _doses_of(self, site: str) -> list[str]:
        told = [
            msgspec.json.decode(line) for one in self.tablets if one.site == site for line in one.lines if id_in(line)
        ]
        return [entry["id"] for entry in told if entry["kind"] == "dose-given"]

    def _in_vain(self, tablet: Tablet, number: int, way: Callable[[bytes], object]) -> bool:
        """Have a batch go this way, from which its tablet hears nothing."""
        if not tablet.waits:
            return False
        first, lines, batch = tablet.next_batch(SIZES[number % len(SIZES)])
        way(batch)
        tablet.hear_nothing(first, lines)
        return True

    def _take(self, batch: bytes) -> Told:
        """Hand a batch over, and hold the answer against what PROTOCOL says."""
        header, lines = wire.parse_batch(batch)
        due, told = self.protocol.take(header, lines), self.center.take(batch)
        if self._compares and told != due:
            raise UnsoundError([Fault(Broken.ANSWER, f"{told}, not {due}")], self.done)
        # Of a chain that parted nobody can tell what of it the center has lost: no backup is from before any of it.
        if self.protocol.books[header.device].forked:
            self.backup = None
        self.sent.append(batch)
        return told

    def _refused(self, batch: bytes, code: str) -> None:
        told = self.center.take(batch)
        if self._compares and told.refusal != code:
            raise UnsoundError([Fault(Broken.ANSWER, f"{told}, not {code}")], self.done)
