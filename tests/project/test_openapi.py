"""Everything machines may call is described in one place, and answers as described: schemathesis asks odd things of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import msgspec
import pytest
import schemathesis
from django import http
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.test import Client
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.house.test_routes import all_routes
from tests.project.answering import may_answer_json
from tiemchung.project import openapi
from tiemchung.project import openapi as project_openapi

MACHINES = ("api/devices/", "fhir/")
EXAMPLES = 3
"""Requests made up for each operation; enough to meet every kind of parameter once."""
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


APPLICATION = WSGIHandler()


@schemathesis.serializer("application/x-ndjson", "application/vnd.tiemchung.relay")
def lines(_context: Any, value: Any) -> bytes:
    """Send what was made up for a batch, or for an envelope, as it is."""
    return str(value).encode()


@pytest.fixture(scope="session")
def document() -> Any:
    return schemathesis.openapi.from_dict(openapi.document(base="http://testserver"))


@pytest.fixture
def one_connection() -> Iterator[None]:
    """Let requests leave the test's connection open, as Django's own test client does."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("one_connection")
@pytest.mark.django_db
def test_whatever_is_asked_the_answer_is_as_described(document: Any) -> None:
    asked = []
    for found in document.get_all_operations():
        operation = found.ok()

        @settings(
            max_examples=EXAMPLES,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def holds(case: Any) -> None:
            case.call_and_validate(app=APPLICATION, checks=CHECKS)

        holds()
        asked.append(operation.label)
    assert len(asked) == sum(len(operations) for operations in document.raw_schema["paths"].values())


def described(document: Any) -> set[str]:
    return {re.sub(r"\{[^}]+\}", "*", path.strip("/")) for path in document.raw_schema["paths"]}


def addresses() -> set[str]:
    return {re.sub(r"<[^>]+>", "*", route.address) for route in all_routes()}


def test_every_address_of_the_machines_is_described(document: Any) -> None:
    routes = {address for address in addresses() if address.startswith(MACHINES)}
    assert {route for route in routes - described(document) if "openapi" not in route} == {"api/devices/"}, (
        "the list of addresses"
    )


OUR_OWN_PAGES = {
    "demo/clock": "the demo's alone, on loopback",
    "demo/outbox": "the demo's alone, on loopback",
    "so-suc-khoe/nguoi/<uuid:link>/tai-ve.json": "a citizen's own copy, behind their cookie",
    "station/app/manifest.webmanifest": "read by the browser that installs our app",
    "station/app/communes.json": "every commune for our app",
    "station/app/rehearsal.json": "the reference data of our app",
    "station/app/words.json": "the words of our app",
    "station/app/reader.js": "a script of our app: one table has the types of all its files",
    "station/app/sw.js": "the same",
}
"""Addresses that answer JSON to nobody but our own pages, and why they are in no document."""


def test_what_answers_json_is_described_or_says_why_it_is_not(document: Any) -> None:
    answering = {route.address for route in all_routes() if may_answer_json(route.view)}
    told = {address for address in answering if re.sub(r"<[^>]+>", "*", address).strip("/") in described(document)}
    assert {"kiem-tra/ket-qua/", "fhir/Patient", "fhir/token", "healthz"} <= told
    # What begins as a machine's address is held to the document by its address alone.
    assert {each for each in answering - told if not each.startswith(MACHINES)} == OUR_OWN_PAGES.keys()


KINDS = {"told": "application/geo+json; charset=utf-8", "page": "text/html"}


def _helper(told: object) -> HttpResponse:
    return _deeper(told, kind="told")


def _deeper(told: object, *, kind: str) -> HttpResponse:
    return HttpResponse(str(told), content_type=KINDS[kind])


def by_a_helper_s_helper(_request: HttpRequest) -> HttpResponse:
    return _helper({})


def by_a_module(request: HttpRequest) -> HttpResponse:
    return project_openapi.openapi(request)


def by_a_name_of_its_own(_request: HttpRequest) -> HttpResponse:
    return http.JsonResponse({})


@require_safe
@never_cache
def behind_decorators(_request: HttpRequest) -> HttpResponse:
    def inside() -> HttpResponse:
        return JsonResponse({})

    return inside()


def a_decorator_of_ours(view: Callable[[HttpRequest], dict[str, str]]) -> Callable[[HttpRequest], HttpResponse]:
    def answered(request: HttpRequest) -> HttpResponse:
        return JsonResponse(view(request))

    return answered


@a_decorator_of_ours
def by_what_it_is_wrapped_in(_request: HttpRequest) -> dict[str, str]:
    return {}


def by_a_table(request: HttpRequest) -> HttpResponse:
    return TABLE[request.method or ""](request)


class ByAClass(View):
    def get(self, _request: HttpRequest) -> HttpResponse:
        return _helper({})


TABLE: dict[str, Callable[[HttpRequest], HttpResponse]] = {"GET": by_a_helper_s_helper}
PLANTED = {
    "helper": by_a_helper_s_helper,
    "module": by_a_module,
    "attribute": by_a_name_of_its_own,
    "decorators": behind_decorators,
    "wrapped": by_what_it_is_wrapped_in,
    "table": by_a_table,
    "partial": partial(_deeper, kind="told"),
    "class": ByAClass.as_view(),
}


def a_page(request: HttpRequest) -> HttpResponse:
    kept = msgspec.json.encode({"a": "what is kept is no answer"})
    return render(request, "portal/page.html", {"kept": kept, "type": request.headers.get("accept")})


@pytest.mark.parametrize("planted", PLANTED)
def test_a_view_that_answers_json_through_others_is_found(planted: str) -> None:
    assert may_answer_json(PLANTED[planted])


def test_a_page_is_not_taken_for_json() -> None:
    assert not may_answer_json(a_page)
    pages = [route for route in all_routes() if route.address in {"", "station/", "cong-tac/", "so-suc-khoe/"}]
    assert len(pages) == 4
    assert not any(may_answer_json(route.view) for route in pages)


def test_a_machine_without_a_session_is_told_the_verdict_as_described() -> None:
    client = Client(enforce_csrf_checks=True, headers={"accept": "application/json"})
    answer = client.post("/kiem-tra/ket-qua/", {"text": "HC1:BROKEN"})
    assert (answer.status_code, answer.json()["word"]) == (200, "stop")


def test_the_open_files_are_described(document: Any) -> None:
    files = {address for address in addresses() if address.endswith((".csv", ".json"))}
    open_files = {file for file in files if file.startswith(("so-lieu/", "kiem-tra/"))}
    assert open_files <= described(document)
