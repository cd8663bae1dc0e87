"""Citizens at their phones, in their own words: who asks for a code, opens a book, adds somebody, proves who they are."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.test import Client

from tests.chair import dose, record
from tests.domain.access.people_known import SITE, arrived_person, desk
from tiemchung.domain.access import actions
from tiemchung.domain.notices.values import Message
from tiemchung.kernel.actor import Reach
from tiemchung.plumbing.rowsecurity import reaching
from tiemchung.plumbing.time import clock

BOOK = "/so-suc-khoe/"
MINE, THEIRS = "0903123218", "0912000111"


@dataclass
class Phones:
    """Every message that went to a phone."""

    messages: list[Message] = field(default_factory=list)

    def code(self, phone: str) -> str:
        """Return the digits that this phone heard last."""
        last = next(message for message in reversed(self.messages) if message.to_contact == phone)
        return last.values.get("code") or last.values["spelled"].replace(", ", "")


def browser(address: str = "203.0.113.7") -> Client:
    """Return a browser that checks forms as the real ones do."""
    return Client(REMOTE_ADDR=address, enforce_csrf_checks=False)


def open_book(phones: Phones, phone: str = MINE, client: Client | None = None) -> Client:
    """Sign in with the code that this phone gets."""
    signed = client or browser()
    signed.post(f"{BOOK}vao/", {"phone": phone})
    answer = signed.post(f"{BOOK}vao/ma/", {"code": phones.code(phone)})
    assert answer.status_code == 302, answer.content
    return signed


LIVES_IN = (("province", "79"), ("district", "778"), ("commune", "27478"))


def add(client: Client, *, home: tuple[tuple[str, str], ...] = LIVES_IN, **answers: str) -> UUID:
    """Go through the pages that add somebody, and return the link of who was added."""
    answer_all(client, home=home, **answers)
    answer = client.post(f"{BOOK}them/xem-lai/")
    assert answer.status_code == 302
    return UUID(answer["Location"].split("/")[-2])


def answer_all(client: Client, *, home: tuple[tuple[str, str], ...] = LIVES_IN, **answers: str) -> None:
    """Go through the pages that add somebody, as far as the one that shows all answers."""
    told = {
        "relation": "self",
        "name": "Nguyễn Thị Ánh Hằng",
        "day": "2",
        "month": "3",
        "year": "1987",
        "sex": "female",
        "kind": "personal-number",
        "number": "079 187 004 417",
        **answers,
    }
    client.post(f"{BOOK}them/")
    for step, fields in (
        ("quan-he", ("relation", "agreed")),
        ("ten", ("name",)),
        ("ngay-sinh", ("day", "month", "year")),
        ("gioi-tinh", ("sex",)),
        ("giay-to", ("kind", "number", "none")),
    ):
        answer = client.post(f"{BOOK}them/{step}/", {name: told[name] for name in fields if name in told})
        assert answer.status_code == 302, re.sub(r"<[^>]+>|\s+", " ", answer.content.decode())
    for level, unit in home:
        answer = client.post(f"{BOOK}them/noi-o/", {"level": level, "unit": unit})
        assert answer.status_code == 302, re.sub(r"<[^>]+>|\s+", " ", answer.content.decode())


def vaccinated(**told: Any) -> UUID:
    """Return somebody who had a dose at the site."""
    person = arrived_person(**{"name": "Nguyễn Thị Ánh Hằng", "born": "1987-03-02", **told})
    with reaching(Reach(sites=frozenset({SITE}))):
        record(dose(person))
    return person


def slip(person: UUID, *, born_year: int = 1987) -> str:
    """Return the code on the slip that the site handed to this person."""
    return actions.issue_proof_code(person, born_year=born_year, by=desk(), site=SITE, now=clock().now())


def text_of(content: bytes) -> str:
    """Return what somebody reads on a page, blanks narrowed."""
    bare = re.sub(r"<(script|style|svg)\b.*?</\1>|<[^>]+>", " ", content.decode(), flags=re.DOTALL)
    return " ".join(bare.split())
