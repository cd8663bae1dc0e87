"""A ward's list: brought as a file, looked at row by row, decided, kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tiemchung.domain.campaigns import actions, queries
from tiemchung.domain.campaigns.values import Choice, ListRow, ListShown, ListState, Remark, Result
from tiemchung.domain.mending import actions as mending
from tiemchung.domain.mending.values import CORRECT, ComplaintTold
from tiemchung.domain.people import queries as people
from tiemchung.domain.people.values import PersonShown
from tiemchung.faces.shared.doors import StaffRequest, staff_only
from tiemchung.faces.shared.numbers import count_in
from tiemchung.faces.shared.spreadsheets import file_answer, why_unreadable
from tiemchung.faces.shared.words import language, said, t
from tiemchung.faces.workbench import sayings
from tiemchung.faces.workbench.views import frame
from tiemchung.faces.workbench.views.columns import columns_shown
from tiemchung.faces.workbench.views.frame import office_of, page
from tiemchung.faces.workbench.views.rows import born_shown
from tiemchung.kernel.actor import Power
from tiemchung.kernel.cells import MOST_BYTES
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import Refusal
from tiemchung.plumbing.time import clock

ASKED = Purpose.REGISTRATION
AT_WORK = frozenset({ListState.READING, ListState.KEEPING, ListState.UNDOING})
"""While a list is in one of these the page tells how far it is, and is drawn anew at the end."""


@staff_only(Power.PLAN)
@require_http_methods(["GET", "POST"])
def bring(request: StaffRequest) -> HttpResponse:
    """Take a file, answer its rows, and lead to them. The form's id makes a second click the same list."""
    office, now = office_of(request), clock().now()
    wrong, status = None, 200
    pasted = request.POST.get("dan", "")
    if request.method == "POST":
        upload, identifier = request.FILES.get("tep"), frame.uuid_or_none(request.POST.get("id"))
        if (
            (upload is None and not pasted.strip())
            or office.ward is None
            or office.campaign is None
            or identifier is None
        ):
            wrong, status = (
                t("Chọn phường và một tệp, hoặc dán các dòng.", "Choose a ward and a file, or paste rows."),
                422,
            )
        else:
            try:
                actions.examine_list(
                    identifier,
                    name=(upload.name or "") if upload else t("(dòng dán vào)", "(pasted rows)"),
                    content=upload.read(MOST_BYTES + 1) if upload else actions.pasted_file(pasted),
                    campaign=office.campaign.code,
                    commune=office.ward.code,
                    actor=request.actor,
                    now=now,
                )
            except Refusal as refusal:
                wrong, status = sayings.unreadable(refusal) or frame.refused(refusal)[0], 422
            else:
                return redirect("workbench:review", identifier=identifier)
    brought = queries.lists_of(request.actor, purpose=ASKED)
    context = {"office": office, "lists": brought, "id": uuid7(now), "wrong": wrong, "pasted": pasted}
    context["states"] = sayings.STATES
    return page(request, "workbench/bring.html", context, here="bring", status=status)


@staff_only(Power.PLAN)
@require_GET
def template(request: StaffRequest, kind: str) -> HttpResponse:
    """Give an empty list with the columns that are read, and one invented row that shows how."""
    del request
    header = sayings.TEMPLATE[language()]
    example = ["Nguyễn Thị Mẫu", "02/03/1987", t("Nữ", "Female"), "", "", "16", t("Tổ 12", "Block 12"), ""]
    minded = sayings.minded(1, sorted(queries.target_groups()))
    return file_answer([header, example], name="mau-danh-sach", kind=kind, minded=minded)


@staff_only(Power.PLAN)
@require_GET
def review(request: StaffRequest, identifier: UUID) -> HttpResponse:
    """Show the rows of a list with their answers, and at the side the doubt that waits to be settled.

    While the file is read, the page asks how far it is, and is drawn anew when that is done.
    """
    if request.headers.get("HX-Request"):
        shown = queries.list_shown(identifier, actor=request.actor, purpose=ASKED)
        answer = render(request, "workbench/_reading.html", {"list": shown, "progress": progress_of(shown)})
        if shown.state not in AT_WORK:
            answer["HX-Refresh"] = "true"
        return answer
    return _review(request, identifier)


def _review(request: StaffRequest, identifier: UUID, *, refusal: Refusal | None = None) -> HttpResponse:
    shown = queries.list_shown(identifier, actor=request.actor, purpose=ASKED)
    wanted = request.GET.get("ket-qua", "")
    if wanted not in ("", *Result, *Remark):
        raise Http404
    result = None if not wanted else Remark(wanted) if wanted in list(Remark) else Result(wanted)
    after = count_in(request.GET.get("sau"))
    rows = queries.list_rows(identifier, actor=request.actor, purpose=ASKED, result=result, after=after)
    decidable = shown.state in {ListState.OPEN, ListState.KEEPING, ListState.KEPT}
    doubts = queries.doubts_of(identifier, actor=request.actor, purpose=ASKED) if decidable else []
    doubt = _asked_for(request, identifier, doubts) if decidable else None
    candidates = _candidates(request, doubt) if doubt else []
    checked = people.checked_list(identifier) is not None
    context = {
        "list": shown,
        "checked": checked,
        "checks": not checked and shown.state is ListState.KEPT and people.register_is_set(),
        "rows": [sayings.row_shown(row, shown.columns) for row in rows],
        "read_columns": columns_shown(shown.header, shown.columns),
        "result": wanted,
        "results": _results(shown),
        "doubt": sayings.row_shown(doubt, shown.columns) if doubt else None,
        "doubt_block": doubt.block if doubt else None,
        "doubt_born": born_shown(doubt.block.born) if doubt and doubt.block else "",
        "remarks": [
            {"code": remark.value, "rows": rows, "word": said(sayings.REMARKS[remark])}
            for remark, rows in shown.remarks.items()
            if rows
        ],
        "is_doubt": doubt is not None and doubt.result is Result.DOUBT,
        "done": shown.state is ListState.KEPT,
        "at_work": shown.state in AT_WORK,
        "progress": progress_of(shown),
        "doubts_left": len(doubts),
        "doubts_beyond": len(doubts) == queries.DOUBTS,
        "candidates": candidates,
        "more": rows[-1].line if len(rows) == queries.LIST_PAGE else None,
        "wrong": frame.refused(refusal)[0] if refusal else None,
        "open": shown.state is ListState.OPEN,
        "reading": shown.state is ListState.READING,
        "unreadable": why_unreadable(shown.fault) if shown.state is ListState.UNREADABLE else None,
        "state": sayings.STATES[shown.state],
        **_missing(request, shown),
    }
    return page(request, "workbench/review.html", context, here="bring", status=422 if refusal else 200)


def _missing(request: StaffRequest, shown: ListShown) -> dict[str, Any]:
    """Return whose rows of the list that was taken along this file did not bring back, by name; the look is logged."""
    if shown.taken is None or shown.state not in {ListState.OPEN, ListState.KEEPING, ListState.KEPT}:
        return {"missing": [], "missing_rows": 0}
    found = queries.missing_rows(shown.id, actor=request.actor, purpose=ASKED)
    named = people.persons(list(found.persons.values()), purpose=ASKED, actor=request.actor, viewed_at=clock().now())
    rows = [
        {"registration": registration, "name": named[person].name, "born": born_shown(named[person].born)}
        for registration, person in found.persons.items()
        if person in named
    ]
    return {"missing": rows, "missing_rows": found.rows}


def progress_of(shown: ListShown) -> tuple[int, int]:
    """Return how many rows are done and of how many; of a file that does not tell its length, (0, 0)."""
    if shown.state is ListState.READING:
        return (min(shown.rows, shown.expected), shown.expected)
    if shown.state is ListState.UNDOING:
        return (min(shown.undone, shown.kept), shown.kept)
    return (min(shown.kept, shown.certain), shown.certain)


def _asked_for(request: StaffRequest, identifier: UUID, doubts: list[ListRow]) -> ListRow | None:
    """Return the row that the address names, wherever it is in the list, else the first doubt."""
    line = count_in(request.GET.get("dong"))
    if line:
        found = queries.row_shown(identifier, line, actor=request.actor, purpose=ASKED)
        if found is not None and found.result is not Result.UNUSABLE:
            return found
    return doubts[0] if doubts else None


def _candidates(request: StaffRequest, doubt: ListRow) -> list[dict[str, Any]]:
    shown = people.persons(doubt.candidates, purpose=ASKED, actor=request.actor, viewed_at=clock().now())
    return [_candidate(shown[person], doubt) for person in doubt.candidates if person in shown]


def _candidate(person: PersonShown, doubt: ListRow) -> dict[str, Any]:
    block = doubt.block
    return {
        "person": person.person,
        "name": person.name,
        "born": born_shown(person.born),
        "number": person.identifiers[0].value if person.identifiers else t("chưa có giấy tờ", "no document"),
        "phone": person.phone or t("không có điện thoại", "no phone"),
        "same_name": block is not None and person.name == block.name,
        "same_born": block is not None and person.born == block.born,
    }


def _results(shown: ListShown) -> list[dict[str, Any]]:
    return [
        {"code": result.value, "rows": shown.counts[result], "kind": kind, "word": word, "tone": tone}
        for result, kind, word, tone in sayings.results()
    ]


@staff_only(Power.PLAN)
@require_POST
def keep(request: StaffRequest, identifier: UUID) -> HttpResponse:
    """Put the certain rows on record."""
    return _done(request, identifier, actions.keep_list)


@staff_only(Power.PLAN)
@require_POST
def undo(request: StaffRequest, identifier: UUID) -> HttpResponse:
    """Take back what a list registered."""
    return _done(request, identifier, actions.undo_list)


def _done(request: StaffRequest, identifier: UUID, act: Callable[..., object]) -> HttpResponse:
    """Do this with a whole list and show it again, or why it was refused."""
    try:
        act(identifier, actor=request.actor, now=clock().now())
    except Refusal as refusal:
        return _review(request, identifier, refusal=refusal)
    return redirect("workbench:review", identifier=identifier)


@staff_only(Power.PLAN)
@require_POST
def take_off(request: StaffRequest, identifier: UUID) -> HttpResponse:
    """Take those who were ticked off the list: their rows were taken along and did not come back."""
    ticked = frame.uuids(request.POST.getlist("nguoi"))
    try:
        count = actions.take_off_missing(identifier, ticked, actor=request.actor, now=clock().now())
    except Refusal as refusal:
        return _review(request, identifier, refusal=refusal)
    frame.say_next(
        request, t("{n} người đã ra khỏi danh sách.", "{n} [person was|people were] taken off the list.", n=count)
    )
    return redirect("workbench:review", identifier=identifier)


@staff_only(Power.PLAN)
@require_POST
def drop(request: StaffRequest, identifier: UUID) -> HttpResponse:
    """Throw the list away."""
    try:
        actions.drop_list(identifier, actor=request.actor, now=clock().now())
    except Refusal as refusal:
        return _review(request, identifier, refusal=refusal)
    frame.say_next(request, t("Đã hủy tệp. Không có gì được lưu.", "The file was thrown away. Nothing was stored."))
    return redirect("workbench:bring")


@staff_only(Power.PLAN)
@require_POST
def settle(request: StaffRequest, identifier: UUID, line: int) -> HttpResponse:
    """Decide on one row and go on to the next doubtful one."""
    told = request.POST.get("ai", "")
    person = frame.uuid_or_none(told)
    choice = Choice.PERSON if person else {"moi": Choice.NEW, "bo": Choice.LEAVE}.get(told)
    if choice is None:
        return redirect("workbench:review", identifier=identifier)
    try:
        actions.settle_row(identifier, line, choice=choice, person=person, actor=request.actor, now=clock().now())
        if person is not None and request.POST.get("gui-sua"):
            _send_to_desk(request, identifier, line, person)
    except Refusal as refusal:
        return _review(request, identifier, refusal=refusal)
    return redirect("workbench:review", identifier=identifier)


def _send_to_desk(request: StaffRequest, identifier: UUID, line: int, person: UUID) -> None:
    """File what a row says otherwise than the record with the ward's correction desk: a list mends nobody by itself."""
    shown = queries.list_shown(identifier, actor=request.actor, purpose=ASKED)
    row = queries.row_shown(identifier, line, actor=request.actor, purpose=ASKED)
    if row is None or row.of is None or row.person != person:
        return
    told = [one for one in sayings.differences_of(row) if one["field"] != said(sayings.FIELDS["group"])]
    if not told:
        return
    facts = "; ".join(f"{one['field']}: {one['stands']} → {one['told']}" for one in told)
    story = t(
        "Danh sách {name}, dòng {line}: {facts}",
        "List {name}, line {line}: {facts}",
        name=shown.name,
        line=line,
        facts=facts,
    )
    kind = CORRECT if {one.field for one in row.differences} & {"name", "born", "sex"} else "wrong-id-number"
    complaint = ComplaintTold(id=row.id, kind=kind, story=story, person=person, commune=shown.commune)
    mending.file_complaint(complaint, actor=request.actor, now=clock().now())


@staff_only(Power.PLAN)
@require_GET
def to_mend(request: StaffRequest, identifier: UUID, kind: str) -> HttpResponse:
    """Give the rows that were not taken, in the same columns, each with its reason."""
    shown = queries.list_shown(identifier, actor=request.actor, purpose=ASKED)
    width = len(shown.header)
    rows = [
        [*row.cells[:width], *[""] * (width - len(row.cells)), str(row.line), sayings.reason_of(row)]
        for row in queries.rows_to_mend(identifier, actor=request.actor, purpose=ASKED)
    ]
    header = [*shown.header, t("Dòng", "Line"), t("Lý do", "Reason")]
    return file_answer([header, *rows], name="sua-lai", kind=kind)
