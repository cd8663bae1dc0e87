"""Citizens with a phone: they sign in by the code of a message, register themselves, and later look into their book.

Each walks the pages as a browser does: phone, code, who they are, the wish to be called; after their dose the slip that
the site hands them, whose code opens the book, and in it the certificate.
"""

from __future__ import annotations

import http.client
import random
import re
import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tiemchung_world.browser import Browser, PageRefusedError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tiemchung_world.calling import Calling
    from tiemchung_world.center import Center
    from tiemchung_world.field import Field
    from tiemchung_world.truth import TruthFile

BOOK: Final = "/so-suc-khoe"
_CODE: Final = re.compile(r"\b(\d{6})\b")
_SLIP_CODE: Final = re.compile(r'<p class="tc-lead__code">([^<]+)</p>')
_PAPER: Final = re.compile(r"/chung-nhan/([0-9a-f-]{36})/")
_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
TRIES: Final = 240
"""How often somebody looks whether the message has come, and how often they type what it says."""
_LOOKS_EVERY_S: Final = 0.25


class JourneyError(Exception):
    """A citizen does not get on, though they did everything right."""


class Citizen:
    """One citizen's browser, signed in to their own book."""

    def __init__(self, center: Center, phone: str) -> None:
        self.browser = Browser(center)
        self._phone = phone
        self._typed: set[str] = set()
        """Messages whose code has opened the book before: they open it no more, and each try counts."""
        self._awaits_code = False
        self.link = ""

    def ask_code(self) -> bool:
        """Have a code sent to the phone; tell whether the platform takes this number for one that is in use."""
        self.browser.get(f"{BOOK}/vao/")
        return self._accepted(f"{BOOK}/vao/", {"phone": self._phone})

    def sign_in(self) -> None:
        """Type the code of the newest message, as soon as one has come that is right."""
        for _ in range(TRIES):
            told = self._newest_code()
            if told is not None and self._accepted(f"{BOOK}/vao/ma/", {"code": told[1]}):
                self._typed.add(told[0])
                return
            time.sleep(_LOOKS_EVERY_S)
        raise JourneyError("no code came, or none was right")

    def _newest_code(self) -> tuple[str, str] | None:
        """Return the newest message that holds a code not yet typed, and the code."""
        for text in self.browser.messages(self._phone):
            if text not in self._typed and (match := _CODE.search(text)):
                return text, match[1]
        return None

    def _accepted(self, path: str, fields: dict[str, str]) -> bool:
        """Send a form; tell whether it was taken, or came back with something to mend."""
        try:
            self.browser.send(path, fields)
        except PageRefusedError as refused:
            if refused.status != http.client.UNPROCESSABLE_ENTITY:
                raise
            return False
        return True

    def add_self(self, told: dict[str, Any]) -> None:
        """Put oneself into the book, one question a page."""
        year, month, day = told["born"].split("-")
        self.browser.send(f"{BOOK}/them/", {})
        answers: tuple[tuple[str, dict[str, str]], ...] = (
            ("quan-he", {"relation": "self"}),
            ("ten", {"name": told["name"]}),
            ("ngay-sinh", {"day": day, "month": month, "year": year}),
            ("gioi-tinh", {"sex": told["sex"]}),
            ("giay-to", {"kind": "personal-number", "number": told["number"]}),
            ("noi-o", {"level": "commune", "unit": told["commune"]}),
        )
        for step, fields in answers:
            self.browser.send(f"{BOOK}/them/{step}/", fields)
        self.link = _id_of(self.browser.send(f"{BOOK}/them/xem-lai/", {}).location, "/nguoi/")

    def register(self, *, group: str) -> str:
        """Register for the campaign; return the registration."""
        page = f"{BOOK}/nguoi/{self.link}/dang-ky/"
        self.browser.get(page, moved=True)
        for step, fields in (("nhom", {"group": group}), ("diem", {"site": ""}), ("gio", {"times": "morning"})):
            self.browser.send(f"{page}{step}/", fields)
        return _id_of(self.browser.send(f"{page}xem-lai/", {}).location, "/xong/")

    def come_back(self) -> None:
        """Look at the book again; whoever was away for so long that their session has ended has a code sent for `open_book`."""
        self._awaits_code = self.browser.get(f"{BOOK}/", moved=True).location.startswith(f"{BOOK}/vao/")
        if self._awaits_code and not self.ask_code():
            raise JourneyError("a number that was taken before is not taken again")

    def open_book(self, code: str, *, year: str) -> list[str]:
        """Open the book by the code of the slip, look at it and at its certificates; return these."""
        if self._awaits_code:
            self.sign_in()
            self._awaits_code = False
        told = {"code": code, "year": year, "relation": "self", "claimed": self.link}
        led_to = self.browser.send(f"{BOOK}/mo/", told).location
        self.link = _id_of(led_to, "/nguoi/")
        book = self.browser.get(f"{BOOK}/nguoi/{self.link}/").body.decode()
        papers = list(dict.fromkeys(_PAPER.findall(book)))
        for paper in papers:
            self.browser.get(f"{BOOK}/nguoi/{self.link}/chung-nhan/{paper}/")
        return papers


def _id_of(address: str, after: str) -> str:
    found = _UUID.search(address, address.find(after)) if after in address else None
    if found is None:
        raise JourneyError(f"led to {address!r}")
    return found[0]


def slip_code(browser: Browser, visit: str) -> str | None:
    """Have the slip of a visit printed with its code, as somebody of the site; None where nobody saw a document."""
    try:
        page = browser.send(f"/station/visits/{visit}/slip/", {}).body.decode()
    except PageRefusedError as refused:
        if refused.status != http.client.NOT_FOUND:
            raise
        return None
    found = _SLIP_CODE.search(page)
    return found[1] if found else None


@dataclass(kw_only=True)
class _Walker:
    person: int
    citizen: Citizen
    registration: str = ""


class Citizens:
    """Everybody of a phase who registers alone: as many as have a phone that no other of them has."""

    def __init__(self, field: Field, calling: Calling, truth: TruthFile) -> None:
        self._field = field
        self._calling = calling
        self._truth = truth
        self._walkers: list[_Walker] = []
        self.told: Counter[str] = Counter()

    def register(self) -> None:
        """Let them all sign in and register, on the day before the phase, before the wards bring their lists."""
        plan = self._field.plan
        self._calling.stand_before_phase()
        who = self._with_own_phone()
        phones = plan.people.phone[plan.persons[who]].tolist()
        center = self._field.link.center
        self._walkers = [
            _Walker(person=person, citizen=Citizen(center, f"0{phone}"))
            for person, phone in zip(who.tolist(), phones, strict=True)
        ]
        # All ask, then all type: a message needs a moment to come.
        for first in range(0, len(self._walkers), _AT_ONCE):
            part = self._walkers[first : first + _AT_ONCE]
            asked = self._field.together(lambda one: one.citizen.ask_code(), part)
            self._field.together(self._register, [one for one, taken in zip(part, asked, strict=True) if taken])
            self.told["number not taken"] += asked.count(False)
        self.told["of persons"] = len(plan.persons)
        self.told["requests"] = sum(one.citizen.browser.requests for one in self._walkers)

    def _with_own_phone(self) -> NDArray[np.int64]:
        plan, who = self._field.plan, self._calling.registers_alone
        _, first = np.unique(plan.people.phone[plan.persons[who]], return_index=True)
        return who[np.sort(first)]

    def _register(self, walker: _Walker) -> None:
        plan = self._field.plan
        index = int(plan.persons[walker.person])
        rng = random.Random(f"citizen/{plan.seed}/{plan.wave}/{walker.person}")
        groups = plan.phase.groups
        told = {
            "name": plan.people.names(np.array([index]))[0],
            "born": str(plan.people.born[index]),
            "sex": "female" if plan.people.female[index] else "male",
            "number": f"{int(plan.people.personal_number[index]):012d}",
            "commune": plan.people.communes[int(plan.people.commune[index])].code,
        }
        walker.citizen.sign_in()
        walker.citizen.add_self(told)
        walker.registration = walker.citizen.register(group=rng.choices(list(groups), list(groups.values()))[0])
        self._calling.wait_alone(walker.person, number=told["number"], commune=told["commune"])
        self._truth.note("registered", id=walker.registration, ward=told["commune"])
        self.told["registered"] += 1

    def open_books(self) -> None:
        """After the phase, let those who got a dose open their book by the slip, and look at their certificates."""
        by_site: dict[str, list[tuple[_Walker, str]]] = {}
        for walker in self._walkers:
            seen = self._calling.seen(walker.person)
            if seen is not None:
                by_site.setdefault(seen.site, []).append((walker, seen.visit))
        desks = [
            (site, there[first : first + AT_ONE_DESK])
            for site, there in by_site.items()
            for first in range(0, len(there), AT_ONE_DESK)
        ]
        # As on the way in, those who need a code ask for it before anybody waits for one.
        for first in range(0, len(desks), _DESKS_AT_ONCE):
            part = desks[first : first + _DESKS_AT_ONCE]
            self._field.together(Citizen.come_back, [one.citizen for _, there in part for one, _ in there])
            self._field.together(self._open_at_site, part)
        self.told["requests"] = sum(one.citizen.browser.requests for one in self._walkers)

    def _open_at_site(self, at_site: tuple[str, list[tuple[_Walker, str]]]) -> None:
        site, walkers = at_site
        desk = Browser(self._field.link.center)
        desk.sign_in_staff(f"vaccinator1.{site}")
        for walker, visit in walkers:
            code = slip_code(desk, visit)
            if code is None:
                self.told["no slip with a code"] += 1
                continue
            year = str(self._field.plan.people.born[self._field.plan.persons[walker.person]])[:4]
            papers = walker.citizen.open_book(code, year=year)
            self.told["books opened"] += 1
            self.told["certificates seen"] += len(papers)
            for paper in papers:
                self._truth.note("certificate", id=paper)


AT_ONE_DESK: Final = 50
"""How many slips one desk prints in a row: a hall has more desks, and nobody waits for its last one alone."""
_DESKS_AT_ONCE: Final = 16
"""At how many desks slips are printed at once: twice the threads, and their citizens' codes do not run out meanwhile."""
_AT_ONCE: Final = 200
"""How many citizens are on their way at once: fewer than would let a code run out meanwhile."""
