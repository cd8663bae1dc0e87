"""A traveler declares a journey; an officer looks at what is shown; a ward says where that is asked for.

Nothing of a traveler is stored but that somebody passed: what was scanned is judged and forgotten.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from csp.decorators import csp_update
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tiemchung.domain.intake import actions as intake
from tiemchung.domain.movement import actions, queries
from tiemchung.domain.movement.values import Decision
from tiemchung.domain.places import actions as place_actions
from tiemchung.domain.places import queries as places
from tiemchung.domain.places.values import Checkpoint, CheckpointKind
from tiemchung.faces.checkpoint import pages
from tiemchung.faces.shared.divisions import in_force
from tiemchung.faces.shared.doors import StaffRequest, staff_only
from tiemchung.faces.shared.refusals import sentence, status_of
from tiemchung.faces.shared.words import t
from tiemchung.kernel.actor import Power
from tiemchung.kernel.clock import business_day
from tiemchung.kernel.ids import uuid7
from tiemchung.kernel.refusal import Refusal
from tiemchung.plumbing.time import clock

CHOSEN = "checkpoint"
"""Under which key the session remembers the officer's checkpoint."""
SALT = "checkpoint.decision"
DECIDED_WITHIN_S = 600
"""How long a verdict may wait for its decision, in real time: the page is looked at, not kept. Ours."""
MOST_LETTERS = 13_000
_READS_WASM = csp_update({"script-src": ["'wasm-unsafe-eval'"]})


@_READS_WASM
@staff_only(Power.CHECK_PASSAGE, Power.ENROLL_CHECKPOINT, Power.DECLARE_ZONE)
@require_GET
def home(request: StaffRequest) -> HttpResponse:
    """Show the scan of the chosen checkpoint, or the list to choose from."""
    if not request.actor.can(Power.CHECK_PASSAGE):
        return redirect("checkpoint:places" if request.actor.can(Power.ENROLL_CHECKPOINT) else "checkpoint:zones")
    here = _chosen(request)
    if here is None:
        return page(request, "checkpoint/choose.html", {"checkpoints": places.checkpoints_within(request.actor.reach)})
    return page(request, "checkpoint/scan.html", _counted(here))


@staff_only(Power.CHECK_PASSAGE)
@require_POST
def choose(request: StaffRequest) -> HttpResponse:
    """Remember where the officer stands; without a code, choose anew."""
    request.session[CHOSEN] = request.POST.get("code", "")
    return redirect("checkpoint:home")


@_READS_WASM
@staff_only(Power.CHECK_PASSAGE)
@require_POST
def check(request: StaffRequest) -> HttpResponse:
    """Say the verdict about what was scanned. It is stored by the officer's decision, and only as a passage."""
    here = _chosen(request)
    if here is None:
        return redirect("checkpoint:home")
    now = clock().now()
    found = actions.check(
        request.POST.get("text", "")[: MOST_LETTERS + 1],
        checkpoint=here,
        actor=request.actor,
        now=now,
        real_now=datetime.now(tz=UTC),
    )
    slip = signing.dumps({"id": str(uuid7(now)), "rule": found.rule, "token": found.token, "at": here.code}, salt=SALT)
    context = {"checkpoint": here, "shown": pages.traveler(found, now=now), "slip": slip, "now": now}
    return render(request, "checkpoint/verdict.html", context)


@staff_only(Power.CHECK_PASSAGE)
@require_POST
def record(request: StaffRequest) -> HttpResponse:
    """Note the passage. The slip's id makes a second click the same one; a slip too old notes nothing and says so."""
    here = _chosen(request)
    decision = next((each for each in Decision if each == request.POST.get("decision")), None)
    if here is None or decision is None:
        return redirect("checkpoint:home")
    try:
        slip = signing.loads(request.POST.get("slip", ""), salt=SALT, max_age=DECIDED_WITHIN_S)
    except signing.BadSignature:
        wrong = t("Chưa ghi lượt này: đã quá 10 phút. Quét lại.", "Not noted: ten minutes are over. Scan again.")
        return page(request, "checkpoint/scan.html", {**_counted(here), "wrong": wrong}, status=409)
    if slip["at"] != here.code:
        return redirect("checkpoint:home")
    now = clock().now()
    event = actions.passage(
        UUID(slip["id"]),
        checkpoint=here,
        decision=decision,
        rule=slip["rule"],
        token=slip["token"],
        actor=request.actor,
        now=now,
    )
    intake.record([event], actor=request.actor, site=here.code, now=now)
    return redirect("checkpoint:home")


def _counted(here: Checkpoint) -> dict[str, Any]:
    """Return what the scan shows: where the officer stands, and how many passed there today."""
    counts = queries.passed_at(here.code, business_day(clock().now()))
    return {
        "checkpoint": here,
        "most": MOST_LETTERS,
        "passed": counts.get(Decision.PASSED, 0) + counts.get(Decision.LET_THROUGH, 0),
        "held": counts.get(Decision.HELD, 0) + counts.get(Decision.STOPPED, 0),
    }


@staff_only(Power.ENROLL_CHECKPOINT)
@require_http_methods(["GET", "POST"])
def places_page(request: StaffRequest) -> HttpResponse:
    """Show the ward's checkpoints, and enroll a place that asks to be one."""
    refusal: Refusal | None = None
    if request.method == "POST":
        kind = next((each for each in CheckpointKind if each == request.POST.get("kind")), CheckpointKind.OTHER)
        try:
            place_actions.enroll_checkpoint(
                _id(request.POST.get("id", "")) or uuid7(),
                name=request.POST.get("name", ""),
                kind=kind,
                commune=request.POST.get("commune", ""),
                era=in_force(),
                actor=request.actor,
                now=clock().now(),
            )
        except Refusal as declined:
            refusal = declined
        else:
            return redirect("checkpoint:places")
    return _places(request, refusal=refusal)


@staff_only(Power.ENROLL_CHECKPOINT)
@require_POST
def end(request: StaffRequest, code: str) -> HttpResponse:
    """End a checkpoint of the ward."""
    try:
        place_actions.end_checkpoint(code, actor=request.actor, now=clock().now())
    except Refusal as refusal:
        return _places(request, refusal=refusal)
    return redirect("checkpoint:places")


def _places(request: StaffRequest, *, refusal: Refusal | None) -> HttpResponse:
    context = {
        "checkpoints": places.checkpoints_within(request.actor.reach),
        "communes": pages.communes(request.actor.reach.communes),
        "kinds": pages.KINDS,
        "wrong": "" if refusal is None else sentence(refusal),
        "told": {name: request.POST.get(name, "") for name in ("name", "kind", "commune")},
        "id": uuid7(),
    }
    return page(request, "checkpoint/places.html", context, status=200 if refusal is None else status_of(refusal))


def _id(told: str) -> UUID | None:
    try:
        return UUID(told)
    except ValueError:
        return None


def _chosen(request: StaffRequest) -> Checkpoint | None:
    """Return where the officer stands, if it is still theirs."""
    known = places.checkpoint(request.session.get(CHOSEN, "") or "")
    within = {each.code for each in places.checkpoints_within(request.actor.reach)}
    return known if known is not None and known.code in within else None


def page(request: StaffRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """Show a page within the frame: who is signed in, and what they may do here."""
    frame = {
        "actor": request.actor,
        "may_check": request.actor.can(Power.CHECK_PASSAGE),
        "may_enroll": request.actor.can(Power.ENROLL_CHECKPOINT),
        "may_declare": request.actor.can(Power.DECLARE_ZONE),
        "wrong": "",
    }
    return render(request, template, {**frame, **context}, status=status)
