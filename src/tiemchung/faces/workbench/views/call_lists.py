"""A session's lists by batch of vaccine: put forward by one officer, approved or sent back by another."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404

from tiemchung.domain.access import queries as access
from tiemchung.domain.campaigns import queries as campaigns
from tiemchung.domain.scheduling import actions, queries
from tiemchung.domain.scheduling.values import CallListState, CampaignSession
from tiemchung.faces.shared.doors import StaffRequest
from tiemchung.faces.shared.words import t
from tiemchung.faces.workbench.views import frame
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing.time import clock


def shown(found: CampaignSession) -> dict[str, Any]:
    """Return the lists of a session with who put them forward, and how many are held back until one is approved."""
    lists, untold = queries.call_lists(found.id, site=found.site), queries.untold_in(found.id)
    campaign = campaigns.campaign(found.campaign)
    must = campaign is not None and campaign.lists_approved
    asked = [one for one in lists if one.state is CallListState.ASKED]
    return {
        "lists": lists,
        "staff": access.staff_names([by for one in lists for by in (one.asked_by, one.decided_by) if by]),
        "list_of": {one.id: one for one in lists},
        "no_list": untold.get(None, 0),
        "held_back": sum(untold.get(one.id, 0) for one in asked) + (untold.get(None, 0) if must else 0),
        "must_list": must,
        "list_id": uuid7(clock().now()),
    }


def _put_forward(request: StaffRequest, found: CampaignSession, by: dict[str, Any]) -> str:
    people_on_it = actions.put_forward(_list_told(request), session=found.id, batch=request.POST.get("dot", ""), **by)
    return t(
        "Đã trình danh sách {n} người. Một cán bộ khác duyệt thì mới gửi lời mời.",
        "A list of {n} [person|people] was put forward. Invitations wait until a colleague approves it.",
        n=people_on_it,
    )


def _approved(request: StaffRequest, found: CampaignSession, by: dict[str, Any]) -> str:
    actions.approve(_list_told(request), session=found.id, **by)
    return t(
        "Đã duyệt. Bấm Gửi lời mời để báo cho người trong danh sách.", "Approved. Send the invitations to tell them."
    )


def _sent_back(request: StaffRequest, found: CampaignSession, by: dict[str, Any]) -> str:
    actions.send_back(_list_told(request), session=found.id, reason=request.POST.get("ly-do", ""), **by)
    return t(
        "Đã trả lại danh sách. Chỗ đã xếp giữ nguyên; sửa rồi trình lại.",
        "The list was sent back. Places stay; mend it and put it forward again.",
    )


ACTIONS = {"trinh": _put_forward, "duyet": _approved, "tra": _sent_back}
"""What is done with a session's list, by the button that was pressed."""


def _list_told(request: StaffRequest) -> UUID:
    told = frame.uuid_or_none(request.POST.get("ds"))
    if told is None:
        raise Http404
    return told
