"""What partner systems call: tokens for signed assertions, and persons and doses as FHIR. Every read is logged by its query."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from tiemchung.domain.access import actions as access
from tiemchung.domain.access.errors import ClientRefused, GrantRefused, ScopeRefused, TokenRefused
from tiemchung.domain.access.values import Bearer, Opened
from tiemchung.domain.immunization import queries as immunization
from tiemchung.domain.immunization.values import DoseShown
from tiemchung.domain.people import queries as people
from tiemchung.domain.places import queries as places
from tiemchung.domain.vaccines import queries as vaccines
from tiemchung.faces.partners import capability, mapping
from tiemchung.faces.partners.mapping import Resource
from tiemchung.faces.shared import numbers
from tiemchung.faces.shared.doors import Policy, public, with_policy
from tiemchung.faces.shared.refusals import sentence
from tiemchung.faces.shared.words import t
from tiemchung.kernel.purpose import Purpose
from tiemchung.kernel.refusal import Refusal
from tiemchung.plumbing.rowsecurity import reaching
from tiemchung.plumbing.time import clock

FHIR = "application/fhir+json"
FORMATS = frozenset({FHIR, "application/json", "json"})
"""What clients write into `_format` (FHIR R4, 3.1.0.1.11) for the one format there is."""
JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
PATIENTS, DOSES, AHEAD = "Patient", "Immunization", "ImmunizationRecommendation"
MOST = 50
"""Entries of one page; ours."""
P = ParamSpec("P")
_KINDS = {
    TokenRefused.code: (HTTPStatus.UNAUTHORIZED, "login"),
    ScopeRefused.code: (HTTPStatus.FORBIDDEN, "forbidden"),
    "not-permitted": (HTTPStatus.FORBIDDEN, "forbidden"),
}


class CannotRead(Exception):  # noqa: N818 - it tells what the matter is
    """A parameter that cannot be read, with the sentence for its sender."""


def _json(resource: Resource, status: HTTPStatus = HTTPStatus.OK) -> HttpResponse:
    answer = HttpResponse(msgspec.json.encode(resource), status=status.value, content_type=FHIR)
    if status is HTTPStatus.UNAUTHORIZED:
        answer["WWW-Authenticate"] = "Bearer"
    return answer


def _base(request: HttpRequest) -> str:
    return f"{settings.TIEMCHUNG_PUBLIC_URL or request.build_absolute_uri('/')}".rstrip("/") + "/fhir"


def _authorize(request: HttpRequest) -> str:
    return f"{_base(request).removesuffix('/fhir')}{reverse('healthbook:asked')}"


def partner_only(
    resource: str,
) -> Callable[[Callable[Concatenate[HttpRequest, Bearer, P], Resource]], Callable[..., HttpResponse]]:
    """Open a view to partners whose token opens the resource, within what it reaches; errors are OperationOutcomes."""

    def guard(view: Callable[Concatenate[HttpRequest, Bearer, P], Resource]) -> Callable[..., HttpResponse]:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            word, _, token = request.headers.get("Authorization", "").partition(" ")
            try:
                if word.lower() != "bearer":
                    raise TokenRefused
                known = access.bearer(token.strip(), resource=resource, now=clock().now())
                with reaching(known.actor.reach):
                    found = view(request, known, *args, **kwargs)
            except CannotRead as wrong:
                return _json(mapping.outcome("invalid", "parameter", str(wrong)), HTTPStatus.BAD_REQUEST)
            except Refusal as refusal:
                status, kind = _KINDS.get(refusal.code, (HTTPStatus.CONFLICT, "conflict"))
                return _json(mapping.outcome(kind, refusal.code, sentence(refusal)), status)
            if found["resourceType"] == "OperationOutcome":
                return _json(found, HTTPStatus.NOT_FOUND)
            return _json(found)

        return with_policy(
            never_cache(require_safe(guarded)), Policy(door="partner", why="the view checks the partner's token")
        )

    return guard


@public("says what the server can do, and nothing of anybody")
@require_safe
def metadata(request: HttpRequest) -> HttpResponse:
    """Answer the CapabilityStatement."""
    return _json(capability.statement(base=_base(request), authorize=_authorize(request)))


@public("says where a token is asked for, as SMART apps look for it")
@require_safe
def smart(request: HttpRequest) -> HttpResponse:
    """Answer the SMART configuration."""
    told = capability.smart(base=_base(request), authorize=_authorize(request))
    return HttpResponse(msgspec.json.encode(told), content_type="application/json")


@public("whoever comes shows a signed assertion, and gets nothing without it")
@csrf_exempt
@never_cache
@require_POST
def token(request: HttpRequest) -> HttpResponse:
    """Give a short token for an assertion that a registered key has signed (RFC 6749, 5; RFC 7523)."""
    form = request.POST.dict()
    admit = _GRANTS.get(form.get("grant_type", ""))
    if admit is None:
        return _oauth("unsupported_grant_type", HTTPStatus.BAD_REQUEST)
    if form.get("client_assertion_type") != JWT_BEARER or not form.get("client_assertion"):
        return _oauth("invalid_request", HTTPStatus.BAD_REQUEST)
    try:
        opened = admit(form, f"{_base(request)}/token")
    except ClientRefused:
        return _oauth("invalid_client", HTTPStatus.UNAUTHORIZED)
    except GrantRefused:
        return _oauth("invalid_grant", HTTPStatus.BAD_REQUEST)
    except ScopeRefused:
        return _oauth("invalid_scope", HTTPStatus.BAD_REQUEST)
    told = {
        "access_token": opened.token,
        "token_type": "bearer",
        "expires_in": int(access.TOKEN_TERM.total_seconds()),
        "scope": " ".join(sorted(opened.scopes)),
    }
    if opened.person is not None:
        told |= {"patient": str(opened.person), "refresh_token": opened.refresh}
    return HttpResponse(msgspec.json.encode(told), content_type="application/json")


def _by_reach(form: Mapping[str, str], audience: str) -> Opened:
    asked = frozenset(form.get("scope", "").split())
    return access.admit(form["client_assertion"], audience=audience, scopes=asked)


def _by_code(form: Mapping[str, str], audience: str) -> Opened:
    return access.admit_by_code(
        form["client_assertion"],
        audience=audience,
        code=form.get("code", ""),
        verifier=form.get("code_verifier", ""),
        address=form.get("redirect_uri", ""),
        now=clock().now(),
    )


def _again(form: Mapping[str, str], audience: str) -> Opened:
    return access.admit_again(
        form["client_assertion"], audience=audience, refresh=form.get("refresh_token", ""), now=clock().now()
    )


_GRANTS: dict[str, Callable[[Mapping[str, str], str], Opened]] = {
    "client_credentials": _by_reach,
    "authorization_code": _by_code,
    "refresh_token": _again,
}


def _oauth(error: str, status: HTTPStatus) -> HttpResponse:
    return HttpResponse(msgspec.json.encode({"error": error}), status=status.value, content_type="application/json")


@partner_only(PATIENTS)
def patient(_request: HttpRequest, partner: Bearer, identifier: UUID) -> Resource:
    """Answer one person within the partner's reach."""
    found = _persons(partner, [identifier])
    return found[0] if found else _absent()


@partner_only(PATIENTS)
def patients(request: HttpRequest, partner: Bearer) -> Resource:
    """Answer the persons of these ids; nobody is found by a name or a number."""
    _insist_on(request, {"_id"})
    wanted = [_uuid(text) for text in request.GET.get("_id", "").split(",") if text]
    if not 0 < len(wanted) <= MOST:
        raise CannotRead(t("Tham số _id cần từ 1 đến {most} mã.", "_id takes 1 to {most} ids.", most=MOST))
    own = f"Patient?{urlencode({'_id': request.GET['_id']})}"
    return mapping.bundle(_persons(partner, wanted), base=_base(request), own=own, following=None)


def _open_to(partner: Bearer, wanted: list[UUID]) -> list[UUID]:
    """Return those of whom this partner may read: restricted data serve care, the law, and whom the person has let in."""
    if partner.person is not None or partner.purpose in {Purpose.CARE, Purpose.SAFETY, Purpose.OVERSIGHT}:
        return wanted
    restricted = people.restricted(wanted)
    return [person for person in wanted if person not in restricted]


def _persons(partner: Bearer, wanted: list[UUID]) -> list[Resource]:
    wanted = _open_to(partner, wanted)
    found = people.persons(wanted, purpose=partner.purpose, actor=partner.actor, viewed_at=clock().now())
    return [mapping.patient(found[person]) for person in sorted(found)]


@partner_only(DOSES)
def dose(_request: HttpRequest, partner: Bearer, identifier: str) -> Resource:
    """Answer one dose within the partner's reach."""
    key = mapping.person_and_dose(identifier)
    if key is None:
        return _absent()
    found = [each for each in _history(partner, key[0]) if (each.person, each.id) == key]
    return _doses(found)[0] if found else _absent()


@partner_only(DOSES)
def doses(request: HttpRequest, partner: Bearer) -> Resource:
    """Answer a person's doses, oldest first, page by page after the id of the last one."""
    _insist_on(request, {"patient", "_count", "_cursor"})
    asked = request.GET
    person = _uuid(asked.get("patient", "").removeprefix("Patient/"))
    count = numbers.count_in(asked.get("_count", str(MOST)), most=MOST)
    if not count:
        raise CannotRead(t("Tham số _count từ 1 đến {most}.", "_count is 1 to {most}.", most=MOST))
    found = _history(partner, person)
    if after := asked.get("_cursor"):
        places_of_last = [place for place, each in enumerate(found) if mapping.dose_id(each) == after]
        if not places_of_last:
            raise CannotRead(t("Tham số _cursor không đúng.", "_cursor is not one of ours."))
        found = found[places_of_last[0] + 1 :]
    page, more = found[:count], len(found) > count
    following = (
        urlencode({"patient": str(person), "_count": count, "_cursor": mapping.dose_id(page[-1])}) if more else None
    )
    return mapping.bundle(
        _doses(page),
        base=_base(request),
        own=f"Immunization?{urlencode(asked.dict())}",
        following=following and f"Immunization?{following}",
    )


def _is_beyond(partner: Bearer, person: UUID) -> bool:
    """Tell whether this is not the person whose book was opened to the partner: then nothing is asked, and no view noted."""
    return partner.person is not None and person not in partner.actor.reach.books


def _history(partner: Bearer, person: UUID) -> list[DoseShown]:
    if _is_beyond(partner, person) or not _open_to(partner, [person]):
        return []
    found = immunization.history([person], purpose=partner.purpose, actor=partner.actor, viewed_at=clock().now())
    return list(found.get(person, []))


@partner_only(AHEAD)
def ahead(_request: HttpRequest, partner: Bearer, identifier: UUID) -> Resource:
    """Answer the doses ahead of a person within the partner's reach."""
    found = _ahead(partner, identifier)
    return found[0] if found else _absent()


@partner_only(AHEAD)
def aheads(request: HttpRequest, partner: Bearer) -> Resource:
    """Answer the doses ahead of a person: one resource, or none."""
    _insist_on(request, {"patient"})
    person = _uuid(request.GET.get("patient", "").removeprefix("Patient/"))
    own = f"{AHEAD}?{urlencode({'patient': request.GET['patient']})}"
    return mapping.bundle(_ahead(partner, person), base=_base(request), own=own, following=None)


def _ahead(partner: Bearer, person: UUID) -> list[Resource]:
    """Return what is ahead of somebody, by every dose wherever given; nobody beyond the reach is asked about."""
    if _is_beyond(partner, person) or not _persons(partner, [person]):
        return []
    now = clock().now()
    found = immunization.ahead(person, purpose=partner.purpose, actor=partner.actor, viewed_at=now)
    if not found:
        return []
    return [mapping.recommendation(person, found, products=vaccines.products(), told_at=now)]


def _doses(found: list[DoseShown]) -> list[Resource]:
    sites = {code: site.name for code, site in places.sites_of({each.site for each in found}).items()}
    products = vaccines.products()
    return [mapping.immunization(each, products=products, sites=sites) for each in found]


def _absent() -> Resource:
    return mapping.outcome("not-found", "not-found", t("Không có trong phạm vi của bạn.", "Not within your reach."))


def _insist_on(request: HttpRequest, known: set[str]) -> None:
    if request.GET.get("_format", FHIR) not in FORMATS:
        raise CannotRead(t("Chỉ trả lời bằng JSON.", "Answers come as JSON only."))
    unknown = sorted(set(request.GET) - known - {"_format"})
    if unknown:
        raise CannotRead(t("Tham số lạ: {names}.", "Unknown parameters: {names}.", names=", ".join(unknown)[:200]))


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise CannotRead(t("Mã người không đọc được.", "The id of a person cannot be read.")) from None
