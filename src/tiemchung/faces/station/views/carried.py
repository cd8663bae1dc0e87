"""What a tablet without a network wrote, carried here as a file: the very batches that it would have sent."""

from __future__ import annotations

import logging
from collections import Counter
from uuid import UUID

from django.db.utils import OperationalError
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from tiemchung.domain.intake import actions as intake
from tiemchung.domain.intake.errors import BatchUnreadable
from tiemchung.domain.intake.values import Outcome
from tiemchung.faces.shared.doors import StaffRequest, staff_only
from tiemchung.faces.shared.refusals import sentence, status_of
from tiemchung.faces.shared.tabletkeys import unsealing_key
from tiemchung.faces.shared.words import t
from tiemchung.faces.station.views.frame import page, required_site
from tiemchung.kernel import wire
from tiemchung.kernel.actor import Power
from tiemchung.kernel.refusal import Refusal
from tiemchung.plumbing import rowsecurity
from tiemchung.plumbing.time import clock

log = logging.getLogger(__name__)

MOST_BYTES = 16 * 1024 * 1024
"""More than a day of one tablet by far. Ours; the app says the same."""


@staff_only(Power.ATTEST, in_one=False)
@require_http_methods(["GET", "POST"])
def carried(request: StaffRequest) -> HttpResponse:
    """Take a sealed file that somebody carried. The device's own signature says whose it is, and its site is the device's.

    Each batch is a transaction of its own, as it is where a tablet sends it: what was taken stands, however the next one ends.
    """
    with rowsecurity.reaching(request.actor.reach):
        required_site(request.actor)
    if request.method == "GET":
        return _answer(request, status=200)
    file = request.FILES.get("file")
    if file is None or not file.size:
        return _answer(request, wrong=t("Chọn tệp .tcb đã lưu ở máy.", "Choose the .tcb file saved on the tablet."))
    if file.size > MOST_BYTES:
        return _answer(request, wrong=t("Tệp này lớn quá 16 MB.", "This file is over 16 MB."), status=413)
    told: Counter[Outcome] = Counter()
    wrong, status = _take(file.read(), told)
    return _answer(request, told=told, wrong=wrong, status=status)


def _take(content: bytes, told: Counter[Outcome]) -> tuple[str, int]:
    """Take batch after batch and count the answers; return what ended it early, if anything did, and the status.

    A batch that is refused ends its own chain in the file; an earlier enrollment's is another, and goes on.
    """
    ended: dict[UUID, Refusal] = {}
    try:
        for batch in wire.batches_in(content):
            device = wire.device_of(batch)
            if device not in ended:
                told.update(_taken(batch, device, ended))
    except wire.WireError:
        return sentence(BatchUnreadable()), 422
    except OperationalError as error:
        log.warning("a carried batch could not be taken now: %s", type(error).__name__)
        again = t(
            "Hệ thống đang bận. Những bản ghi báo ở trên đã nhận xong; ít phút nữa tải lại chính tệp này để nhận phần còn lại.",
            "The system is busy. What is told above is taken; upload the same file again in some minutes for the rest.",
        )
        return again, 503
    for refusal in ended.values():
        return sentence(refusal), int(status_of(refusal))
    return "", 200


def _taken(batch: bytes, device: UUID, ended: dict[UUID, Refusal]) -> list[Outcome]:
    try:
        receipt = intake.receive(batch, now=clock().now(), sealed_to=unsealing_key())
    except Refusal as refusal:
        ended[device] = refusal
        return []
    return [answer.outcome for answer in receipt.answers]


def _answer(
    request: StaffRequest, *, told: Counter[Outcome] | None = None, wrong: str = "", status: int = 422
) -> HttpResponse:
    shown = {str(outcome): count for outcome, count in told.items()} if told else None
    with rowsecurity.reaching(request.actor.reach):
        return page(request, "station/carried.html", {"told": shown, "wrong": wrong}, status=status)
