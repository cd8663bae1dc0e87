"""The people of a book: add somebody, one question a page, and take somebody off again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from tiemchung.domain.access import actions, queries
from tiemchung.domain.access.errors import ClaimIncomplete
from tiemchung.domain.access.policy import ADULT_AT_YEARS, fault_of_birth, fault_of_name, fault_of_number
from tiemchung.domain.access.values import Link, Relation
from tiemchung.domain.people.values import IdentifierTold, PersonBlock
from tiemchung.faces.healthbook import pages
from tiemchung.faces.healthbook.persons import persons_of
from tiemchung.faces.healthbook.views import called
from tiemchung.faces.healthbook.views.homes import take_commune, units_page
from tiemchung.faces.healthbook.views.registering import registrations
from tiemchung.faces.shared.citizens import CitizenRequest, citizen_only
from tiemchung.faces.shared.words import Words, said, t
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing.time import clock

FLOW = "add"
STEPS = ("quan-he", "ten", "ngay-sinh", "gioi-tinh", "giay-to", "noi-o", "xem-lai")
AMENDED = "amends"
"""Under which answer the flow remembers the claim that it puts right; without it somebody is added."""
MOST_PEOPLE = 30
"""People in one book. Ours: a large family, and no list of a ward."""
NUMBERS = ("personal-number", "old-identity-card", "passport-vn", "passport-foreign", "birth-certificate")
CHOICES = {
    Relation.SELF: Words("Cho tôi", "For me"),
    Relation.CHILD: Words("Cho con tôi, dưới 18 tuổi", "For my child, under 18"),
    Relation.HELPED: Words("Cho người tôi giúp, như cha mẹ già", "For somebody I help, such as an old parent"),
}
Told = dict[str, str]
Taken = tuple[Told, dict[str, str]]


@citizen_only
@require_GET
def people(request: CitizenRequest) -> HttpResponse:
    """Show everybody whom this account holds."""
    persons = persons_of(request, clock().now())
    rows = [(link, pages.name_of(link, persons), pages.RELATIONS[link.relation]) for link in request.links]
    return render(
        request,
        "healthbook/people.html",
        {"here": "people", "rows": rows, "tabs": pages.tabs(request.links, persons, current=None)},
    )


@citizen_only
@require_http_methods(["GET", "POST"])
def begin(request: CitizenRequest) -> HttpResponse:
    """Begin to add somebody: a new key, by which the end of this flow counts once."""
    if len(request.links) >= MOST_PEOPLE:
        return render(request, "healthbook/full.html", {"most": MOST_PEOPLE}, status=409)
    before = queries.draft(request.signed.account, FLOW)
    actions.keep_draft(request.signed.account, FLOW, {"id": before.get("id") or str(uuid7())})
    return redirect("healthbook:add-step", step=STEPS[0])


@citizen_only
@require_http_methods(["GET", "POST"])
def step(request: CitizenRequest, step: str) -> HttpResponse:
    """Ask one question, keep its answer, go on to the next; the last page shows all and asks once."""
    if step not in STEPS:
        raise Http404
    told = queries.draft(request.signed.account, FLOW)
    if not told:
        # The last page sent again: whoever was added stands in the book.
        return redirect("healthbook:home" if request.method == "POST" and step == STEPS[-1] else "healthbook:add")
    if request.method == "GET":
        return _page(request, step, told, {})
    if step == STEPS[-1]:
        return _finish(request, told)
    answers, faults = _TAKERS[step](request, told)
    if faults:
        return _page(request, step, {**told, **answers}, faults)
    actions.keep_draft(request.signed.account, FLOW, {**told, **answers})
    if step == "noi-o" and not answers.get("commune"):
        return redirect("healthbook:add-step", step=step)
    after = request.POST.get("back-to-check") or STEPS[STEPS.index(step) + 1]
    return redirect("healthbook:add-step", step=after if after in STEPS else STEPS[-1])


@citizen_only
@require_http_methods(["GET", "POST"])
def remove(request: CitizenRequest, link: UUID) -> HttpResponse:
    """Ask once, then take a person off this account's list; what was recorded of them stays where it is.

    A claim that has registered somebody stays until that is taken back: nobody could do it afterwards.
    """
    now = clock().now()
    waits = not request.link.proved and called.waits(request)
    if request.method == "POST" and not waits:
        actions.end_link(request.signed.account, link, why="left", now=now)
        return redirect("healthbook:home")
    name = pages.name_of(request.link, persons_of(request, now))
    page = {"link": request.link, "name": name, "waits": waits}
    return render(request, "healthbook/remove.html", page, status=409 if request.method == "POST" else 200)


@citizen_only
@require_http_methods(["GET", "POST"])
def amend(request: CitizenRequest, link: UUID) -> HttpResponse:
    """Lead back to the questions of a claim with their answers, to put a typing error right.

    Whoever is registered under it takes that back first: it is a wish in the mistyped name.
    """
    held = request.link
    if held.told is None:
        raise Http404
    if registrations(request, held.person):
        return render(request, "healthbook/amend.html", {"link": held}, status=409)
    actions.keep_draft(
        request.signed.account, FLOW, {"id": str(uuid7()), AMENDED: str(link), **_answers(held.told, held)}
    )
    return redirect("healthbook:add-step", step=STEPS[-1])


def _answers(told: PersonBlock, held: Link) -> Told:
    year, month, day = (*told.born.split("-"), "", "")[:3]
    number = told.identifiers[0] if told.identifiers else IdentifierTold(kind="", value="")
    return {
        "relation": held.relation.value,
        "agreed": "1",
        "name": told.name,
        "born": told.born,
        "day": day.lstrip("0"),
        "month": month.lstrip("0"),
        "year": year,
        "sex": told.sex,
        "kind": number.kind,
        "number": number.value,
        "commune": told.commune or "",
    }


def _finish(request: CitizenRequest, told: Told) -> HttpResponse:
    now = clock().now()
    if told.get(AMENDED):
        return _finish_amending(request, told, now)
    try:
        link = actions.claim(
            request.signed.account, block_of(told), relation=Relation(told["relation"]), link=UUID(told["id"]), now=now
        )
    except ClaimIncomplete as no:
        twice = no.facts.get("field") == "relation"
        return redirect("healthbook:add-step", step="quan-he" if twice else _first_open(told, now))
    except KeyError:
        return redirect("healthbook:add-step", step=_first_open(told, now))
    actions.drop_draft(request.signed.account, FLOW)
    return redirect("healthbook:person", link=link.id)


def _finish_amending(request: CitizenRequest, told: Told, now: datetime) -> HttpResponse:
    try:
        link = actions.amend_claim(request.signed.account, UUID(told[AMENDED]), block_of(told), now=now)
    except (KeyError, ClaimIncomplete):
        return redirect("healthbook:add-step", step=_first_open(told, now))
    actions.drop_draft(request.signed.account, FLOW)
    return redirect("healthbook:person", link=link.id)


def block_of(told: Told) -> PersonBlock:
    """Return what a flow's answers tell of a person."""
    number = told.get("number", "")
    kind = told.get("kind", "")
    return PersonBlock(
        name=told["name"],
        born=told["born"],
        sex=told["sex"],
        identifiers=[IdentifierTold(kind=kind, value=number)] if number and kind else [],
        commune=told.get("commune") or None,
    )


def _first_open(told: Told, now: datetime) -> str:
    needed = (("relation", "quan-he"), ("name", "ten"), ("born", "ngay-sinh"), ("sex", "gioi-tinh"))
    missing = next((place for field, place in needed if not told.get(field)), None)
    if missing:
        return missing
    relation = Relation(told["relation"])
    return "ngay-sinh" if fault_of_birth(told["born"], today=business_day(now), relation=relation) else "giay-to"


def _page(request: CitizenRequest, step: str, told: Told, faults: dict[str, str]) -> HttpResponse:
    place = STEPS.index(step)
    page: dict[str, Any] = {
        "step": step,
        "place": place + 1,
        "places": len(STEPS),
        "before": STEPS[place - 1] if place else None,
        "told": told,
        "faults": faults,
        "checking": "xem-lai" if request.GET.get("sua") or request.POST.get("back-to-check") else "",
        "for_me": told.get("relation") == Relation.SELF,
        "relations": [(relation.value, said(words)) for relation, words in CHOICES.items()],
        "sexes": [(code, said(pages.SEXES[code])) for code in ("female", "male", "other")],
        "kinds": [(kind, said(pages.NUMBER_KINDS[kind])) for kind in NUMBERS],
        "years": ADULT_AT_YEARS,
        "amends": told.get(AMENDED, ""),
    }
    if step == "noi-o":
        page |= units_page(told)
    if step == "xem-lai":
        if not all(told.get(field) for field in ("relation", "name", "born", "sex")):
            return redirect("healthbook:add-step", step=_first_open(told, clock().now()))
        page["lines"] = list(zip(pages.claim_lines(block_of(told)), STEPS[1:-1], strict=False))
    return render(request, "healthbook/add.html", page, status=422 if faults else 200)


# --- answers, one taker a page -------------------------------------------------------------------------------------


def _relation(request: CitizenRequest, told: Told) -> Taken:
    chosen = request.POST.get("relation", "")
    oneself = next((link for link in request.links if link.relation is Relation.SELF), None)
    if chosen == Relation.SELF and oneself is not None and str(oneself.id) not in {told.get(AMENDED), told.get("id")}:
        return {}, {
            "relation": t(
                "Sổ này đã có bạn. Ai khác thì chọn con hoặc người bạn giúp.",
                "You are in this book already. For anybody else choose child or somebody you help.",
            )
        }
    if chosen not in set(Relation):
        return {}, {"relation": t("Chọn sổ này cho ai.", "Choose who this book is for.")}
    if chosen == Relation.HELPED and not request.POST.get("agreed"):
        return {"relation": chosen}, {
            "agreed": t(
                "Người lớn phải tự đồng ý. Hỏi họ rồi đánh dấu.", "An adult has to agree. Ask them, then tick the box."
            )
        }
    return {"relation": chosen, "agreed": request.POST.get("agreed", "")}, {}


def _name(request: CitizenRequest, _told: Told) -> Taken:
    typed = request.POST.get("name", "")
    words = {
        "empty": t("Nhập họ và tên như trên giấy tờ.", "Enter the full name as on the document."),
        "long": t(
            "Tên dài quá 80 chữ. Viết như trên giấy tờ.",
            "The name has more than 80 letters. Write it as on the document.",
        ),
        "letters": t(
            "Tên chỉ có chữ, không có số hay ký hiệu. Viết như trên giấy tờ.",
            "A name has letters, no digits and no signs. Write it as on the document.",
        ),
    }
    fault = fault_of_name(typed)
    return {"name": typed[:400]}, {"name": words[fault]} if fault else {}


def _born(request: CitizenRequest, told: Told) -> Taken:
    parts = {part: request.POST.get(part, "").strip() for part in ("day", "month", "year")}
    born = pages.typed_date(**parts)
    relation = Relation(told.get("relation", Relation.SELF))
    fault = fault_of_birth(born, today=business_day(clock().now()), relation=relation)
    words = {
        "unreadable": t(
            "Ngày sinh chưa đúng. Ít nhất cần năm, bốn chữ số.",
            "That is no date. At least the year is needed, four digits.",
        ),
        "future": t("Ngày sinh này chưa đến.", "This birth date has not come yet."),
        "old": t("Kiểm tra lại năm sinh.", "Check the birth year."),
        "no-minor": t(
            "Người này đã đủ 18 tuổi. Chọn “người tôi giúp”.", "This person is 18 or older. Choose “somebody I help”."
        ),
    }
    return {**parts, "born": "" if fault else born}, {"year": words[fault]} if fault else {}


def _sex(request: CitizenRequest, _told: Told) -> Taken:
    chosen = request.POST.get("sex", "")
    if chosen not in pages.SEXES:
        return {}, {"sex": t("Chọn một ô.", "Choose one.")}
    return {"sex": chosen}, {}


def _number(request: CitizenRequest, told: Told) -> Taken:
    if request.POST.get("none"):
        return {"number": "", "kind": ""}, {}
    kind, number = request.POST.get("kind", ""), request.POST.get("number", "").strip()
    answers = {"kind": kind if kind in NUMBERS else NUMBERS[0], "number": number[:60]}
    if not told.get("born") or not told.get("sex"):
        return answers, {}
    fault = fault_of_number(answers["kind"], number, born=told["born"], sex=told["sex"])
    return answers, {"number": pages.number_fault(*fault)} if fault else {}


_TAKERS: dict[str, Callable[[CitizenRequest, Told], Taken]] = {
    "quan-he": _relation,
    "ten": _name,
    "ngay-sinh": _born,
    "gioi-tinh": _sex,
    "giay-to": _number,
    "noi-o": take_commune,
}
