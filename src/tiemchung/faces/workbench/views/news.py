"""What the population register told of a ward's people afterwards: who has died, and who lives elsewhere now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from tiemchung.domain.people import actions as people_actions
from tiemchung.domain.people import queries as people
from tiemchung.faces.shared.divisions import commune_shown
from tiemchung.faces.shared.doors import StaffRequest, staff_only
from tiemchung.faces.shared.words import t
from tiemchung.faces.workbench.views.frame import office_of, page, refused, say_next, uuid_or_none
from tiemchung.faces.workbench.views.rows import born_shown
from tiemchung.kernel.actor import Power
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import Refusal
from tiemchung.kernel.register import What
from tiemchung.plumbing.time import clock

SHOWN: Final = 50
SHOWN_FOR: Final = timedelta(days=60)
"""How long a death or an open move stands on the page after it was told. Ours."""
LONGEST_SEQUENCE: Final = 15


class Row(NamedTuple):
    """Somebody of whom something was told: on which day it happened, and where they moved to."""

    person: UUID
    sequence: int
    name: str
    born: str
    lives_in: str
    day: date
    moved_to: str


@staff_only(Power.PLAN)
@require_safe
def told(request: StaffRequest) -> HttpResponse:
    """Show who was told to have died, whom nobody calls any more, and who was told to have moved, for the ward to settle."""
    return _page(request)


@staff_only(Power.MEND)
@require_POST
def settle(request: StaffRequest) -> HttpResponse:
    """Find somebody alive, take a move over, or leave somebody where they told us they live."""
    person, sequence = uuid_or_none(request.POST.get("ai")), request.POST.get("so", "")
    what, now = request.POST.get("viec", ""), clock().now()
    if person is None or not (sequence.isascii() and sequence.isdigit() and len(sequence) <= LONGEST_SEQUENCE):
        raise Http404
    try:
        if what == "con-song":
            people_actions.deny_death(person, actor=request.actor, now=now)
        elif what in ("chuyen", "giu"):
            taken = what == "chuyen"
            people_actions.settle_move(person, int(sequence), taken=taken, actor=request.actor, now=now)
        else:
            raise Http404
    except Refusal as refusal:
        return _page(request, refusal=refusal)
    say_next(request, _done(what))
    return redirect("workbench:news")


def _done(what: str) -> str:
    if what == "con-song":
        return t(
            "Đã ghi: người này còn sống. Từ nay lại được gọi và nhắn tin.",
            "Noted: this person is alive. They are called and written to again.",
        )
    if what == "chuyen":
        return t("Đã chuyển nơi ở theo dữ liệu dân cư.", "Moved, as the register says.")
    return t("Đã giữ nơi ở cũ.", "Left where they lived.")


def _page(request: StaffRequest, *, refusal: Refusal | None = None) -> HttpResponse:
    office = office_of(request)
    context = {
        "office": office,
        "dead": _rows(request, office.codes, What.DIED),
        "moved": _rows(request, office.codes, What.MOVED),
        "feed": people.feed(),
        "most": SHOWN,
        "wrong": refused(refusal)[0] if refusal else None,
    }
    return page(request, "workbench/news.html", context, here="checked", status=422 if refusal else 200)


def _rows(request: StaffRequest, wards: Sequence[str], what: What) -> list[Row]:
    """Name of whom this was told in these wards; that they are looked at is logged."""
    now = clock().now()
    news = people.news_of(wards, what, since=now - SHOWN_FOR, limit=SHOWN, purpose=Purpose.CORRECTION)
    shown = people.persons(
        sorted({one.person for one in news}), purpose=Purpose.CORRECTION, actor=request.actor, viewed_at=now
    )
    return [
        Row(
            person=one.person,
            sequence=one.sequence,
            name=shown[one.person].name,
            born=born_shown(shown[one.person].born) or t("chưa rõ", "not known"),
            lives_in=commune_shown(shown[one.person].commune),
            day=one.day,
            moved_to=commune_shown(one.commune),
        )
        for one in news
        if one.person in shown
    ]
