"""What a tablet without a network wrote, carried here as a file: the very batches that it would have sent."""

from __future__ import annotations

from collections import Counter

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
from tiemchung.plumbing.time import clock

MOST_BYTES = 16 * 1024 * 1024
"""More than a day of one tablet by far. Ours; the app says the same."""


@staff_only(Power.ATTEST)
@require_http_methods(["GET", "POST"])
def carried(request: StaffRequest) -> HttpResponse:
    """Take a sealed file that somebody carried. The device's own signature says whose it is, and its site is the device's."""
    required_site(request.actor)
    if request.method == "GET":
        return page(request, "station/carried.html", {"told": None, "wrong": ""})
    file = request.FILES.get("file")
    if file is None or not file.size:
        return _answer(request, wrong=t("Chọn tệp .tcb đã lưu ở máy.", "Choose the .tcb file saved on the tablet."))
    if file.size > MOST_BYTES:
        return _answer(request, wrong=t("Tệp này lớn quá 16 MB.", "This file is over 16 MB."), status=413)
    told: Counter[Outcome] = Counter()
    try:
        for batch in wire.batches_in(file.read()):
            receipt = intake.receive(batch, now=clock().now(), sealed_to=unsealing_key())
            told.update(answer.outcome for answer in receipt.answers)
    except wire.WireError:
        return _answer(request, told=told, wrong=sentence(BatchUnreadable()), status=422)
    except Refusal as refusal:
        # Each batch is one transaction: what was answered before stands, and the tablet still holds all of it.
        return _answer(request, told=told, wrong=sentence(refusal), status=int(status_of(refusal)))
    return _answer(request, told=told, status=200)


def _answer(
    request: StaffRequest, *, told: Counter[Outcome] | None = None, wrong: str = "", status: int = 422
) -> HttpResponse:
    shown = {str(outcome): count for outcome, count in told.items()} if told else None
    return page(request, "station/carried.html", {"told": shown, "wrong": wrong}, status=status)
