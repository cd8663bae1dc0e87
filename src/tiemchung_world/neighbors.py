"""People of a live campaign who come to no chair: some register on their phone each morning, some report what is wrong."""

from __future__ import annotations

import random
import re
import secrets
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tiemchung_world.browser import Browser, PageRefusedError
from tiemchung_world.center import NoAnswerError
from tiemchung_world.citizens import Citizen, JourneyError
from tiemchung_world.desk import write_down
from tiemchung_world.mint import Mint
from tiemchung_world.office import LISTS, SESSIONS, list_file
from tiemchung_world.shift import unix_ms

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from tiemchung_world.campaign import Site
    from tiemchung_world.center import Center
    from tiemchung_world.field import Field

REPORTS: Final = "/phan-anh/"
INCIDENTS: Final = "/center/su-co/"
TROUBLE: Final = "Hàng chờ tràn ra lòng đường, hai người ngất vì nắng"
REGISTER_A_DAY: Final = 4
CALLED_A_DAY: Final = 8
CALLED_FROM: Final = "08:00"
CALLED_UNTIL: Final = "11:00"
"""When the demo's site expects those whom its ward calls, one each quarter of an hour."""
_FORM_ID: Final = re.compile(r'name="id" value="([^"]+)"')
_INCIDENT_ID: Final = re.compile(r'name="incident" value="([^"]+)"')
STORIES: Final = (
    ("missing-dose", True, "Tôi tiêm mũi 1 hôm thứ Bảy, có giấy hẹn, mà sổ chưa thấy mũi nào."),
    ("not-me", True, "Sổ của mẹ tôi ghi một mũi tiêm buổi sáng, hôm đó bà ở nhà cả ngày."),
    ("wrong-id-number", False, "Số căn cước của tôi bị ghi sai hai chữ số cuối."),
)
"""What people report in a morning: the kind, whether they know at which site it was, and their words."""


def report_errors(center: Center, *, site: str) -> list[str]:
    """Report on the portal what is wrong, and return the numbers that were given for it."""
    numbers = []
    for kind, at_site, story in STORIES:
        browser = Browser(center)
        page = browser.get(f"{REPORTS}?site={site}" if at_site else REPORTS).body.decode()
        form = _FORM_ID.search(page)
        if form is None:
            raise JourneyError("the form to report an error has no id")
        told = {"id": form[1], "kind": kind, "story": story, "site": site if at_site else "", "phone": "0912000111"}
        receipt = browser.send(REPORTS, told).body.decode()
        found = re.search(r"<strong>(\w{5}-\w{5})</strong>", receipt)
        if found is None:
            raise JourneyError("a report got no number")
        numbers.append(found[1])
    return numbers


def open_incident(center: Center, *, site: str) -> bool:
    """Let the demo's duty officer open an incident that somebody saw; False while an earlier one still waits."""
    browser = Browser(center)
    browser.sign_in_staff("demo-officer")
    page = browser.get(INCIDENTS).body.decode()
    form = _INCIDENT_ID.search(page)
    if form is None:
        raise JourneyError("the form of an incident has no id")
    if TROUBLE in page:
        return False
    browser.send(f"{INCIDENTS}mo/", {"incident": form[1], "subject": TROUBLE, "site": site, "weight": "stop"})
    return True


def call_people(
    center: Center, blocks: Sequence[dict[str, Any]], *, site: str, ward: str, day: date, product: str
) -> None:
    """Let the demo's ward officer list these people and call them to the site today, so that its reception expects them."""
    browser = Browser(center)
    browser.sign_in_staff("demo-ward")
    stamps = Mint("called", secrets.token_hex(8))
    at = unix_ms(day, CALLED_FROM)
    brought, session = stamps.id(at), stamps.id(at)
    told = {"id": brought, "phuong": ward}
    browser.send_file(LISTS, told, name="to-dan-pho-1.csv", content=list_file(blocks))
    browser.send(f"{LISTS}{brought}/luu/", {})
    planned = {"id": session, "diem": site, "ngay": day.isoformat(), "vac-xin": product, "cho": "1"}
    browser.send(SESSIONS, {**planned, "tu": CALLED_FROM, "den": CALLED_UNTIL})
    for deed in ("xep", "moi"):
        browser.send(f"{SESSIONS}{session}/viec/", {"viec": deed, "phuong": ward})


def spend_morning(field: Field, *, day: int, site: Site, say: Callable[[str], None]) -> None:
    """Let a few people register by phone, some report errors, and the ward call some to the site.

    One who does not get on is told of, and no more.
    """
    center, plan = field.link.center, field.plan
    try:
        report_errors(center, site=site.code)
        open_incident(center, site=site.code)
        rng = random.Random(secrets.randbits(64))
        neighbors = np.array(rng.sample(range(len(plan.people.born)), k=min(CALLED_A_DAY, len(plan.people.born))))
        call_people(
            center,
            write_down(plan.people, neighbors, slips=plan.phase.slips, groups=plan.phase.groups, rng=rng),
            site=site.code,
            ward=site.commune.code,
            day=plan.days[day],
            product=plan.phase.products[0].code,
        )
        for told in _somebody(field):
            citizen = Citizen(center, f"0{told['phone']}")
            if citizen.ask_code():
                citizen.sign_in()
                citizen.add_self(told)
                citizen.register(group=told["group"])
    except (PageRefusedError, JourneyError, NoAnswerError) as fault:
        say(f"Somebody did not get on: {fault}")


def _somebody(field: Field) -> list[dict[str, Any]]:
    """Draw some people of the campaign, other ones each time."""
    plan, rng = field.plan, random.Random(secrets.randbits(64))
    groups = plan.phase.groups
    people = []
    for row in rng.sample(range(len(plan.persons)), k=min(REGISTER_A_DAY, len(plan.persons))):
        index = int(plan.persons[row])
        people.append(
            {
                "name": plan.people.names(np.array([index]))[0],
                "born": str(plan.people.born[index]),
                "sex": "female" if plan.people.female[index] else "male",
                "number": f"{int(plan.people.personal_number[index]):012d}",
                "commune": plan.people.communes[int(plan.people.commune[index])].code,
                "phone": int(plan.people.phone[index]),
                "group": rng.choices(list(groups), list(groups.values()))[0],
            }
        )
    return people
