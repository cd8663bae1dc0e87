"""Every route names who may come in; nothing opens to anybody unless it stands on the list below; strangers get nowhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, path
from django.urls.resolvers import RoutePattern

from tiemchung.faces.shared.doors import Policy, public, staff_only
from tiemchung.kernel.actor import Power

PUBLIC: frozenset[str] = frozenset(
    {
        "",
        "diem-tiem/",
        "diem-tiem/<str:code>/",
        "phan-anh/",
        "phan-anh/so/",
        "phan-anh/toc-do/",
        "so-lieu/tinh.csv",
        "so-lieu/ngay.csv",
        "so-lieu/2021/",
        "so-lieu/2025/",
        "so-lieu/2025/tinh.csv",
        "so-lieu/2025/ngay.csv",
        "so-lieu/2025/<str:province>/",
        "so-lieu/2025/<str:province>/xa.csv",
        "so-lieu/2025/<str:province>/ngay.csv",
        "so-lieu/<str:province>/",
        "so-lieu/<str:province>/huyen.csv",
        "so-lieu/<str:province>/ngay.csv",
        "so-lieu/<str:province>/<str:district>/",
        "so-lieu/<str:province>/<str:district>/xa.csv",
        "so-lieu/<str:province>/<str:district>/ngay.csv",
        "so-lieu/<str:province>/<str:district>/<str:commune>/",
        "so-lieu/<str:province>/<str:district>/<str:commune>/diem.csv",
        "so-lieu/<str:province>/<str:district>/<str:commune>/ngay.csv",
        "so-lieu/2025/<str:province>/<str:commune>/",
        "so-lieu/2025/<str:province>/<str:commune>/diem.csv",
        "so-lieu/2025/<str:province>/<str:commune>/ngay.csv",
        "chot/to-khai/",
        "chot/to-khai/hinh/",
        "chot/to-khai/ma/",
        "kiem-tra/",
        "kiem-tra/ket-qua/",
        "kiem-tra/danh-sach.json",
        "kiem-tra/khoa.json",
        "kiem-tra/nhat-ky.json",
        "kiem-tra/nhat-ky/<uuid:line>/<uuid:certificate>.json",
        "kiem-tra/sw.js",
        "account/2fa/authenticate/",
        "account/2fa/webauthn/login/",
        "account/inactive/",
        "account/login/",
        "account/logout/",
        "account/signup/",
        "api/devices/",
        "api/devices/enrollments",
        "api/devices/enrollments/<uuidstr:device>",
        "api/devices/nonce",
        "api/devices/openapi.json",
        "api/openapi.json",
        "demo/clock",
        "demo/logins",
        "demo/outbox",
        "demo/sign-in/",
        "fhir/.well-known/smart-configuration",
        "fhir/metadata",
        "fhir/token",
        "healthz",
        "station/app/",
        "station/app/manifest.webmanifest",
        "station/app/reader.js",
        "station/app/sw.js",
        "station/app/communes.json",
        "station/app/rehearsal.json",
        "station/app/words.json",
        "so-suc-khoe/cho-phep/",
        "so-suc-khoe/vao/",
        "so-suc-khoe/vao/gui-lai/",
        "so-suc-khoe/vao/ma/",
    }
)
"""Routes that answer anybody. Whoever opens one writes it here too, so that a reviewer sees it twice."""

DOORS = {"public", "staff", "device", "citizen", "partner"}
SIGN_IN = {"staff": "/login/", "device": "/login/", "citizen": "/so-suc-khoe/vao/"}
"""Where each door sends a stranger."""
TURNED_AWAY = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
SAMPLES = {
    "uuid": "01912d68-7901-7000-8000-000000000001",
    "uuidstr": "01912d68-7901-7000-8000-000000000001",
    "int": "1",
    "str": "2021-09-13",
    "slug": "sample",
    "path": "sample",
}


@dataclass(frozen=True, kw_only=True)
class Route:
    """One address and what answers there."""

    address: str
    view: Callable[..., Any]

    @property
    def policy(self) -> Policy | None:
        """Return what it asks of whoever comes; None if it does not say."""
        policy = getattr(self.view, "policy", None)
        return policy if isinstance(policy, Policy) else None

    @property
    def example(self) -> str:
        """Return an address that this route answers."""
        filled = re.sub(r"<(?:(\w+):)?(\w+)>", lambda hole: SAMPLES.get(hole[1] or "str", "2021-09-13"), self.address)
        return "/" + filled


def routes(patterns: Iterable[URLPattern | URLResolver], before: str = "") -> Iterator[Route]:
    """Yield every route below these patterns."""
    for pattern in patterns:
        address = before + (str(pattern.pattern) if isinstance(pattern.pattern, RoutePattern) else f"{pattern.pattern}")
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, address)
        else:
            yield Route(address=address, view=pattern.callback)


def all_routes() -> list[Route]:
    """Return every route of the platform, allauth's too."""
    return list(routes(get_resolver().url_patterns))


def doorless(found: Iterable[Route]) -> list[str]:
    """Return the routes that do not say who may come in."""
    return [route.address for route in found if route.policy is None or route.policy.door not in DOORS]


def open_to_anybody(found: Iterable[Route]) -> set[str]:
    """Return the routes that are open to anybody."""
    return {route.address for route in found if route.policy and route.policy.door == "public"}


def test_every_route_says_who_may_come_in() -> None:
    assert doorless(all_routes()) == []


def test_only_the_routes_on_the_list_are_public() -> None:
    assert open_to_anybody(all_routes()) == PUBLIC


def test_every_public_route_gives_its_reason() -> None:
    silent = [
        route.address
        for route in all_routes()
        if route.policy and route.policy.door == "public" and not route.policy.why.strip()
    ]
    assert silent == []


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_stranger_gets_nowhere_else(method: str) -> None:
    client = Client(raise_request_exception=False)
    entered = []
    for route in all_routes():
        if route.policy is None or route.policy.door == "public":
            continue
        answer = getattr(client, method)(route.example)
        sent_to_sign_in = answer.status_code == HTTPStatus.FOUND and SIGN_IN[route.policy.door] in answer["Location"]
        wrong_method = answer.status_code == HTTPStatus.METHOD_NOT_ALLOWED
        # A batch carries its signature inside: bytes that are no batch are signed by nobody.
        no_batch = route.policy.door == "device" and answer.status_code == HTTPStatus.BAD_REQUEST
        if answer.status_code not in TURNED_AWAY and not (sent_to_sign_in or wrong_method or no_batch):
            entered.append(f"{method.upper()} {route.example}: {answer.status_code}")
    assert entered == []


def test_a_route_that_says_nothing_is_noticed() -> None:
    def page(_request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    @public("planted")
    def opened(_request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    guarded = staff_only(Power.SEE_BOARD)(page)
    planted = list(routes([path("bare/", page), path("open/", opened), path("staff/<uuid:site>/", guarded)]))
    assert doorless(planted) == ["bare/"]
    assert open_to_anybody(planted) == {"open/"}
    assert planted[2].example == "/staff/01912d68-7901-7000-8000-000000000001/"
