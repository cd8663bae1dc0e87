"""Read by own consent: what a citizen allows in the book opens exactly that book, to exactly that system, for that long."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

import pytest
from django.test import Client
from joserfc.jwk import ECKey
from pytest_django import Settings

from tests.domain.access.people_known import NOW
from tests.faces.healthbook.citizens import BOOK, THEIRS, Phones, add, browser, open_book, slip, text_of, vaccinated
from tests.faces.healthbook.conftest import phones
from tests.faces.partners.hospital import HOSPITAL, JWT_BEARER, KEY, assertion, own_keys, register
from tiemchung.domain.access import actions as access
from tiemchung.domain.access.values import Relation
from tiemchung.kernel.ids import uuid7

pytestmark = pytest.mark.django_db
__all__ = ["phones"]
ADDRESS, VERIFIER = "https://benh-vien.example/xong", "một chuỗi bí mật của ứng dụng, đủ dài để không ai đoán được"
ALL = ["patient/Patient.rs", "patient/Immunization.rs", "patient/ImmunizationRecommendation.rs"]
OTHER = "nha-thuoc-b"
OTHER_KEY = ECKey.generate_key("P-256", parameters={"kid": "two"})


@pytest.fixture(autouse=True)
def registered(set_time: Callable[[datetime], None], settings: Settings, keys_folder: Path, tmp_path: Path) -> Path:
    set_time(NOW)
    own_keys(settings, keys_folder, tmp_path)
    file = register(tmp_path, site=None, scopes=ALL, addresses=[ADDRESS])
    rows = json.loads(file.read_text())
    other = {**rows[0], "client": OTHER, "id": str(UUID(int=8)), "keys": [OTHER_KEY.as_dict(private=False)]}
    file.write_text(json.dumps([*rows, other]))
    return file


class Book:
    """A citizen with an open book."""

    def __init__(self, phones: Phones) -> None:
        self.person = vaccinated()
        self.client = open_book(phones)
        link = add(self.client)
        opened = self.client.post(f"{BOOK}mo/", {"code": slip(self.person), "year": "1987", "claimed": str(link)})
        self.address = str(opened["Location"])

    def allow(self, **told: Any) -> str:
        """Allow the hospital to read; return the code on the screen."""
        form = {"id": str(uuid7()), "client": HOSPITAL, "scope": ALL, "days": "30", **told}
        answer = self.client.post(f"{self.address}cho-phep/", form)
        assert answer.status_code == 200, text_of(answer.content)
        return answer.content.decode().split('tc-desk-code tc-num">')[1].split("<")[0]

    def consents(self) -> list[str]:
        page = self.client.get(f"{self.address}cho-phep/").content.decode()
        return [part.split("/thoi/")[0] for part in page.split("/cho-phep/")[1:] if "/thoi/" in part[:60]]


@pytest.fixture
def book(phones: Phones) -> Book:
    return Book(phones)


def token(grant: str, *, client: str = HOSPITAL, **told: str) -> Any:
    signed = assertion(OTHER_KEY if client == OTHER else KEY, iss=client, sub=client)
    return Client().post(
        "/fhir/token",
        {"grant_type": grant, "client_assertion_type": JWT_BEARER, "client_assertion": signed, **told},
    )


def reader(opened: dict[str, str]) -> Client:
    return Client(headers={"authorization": f"Bearer {opened['access_token']}"})


def test_what_a_citizen_allows_is_read_and_shows_among_the_looks(book: Book) -> None:
    opened = token("authorization_code", code=book.allow()).json()
    assert UUID(opened["patient"]) == book.person
    hospital = reader(opened)
    told = hospital.get(f"/fhir/Patient/{book.person}").json()
    assert (told["name"][0]["text"], told["birthDate"]) == ("Nguyễn Thị Ánh Hằng", "1987-03-02")
    assert len(hospital.get("/fhir/Immunization", {"patient": str(book.person)}).json()["entry"]) == 1
    (ahead,) = hospital.get("/fhir/ImmunizationRecommendation", {"patient": str(book.person)}).json()["entry"]
    assert ahead["resource"]["recommendation"][0]["doseNumberPositiveInt"] == 2
    looks = text_of(book.client.get(f"{book.address}ai-xem/").content)
    assert "Bệnh viện A để khám và tiêm" in looks
    page = text_of(book.client.get(f"{book.address}cho-phep/").content)
    assert "Bệnh viện A" in page
    assert "13/10/2021" in page


def test_only_what_was_ticked_is_opened(book: Book) -> None:
    hospital = reader(token("authorization_code", code=book.allow(scope=[ALL[1]])).json())
    assert hospital.get("/fhir/Immunization", {"patient": str(book.person)}).status_code == 200
    assert hospital.get(f"/fhir/Patient/{book.person}").status_code == 403
    assert hospital.get(f"/fhir/ImmunizationRecommendation/{book.person}").status_code == 403


def test_nobody_else_is_read_with_it(book: Book) -> None:
    stranger = vaccinated(name="Lê Văn Tám", born="1990-01-01")
    hospital = reader(token("authorization_code", code=book.allow()).json())
    missing = hospital.get(f"/fhir/Patient/{stranger}")
    assert missing.status_code == 404
    assert missing.json() == hospital.get(f"/fhir/Patient/{uuid7()}").json()
    assert hospital.get(f"/fhir/ImmunizationRecommendation/{stranger}").status_code == 404
    assert "entry" not in hospital.get("/fhir/Immunization", {"patient": str(stranger)}).json()
    assert "entry" not in hospital.get("/fhir/Patient", {"_id": str(stranger)}).json()


def test_the_code_serves_its_own_client_once(book: Book) -> None:
    code = book.allow()
    stolen = token("authorization_code", client=OTHER, code=code)
    assert (stolen.status_code, stolen.json()) == (400, {"error": "invalid_grant"})
    assert token("authorization_code", code=code).status_code == 200
    assert token("authorization_code", code=code).json() == {"error": "invalid_grant"}
    assert token("authorization_code", code="0000-0000-0000").json() == {"error": "invalid_grant"}


def test_an_expired_code_opens_nothing(book: Book, owner_connection: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    del owner_connection
    monkeypatch.setattr("tiemchung.domain.access.actions.consents.CODE_TERM", timedelta(seconds=-1))
    assert token("authorization_code", code=book.allow()).json() == {"error": "invalid_grant"}


def test_taken_back_it_opens_nothing_from_that_moment(book: Book) -> None:
    opened = token("authorization_code", code=book.allow()).json()
    (consent,) = book.consents()
    assert book.client.post(f"{book.address}cho-phep/{consent}/thoi/").status_code == 302
    assert reader(opened).get(f"/fhir/Patient/{book.person}").status_code == 401
    assert token("refresh_token", refresh_token=opened["refresh_token"]).json() == {"error": "invalid_grant"}
    assert book.consents() == []


def test_it_ends_on_its_day_and_until_then_its_own_client_gets_new_tokens(
    book: Book, set_time: Callable[[datetime], None]
) -> None:
    opened = token("authorization_code", code=book.allow(days="1")).json()
    assert token("refresh_token", refresh_token=opened["refresh_token"]).status_code == 200
    thief = token("refresh_token", client=OTHER, refresh_token=opened["refresh_token"])
    assert thief.json() == {"error": "invalid_grant"}
    set_time(NOW + timedelta(days=1, minutes=1))
    assert token("refresh_token", refresh_token=opened["refresh_token"]).json() == {"error": "invalid_grant"}
    assert reader(opened).get(f"/fhir/Patient/{book.person}").status_code == 401


def test_an_account_that_has_lost_the_book_has_nothing_to_give(book: Book) -> None:
    opened = token("authorization_code", code=book.allow()).json()
    assert book.client.post(f"{book.address}bo/").status_code == 302
    assert reader(opened).get(f"/fhir/Patient/{book.person}").status_code == 401


def test_another_account_neither_sees_nor_ends_nor_gives_it(book: Book, phones: Phones) -> None:
    book.allow()
    (consent,) = book.consents()
    thief = open_book(phones, THEIRS, client=browser("198.51.100.9"))
    link = add(thief, name="Lê Thị Tám", year="1990", number="079 190 004 418")
    form = {"id": str(uuid7()), "client": HOSPITAL, "scope": ALL, "days": "30"}
    assert thief.post(f"{book.address}cho-phep/", form).status_code == 404
    assert thief.post(f"{BOOK}nguoi/{link}/cho-phep/", form).status_code == 302
    assert thief.post(f"{book.address}cho-phep/{consent}/thoi/").status_code == 404
    assert book.consents() == [consent]


def test_whoever_helps_does_not_give_the_book_to_others(book: Book, phones: Phones) -> None:
    helper = open_book(phones, THEIRS, client=browser("198.51.100.9"))
    told = {"code": slip(book.person), "year": "1987", "relation": Relation.HELPED.value}
    address = str(helper.post(f"{BOOK}mo/", told)["Location"])
    page = helper.get(f"{address}cho-phep/")
    assert "Bạn mở sổ này để giúp" in text_of(page.content)
    form = {"id": str(uuid7()), "client": HOSPITAL, "scope": ALL, "days": "30"}
    assert helper.post(f"{address}cho-phep/", form).status_code == 422


@pytest.mark.parametrize(
    "wrong", [{"client": "ai-do"}, {"client": ""}, {"scope": []}, {"days": "36500"}, {"days": "-1"}, {"days": "năm"}]
)
def test_what_cannot_be_allowed_is_said_and_nothing_is_kept(book: Book, wrong: dict[str, Any]) -> None:
    form = {"id": str(uuid7()), "client": HOSPITAL, "scope": ALL, "days": "30", **wrong}
    assert book.client.post(f"{book.address}cho-phep/", form).status_code == 422
    assert book.consents() == []


def test_a_second_click_is_the_same_consent_with_a_new_code(book: Book) -> None:
    key = str(uuid7())
    first, second = book.allow(id=key), book.allow(id=key)
    assert len(book.consents()) == 1
    assert token("authorization_code", code=first).json() == {"error": "invalid_grant"}
    assert token("authorization_code", code=second).status_code == 200


# --- a system that asks through the browser ------------------------------------------------------------------------


def challenge() -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")


def ask(client: Client, **told: str) -> Any:
    usual = {
        "response_type": "code",
        "client_id": HOSPITAL,
        "redirect_uri": ADDRESS,
        "scope": "patient/Patient.rs openid patient/Immunization.rs",
        "state": "trạng thái",
        "code_challenge": challenge(),
        "code_challenge_method": "S256",
    }
    return client.get(f"{BOOK}cho-phep/", usual | told)


def link_of(book: Book) -> str:
    return book.address.rstrip("/").split("/")[-1]


def decide(book: Book, **told: str) -> dict[str, str]:
    """Answer the question; return what goes back to the system."""
    form = {"id": str(uuid7()), "link": link_of(book), "days": "30", "do": "allow", **told}
    page = book.client.post(f"{BOOK}cho-phep/quyet-dinh/", form)
    assert page.status_code == 200, text_of(page.content)
    back = page.content.decode().split('href="https://')[1].split('"')[0].replace("&amp;", "&")
    assert f"https://{back}".startswith(ADDRESS)
    return dict(parse_qsl(urlsplit(f"https://{back}").query))


def test_a_system_that_asks_gets_the_answer_of_whoever_signs_in(book: Book) -> None:
    assert ask(book.client)["Location"] == f"{BOOK}cho-phep/quyet-dinh/"
    page = text_of(book.client.get(f"{BOOK}cho-phep/quyet-dinh/").content)
    assert "Cho Bệnh viện A xem sổ?" in page
    assert "Mũi sắp tới" not in page
    back = decide(book)
    assert back["state"] == "trạng thái"
    given = {"code": back["code"], "redirect_uri": ADDRESS}
    for wrong in (
        {"code_verifier": "đoán"},
        {"code_verifier": VERIFIER, "redirect_uri": "https://ke-gian.example/"},
        {},
    ):
        ask(book.client)
        fresh = {"code": decide(book)["code"], "redirect_uri": ADDRESS}
        assert token("authorization_code", **{**fresh, **wrong}).json() == {"error": "invalid_grant"}
    opened = token("authorization_code", **given, code_verifier=VERIFIER).json()
    assert opened["scope"] == "patient/Immunization.rs patient/Patient.rs"
    assert reader(opened).get(f"/fhir/Patient/{book.person}").status_code == 200


def test_denied_nothing_is_kept_and_the_system_hears_it(book: Book) -> None:
    ask(book.client)
    assert decide(book, do="deny") == {"error": "access_denied", "state": "trạng thái"}
    assert book.consents() == []
    assert book.client.get(f"{BOOK}cho-phep/quyet-dinh/").status_code == 302


def test_the_question_waits_while_somebody_signs_in(phones: Phones) -> None:
    client = browser()
    assert ask(client).status_code == 302
    assert "vao" in client.get(f"{BOOK}cho-phep/quyet-dinh/")["Location"]
    client.post(f"{BOOK}vao/", {"phone": "0903123218"})
    answer = client.post(f"{BOOK}vao/ma/", {"code": phones.code("0903123218")})
    assert answer["Location"] == f"{BOOK}cho-phep/quyet-dinh/"
    assert "Sổ của bạn chưa mở" in text_of(client.get(answer["Location"]).content)


@pytest.mark.parametrize("wrong", [{"client_id": "ai-do"}, {"redirect_uri": "https://ke-gian.example/"}])
def test_whoever_is_not_registered_gets_no_browser_back(wrong: dict[str, str]) -> None:
    answer = ask(browser(), **wrong)
    assert answer.status_code == 400
    assert "ke-gian" not in text_of(answer.content)
    assert "Location" not in answer


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"response_type": "token"}, "invalid_request"),
        ({"code_challenge": ""}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"scope": "system/Patient.rs"}, "invalid_scope"),
    ],
)
def test_a_request_that_is_not_right_goes_back_with_its_fault(wrong: dict[str, str], error: str) -> None:
    answer = ask(browser(), **wrong)
    assert answer["Location"].startswith(f"{ADDRESS}?error={error}")


def test_a_system_of_the_citizens_alone_reads_nothing_by_itself(book: Book) -> None:
    refused = token("client_credentials", scope=" ".join([*ALL, "system/Patient.rs"]))
    assert refused.json() == {"error": "invalid_scope"}
    assert timedelta(minutes=5) >= access.TOKEN_TERM
    assert book.consents() == []
