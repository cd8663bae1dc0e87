"""Taking a ward's list along: asked for with a purpose, whole, with day, filter, unit and purpose on top."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from tiemchung.domain.campaigns import actions, queries
from tiemchung.faces.shared.doors import StaffRequest, staff_only
from tiemchung.faces.shared.numbers import moment
from tiemchung.faces.shared.spreadsheets import file_answer
from tiemchung.faces.shared.words import language, said, t
from tiemchung.faces.workbench import sayings
from tiemchung.faces.workbench.views.called import HOW_WORDS, WORDS
from tiemchung.faces.workbench.views.frame import Office, office_of, page
from tiemchung.faces.workbench.views.people import every_row, filter_of
from tiemchung.faces.workbench.views.rows import Filter, Row
from tiemchung.kernel.actor import Power
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing import rowsecurity
from tiemchung.plumbing.time import clock

SHORTEST_PURPOSE = 8
TO_EDIT = "sua"
"""The kind of a file that is edited and brought back: XLSX with a key in each row."""
HOW_TO = 3
"""Lines between the head of such a file and its rows: how to, nothing, the header."""


@staff_only(Power.PLAN, in_one=False)
@require_http_methods(["GET", "POST"])
def export(request: StaffRequest) -> HttpResponse:
    """Ask what the list is for, then give it: exactly what is filtered, with day, filter, unit and purpose on top."""
    with rowsecurity.reaching(request.actor.reach):
        office, chosen = office_of(request), filter_of(request.POST or request.GET)
    purpose = request.POST.get("muc-dich", "").strip()[:200]
    wrong = None
    if request.method == "POST":
        if len(purpose) >= SHORTEST_PURPOSE and office.ward is not None:
            return _file(request, office, chosen, purpose)
        wrong = t(
            "Ghi rõ dùng danh sách này để làm gì, và chọn một phường.", "Say what the list is for, and choose one ward."
        )
    context = {"office": office, "chosen": chosen, "purpose": purpose, "wrong": wrong}
    with rowsecurity.reaching(request.actor.reach):
        return page(request, "workbench/export.html", context, here="waiting", status=422 if wrong else 200)


def _file(request: StaffRequest, office: Office, chosen: Filter, purpose: str) -> HttpResponse:
    now, ward, kind = clock().now(), office.ward, request.POST.get("tep", "csv")
    rows = every_row(request, office, chosen)
    head: list[Sequence[str]] = [
        [t("Danh sách nhu cầu tiêm", "People who wait to be called")],
        [t("Lúc", "At"), moment(now)],
        [t("Đơn vị", "Unit"), f"{ward.display_name} ({ward.code})" if ward else ""],
        [
            t("Bộ lọc", "Filter"),
            f"{chosen.group or '*'} · {chosen.product} · {chosen.due or '*'} · {chosen.call or '*'} · {chosen.how or '*'}",
        ],
        [t("Mục đích", "Purpose"), purpose],
        [t("Người xuất", "Taken by"), request.actor.name],
    ]
    name = f"nhu-cau-{ward.code if ward else ''}-{business_day(now)}"
    if kind == TO_EDIT:
        lines = [*head, *_to_edit(request, office, list(rows), now)]
        minded = sayings.minded(len(head) + HOW_TO, sorted(queries.target_groups()))
        return file_answer(lines, name=f"sua-{name}", kind="xlsx", minded=minded)
    return file_answer([*head, [], *_to_read(rows)], name=name, kind=kind)


def _to_read(rows: Iterable[Row]) -> Iterator[Sequence[str]]:
    yield [
        t("Họ và tên", "Name"),
        t("Ngày sinh", "Birth"),
        t("Giấy tờ", "ID"),
        t("Điện thoại", "Phone"),
        t("Nhóm", "Group"),
        t("Đến hạn", "Due"),
        t("Lời mời", "Invitation"),
        t("Lịch hẹn", "Appointment"),
        t("Báo bằng", "Told by"),
        t("Báo lúc", "Told at"),
        t("Trả lời lúc", "Answered at"),
    ]
    for row in rows:
        yield [
            row.name,
            row.born,
            row.number,
            row.phone,
            row.told.target_group,
            t("đến hạn", "due") if row.due else t("chưa", "not yet"),
            said(WORDS[row.called.call]),
            moment(row.called.at) if row.called.at else "",
            said(HOW_WORDS[row.called.how]) if row.called.at else "",
            moment(row.called.told_at) if row.called.told_at else "",
            moment(row.called.answered_at) if row.called.answered_at else "",
        ]


def _to_edit(request: StaffRequest, office: Office, rows: list[Row], now: datetime) -> list[Sequence[str]]:
    """Return the lines of a list that is edited and brought back: how to, the template's columns, and each row's key."""
    told = [row.taken for row in rows if row.taken.name]
    keys: list[str] = []
    if office.campaign and office.ward:
        keys = actions.take_list(
            uuid7(now), told, campaign=office.campaign.code, commune=office.ward.code, actor=request.actor, now=now
        )
    how = t(
        "Sửa ô nào sai, thêm người ở dòng dưới cùng với mã dòng để trống. Số bị che thì giữ nguyên, hoặc gõ đủ số mới. "
        "Đừng sửa hay chép mã dòng.",
        "Mend what is wrong; add people below with an empty key. A hidden number stays as it is, or type the whole new one. "
        "Neither change nor copy a row key.",
    )
    lines: list[Sequence[str]] = [
        [t("Cách sửa", "How to"), how],
        [],
        [*sayings.TEMPLATE[language()], sayings.key_word()],
    ]
    for row, key in zip(told, keys, strict=True):
        sex = said(sayings.SEXES[row.sex]).capitalize() if row.sex in sayings.SEXES else ""
        group = row.group if row.group != "unknown" else ""
        born = "/".join(reversed(row.born.split("-")))
        lines.append([row.name, born, sex, row.number, row.phone, group, "", "", key])
    return lines
