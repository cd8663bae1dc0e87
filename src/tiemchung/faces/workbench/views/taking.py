"""Taking a ward's list along: asked for with a purpose, whole, with day, filter, unit and purpose on top."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from tiemchung.faces.shared.doors import StaffRequest, staff_only
from tiemchung.faces.shared.numbers import moment
from tiemchung.faces.shared.spreadsheets import file_answer
from tiemchung.faces.shared.words import t
from tiemchung.faces.workbench.views.frame import Office, office_of, page
from tiemchung.faces.workbench.views.people import Filter, every_row, filter_of
from tiemchung.kernel.actor import Power
from tiemchung.kernel.clock import business_day
from tiemchung.plumbing import rowsecurity
from tiemchung.plumbing.time import clock

SHORTEST_PURPOSE = 8


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
    now, ward = clock().now(), office.ward
    rows = every_row(request, office, chosen)
    head: list[Sequence[str]] = [
        [t("Danh sách nhu cầu tiêm", "People who wait to be called")],
        [t("Lúc", "At"), moment(now)],
        [t("Đơn vị", "Unit"), f"{ward.display_name} ({ward.code})" if ward else ""],
        [t("Bộ lọc", "Filter"), f"{chosen.group or '*'} · {chosen.product} · {chosen.due or '*'}"],
        [t("Mục đích", "Purpose"), purpose],
        [t("Người xuất", "Taken by"), request.actor.name],
        [],
        [
            t("Họ và tên", "Name"),
            t("Ngày sinh", "Birth"),
            t("Giấy tờ", "ID"),
            t("Điện thoại", "Phone"),
            t("Nhóm", "Group"),
            t("Đến hạn", "Due"),
            t("Lịch hẹn", "Appointment"),
        ],
    ]
    body = [
        [
            row.name,
            row.born,
            row.number,
            row.phone,
            row.told.target_group,
            t("đến hạn", "due") if row.due else t("chưa", "not yet"),
            moment(row.appointment) if row.appointment else "",
        ]
        for row in rows
    ]
    name = f"nhu-cau-{ward.code if ward else ''}-{business_day(now)}"
    return file_answer([*head, *body], name=name, kind=request.POST.get("tep", "csv"))
