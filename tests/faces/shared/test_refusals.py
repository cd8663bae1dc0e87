from __future__ import annotations

import json

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import translation

from tiemchung.domain.access.errors import DeviceNotWaiting
from tiemchung.faces.shared.refusals import STATUSES, RefusalMiddleware
from tiemchung.faces.shared.sentences import REFUSALS
from tiemchung.kernel.refusal import NotPermitted


@pytest.fixture
def middleware() -> RefusalMiddleware:
    return RefusalMiddleware(lambda _request: HttpResponse())


def test_a_person_reads_the_sentence_in_her_language(middleware: RefusalMiddleware) -> None:
    request = RequestFactory().get("/station/", headers={"accept": "text/html"})
    with translation.override("vi"):
        answer = middleware.process_exception(request, NotPermitted())
    assert answer is not None
    assert answer.status_code == 403
    assert "Vai trò của bạn chưa gồm việc này" in answer.content.decode()
    with translation.override("en"):
        answer = middleware.process_exception(request, NotPermitted())
    assert answer is not None
    assert "Your role does not include this" in answer.content.decode()


def test_a_machine_reads_the_code(middleware: RefusalMiddleware) -> None:
    request = RequestFactory().post("/api/devices/batches")
    with translation.override("en"):
        answer = middleware.process_exception(request, NotPermitted(site="79-0001"))
    assert answer is not None
    assert answer["Content-Type"] == "application/problem+json"
    assert json.loads(answer.content)["code"] == "not-permitted"
    assert json.loads(answer.content)["site"] == "79-0001"
    assert "Your role does not include this" in json.loads(answer.content)["detail"]


def test_a_fact_named_like_a_standard_member_hides_none(middleware: RefusalMiddleware) -> None:
    answer = middleware.process_exception(
        RequestFactory().post("/api/devices/x"), DeviceNotWaiting(device=b"\x00\xff", status="revoked")
    )
    assert answer is not None
    assert answer.status_code == json.loads(answer.content)["status"] == 409
    assert json.loads(answer.content)["device"] == "AP8"


def test_every_status_is_of_a_refusal_that_exists() -> None:
    assert sorted(set(STATUSES) - set(REFUSALS)) == []


def test_what_is_no_refusal_is_not_dressed_up(middleware: RefusalMiddleware) -> None:
    assert middleware.process_exception(RequestFactory().get("/"), ValueError()) is None
