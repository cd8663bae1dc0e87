"""Which column of a list is what: what a ward has said of headers, said anew, and forgotten."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tiemchung.domain.campaigns import actions, queries
from tiemchung.faces.shared.doors import StaffRequest, staff_only
from tiemchung.faces.shared.words import said, t
from tiemchung.faces.workbench import sayings
from tiemchung.faces.workbench.views import frame
from tiemchung.faces.workbench.views.frame import Office, office_of, page
from tiemchung.kernel.actor import Power
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import Refusal
from tiemchung.plumbing.time import clock

_LONGEST = 20_000
_BETWEEN = "\t"


@staff_only(Power.PLAN)
@require_http_methods(["GET", "POST"])
def columns(request: StaffRequest) -> HttpResponse:
    """Show what is remembered of headers, and one of them to be said: pasted, of a list that was read, or remembered.

    What somebody pastes never stands in an address: it may be a row with a person.
    """
    office = office_of(request)
    if request.method == "POST" and office.ward is not None and request.POST.keys() & {"nho", "quen"}:
        return _said(request, office, office.ward.code)
    unsaid = request.method == "POST" and office.ward is None
    wrong = t("Chọn phường, xã mà tiêu đề này là của.", "Choose the ward whose header this is.") if unsaid else None
    return _page(request, office, _header(request, office), wrong=wrong)


def _said(request: StaffRequest, office: Office, ward: str) -> HttpResponse:
    if (forgotten := request.POST.get("quen")) is not None:
        mark = bytes.fromhex(forgotten) if re.fullmatch(r"[0-9a-f]{32}", forgotten) else b""
        actions.forget_columns(mark, commune=ward, actor=request.actor)
        frame.say_next(
            request,
            t("Đã quên. Tiêu đề này lại được đọc theo chữ của nó.", "Forgotten. The header is read by its words."),
        )
        return redirect(f"{reverse('workbench:columns')}?phuong={ward}")
    header = _cells(request.POST.get("tieu-de", ""))
    told = [(request.POST.get(f"cot-{place}", ""), place) for place in range(len(header))]
    chosen = [(field, place) for field, place in told if field in sayings.COLUMNS]
    try:
        if len({field for field, _ in chosen}) < len(chosen):
            return _page(
                request, office, header, wrong=t("Mỗi mục chỉ một cột.", "Each field is one column alone."), told=told
            )
        actions.remember_columns(header, dict(chosen), commune=ward, actor=request.actor, now=clock().now())
    except Refusal as refusal:
        return _page(request, office, header, wrong=frame.refused(refusal)[0], told=told)
    frame.say_next(
        request,
        t(
            "Đã nhớ. Từ nay danh sách có tiêu đề này được đọc như vậy; tệp đã nhập trước thì hủy và nhập lại.",
            "Remembered. Lists under this header are read so from now on; a file brought before is thrown away and brought again.",
        ),
    )
    return redirect(f"{reverse('workbench:columns')}?phuong={ward}")


def _header(request: StaffRequest, office: Office) -> list[str]:
    """Return the header that was pasted, or that the address names: a remembered one, or of a list of this officer's."""
    if request.method == "POST":
        return _cells(request.POST.get("tieu-de", ""))
    identifier = frame.uuid_or_none(request.GET.get("ds"))
    if identifier is not None:
        return queries.list_shown(identifier, actor=request.actor, purpose=Purpose.REGISTRATION).header
    known = queries.headings_of(office.ward.code) if office.ward else []
    return next((one.header for one in known if one.mark.hex() == request.GET.get("tieu-de")), [])


def _cells(text: str) -> list[str]:
    lines = text[:_LONGEST].strip("\r\n ").splitlines()
    if not lines:
        return []
    separator = next((sign for sign in (_BETWEEN, ";", ",") if sign in lines[0]), _BETWEEN)
    return [cell.strip() for cell in lines[0].split(separator)]


def _page(
    request: StaffRequest,
    office: Office,
    header: Sequence[str],
    *,
    wrong: str | None = None,
    told: Sequence[tuple[str, int]] | None = None,
) -> HttpResponse:
    ward = office.ward.code if office.ward else None
    known = queries.headings_of(ward) if ward else []
    read = (
        {place: field for field, place in queries.columns_of(header, commune=ward).items()} if ward and header else {}
    )
    chosen = {place: field for field, place in told} if told is not None else read
    context = {
        "office": office,
        "wrong": wrong,
        "header": _BETWEEN.join(cell.replace(_BETWEEN, " ") for cell in header),
        "cells": [{"place": place, "cell": cell, "chosen": chosen.get(place, "")} for place, cell in enumerate(header)],
        "fields": [(field, said(word)) for field, word in sayings.COLUMNS.items()],
        "known": [
            {
                "mark": one.mark.hex(),
                "columns": columns_shown(one.header, one.columns),
                "at": one.said_at,
            }
            for one in known
        ],
    }
    return page(request, "workbench/columns.html", context, here="bring", status=422 if wrong else 200)


def columns_shown(header: Sequence[str], columns: Mapping[str, int]) -> list[dict[str, Any]]:
    """Return the columns that are read, in the order of the file: the header's cell and what it is."""
    return [
        {"header": header[place], "word": said(sayings.COLUMNS[field])}
        for field, place in sorted(columns.items(), key=lambda one: one[1])
        if field in sayings.COLUMNS and place < len(header)
    ]
