from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import translation

from tiemchung.domain.access.errors import DeviceNotWaiting
from tiemchung.domain.scheduling import errors
from tiemchung.domain.scheduling.errors import SessionImpossible
from tiemchung.faces.shared.refusals import STATUSES, RefusalMiddleware, sentence
from tiemchung.faces.shared.sentences import FIELDS, REFUSALS
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


@pytest.mark.parametrize(("field", "word"), [("day", "ngày, từ hôm nay trở đi"), ("capacity", "số chỗ mỗi 15 phút")])
def test_a_field_is_called_by_its_word(field: str, word: str) -> None:
    with translation.override("vi"):
        assert word in sentence(SessionImpossible(field=field))


def test_every_field_that_a_refusal_names_has_a_word() -> None:
    told = re.compile(r'\b(?:SessionImpossible|ClaimIncomplete|RegistrationIncomplete)\(field="(\w+)"')
    files = Path(errors.__file__).parents[1].rglob("*.py")
    named = {field for file in files for field in told.findall(file.read_text(encoding="utf-8"))}
    assert {"times", "preferred_site"} <= named <= set(FIELDS)


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
