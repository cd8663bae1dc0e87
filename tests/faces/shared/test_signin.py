from __future__ import annotations

import time
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
)
from django.contrib.auth.models import User
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import path

from tests.faces.center.officers import sign_in_as
from tiemchung.domain.access import actions
from tiemchung.domain.access import queries as access
from tiemchung.domain.access.values import Role
from tiemchung.faces.shared import doors
from tiemchung.faces.shared.doors import StaffRequest, staff_only
from tiemchung.kernel.actor import SYSTEM, Power
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing import database

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]

SITE = "79-0012"
PASSWORD = "hoa sữa tháng mười"
CODES_TURN_S = 30
TODAY_S = 1_631_500_000 // CODES_TURN_S * CODES_TURN_S


@staff_only(Power.RECORD_DOSE)
def recording(request: StaffRequest) -> HttpResponse:
    reach = database.row("select current_setting('tiemchung.sites')")
    return HttpResponse(f"{request.actor.name} {reach}")


from tiemchung.project.urls import urlpatterns as platform  # noqa: E402 - the platform's addresses and one more

urlpatterns = [*platform, path("recording/", recording)]


@pytest.fixture(autouse=True)
def _no_tries_yet() -> None:
    cache.clear()


@pytest.fixture(autouse=True)
def _phone_and_server_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the time by which codes turn stand still: a code that turns while a busy machine tests says nothing."""
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.time", SimpleNamespace(time=lambda: TODAY_S))


def member(login: str, role: str = "recorder") -> User:
    roles = [{"role": role, "site": SITE}]
    row = {"id": str(uuid7()), "name": "Nguyễn Thị Thảo", "login": login, "roles": roles}
    actions.load_staff([row], actor=SYSTEM, now=datetime.now(tz=UTC))
    return User.objects.get(username=login)


def with_password(login: str, role: str = "recorder") -> User:
    user = member(login, role)
    user.set_password(PASSWORD)
    user.save()
    return user


def with_totp(user: User) -> str:
    secret: str = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def code_now(secret: str, *, turns_ago: int = 0) -> str:
    code: str = format_hotp_value(hotp_value(secret, TODAY_S // CODES_TURN_S - turns_ago))
    return code


def sign_in(client: Client, login: str, password: str = PASSWORD) -> HttpResponse:
    return client.post("/account/login/", {"login": login, "password": password})  # type: ignore[return-value]  # a test client's answer


class TestDoors:
    def test_a_stranger_is_sent_to_the_sign_in(self) -> None:
        answer = Client().get("/recording/")
        assert (answer.status_code, answer["Location"]) == (302, "/account/login/?next=/recording/")

    def test_a_password_alone_opens_no_staff_page(self) -> None:
        with_password("thao")
        client = Client()
        sign_in(client, "thao")
        assert client.get("/recording/")["Location"] == "/account/2fa/"
        assert client.get("/account/2fa/").status_code == 200

    def test_password_and_code_open_it_for_her_site_only(self) -> None:
        secret = with_totp(with_password("thao"))
        client = Client()
        assert sign_in(client, "thao")["Location"].startswith("/account/2fa/authenticate/")
        assert client.get("/recording/").status_code == 302
        arrived = client.post("/account/2fa/authenticate/", {"code": code_now(secret)})
        assert arrived["Location"] == "/account/start/"
        answer = client.get("/recording/")
        assert answer.status_code == 200
        assert answer.content.decode() == f"Nguyễn Thị Thảo (',{SITE}',)"
        assert "no-store" in answer["Cache-Control"]

    def test_a_wrong_code_opens_nothing(self) -> None:
        with_totp(with_password("thao"))
        client = Client()
        sign_in(client, "thao")
        answer = client.post("/account/2fa/authenticate/", {"code": "000000"})
        assert "Mã hoặc khóa chưa đúng" in answer.content.decode()
        assert client.get("/recording/").status_code == 302

    @pytest.mark.parametrize(("turns_ago", "opens"), [(2, False), (1, True), (-1, True), (-2, False)])
    def test_a_code_that_has_just_turned_is_still_taken(self, turns_ago: int, opens: bool) -> None:  # noqa: FBT001 - a table
        secret = with_totp(with_password("thao"))
        client = Client()
        sign_in(client, "thao")
        client.post("/account/2fa/authenticate/", {"code": code_now(secret, turns_ago=turns_ago)})
        assert (client.get("/recording/").status_code == 200) is opens

    def test_a_sign_in_left_alone_at_the_desk_ends_and_one_in_use_does_not(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        secret = with_totp(with_password("thao"))
        client = Client()
        sign_in(client, "thao")
        client.post("/account/2fa/authenticate/", {"code": code_now(secret)})
        started = time.time()
        for minutes, opens in [(0, True), (40, True), (80, True), (126, False), (127, False)]:
            monkeypatch.setattr(doors, "time", SimpleNamespace(time=lambda now=started + 60 * minutes: now))
            assert (client.get("/recording/").status_code == 200) is opens, minutes
        assert client.get("/recording/")["Location"] == "/account/login/?next=/recording/"

    def test_who_lacks_the_power_is_refused(self) -> None:
        secret = with_totp(with_password("khoa", role="screener"))
        client = Client()
        sign_in(client, "khoa")
        client.post("/account/2fa/authenticate/", {"code": code_now(secret)})
        assert client.get("/recording/").status_code == 403

    def test_who_has_left_is_refused_at_once(self) -> None:
        user = with_password("thao")
        secret = with_totp(user)
        client = Client()
        sign_in(client, "thao")
        client.post("/account/2fa/authenticate/", {"code": code_now(secret)})
        user.staff.active = False
        user.staff.save()
        assert client.get("/recording/").status_code == 403


class TestSignIn:
    def test_loaded_staff_without_a_password_cannot_sign_in(self) -> None:
        member("thao")
        answer = sign_in(Client(), "thao", "")
        assert answer.status_code == 200
        assert sign_in(Client(), "thao", "bất kỳ gì đó").status_code == 200

    def test_the_sentence_does_not_say_whether_the_login_exists(self) -> None:
        with_password("thao")
        wrong = sign_in(Client(), "thao", "sai mật khẩu rồi").content.decode()
        nobody = sign_in(Client(), "nobody", "sai mật khẩu rồi").content.decode()
        sentence = "Tên đăng nhập hoặc mật khẩu chưa đúng."
        assert sentence in wrong
        assert sentence in nobody

    def test_guessing_is_slowed_down(self) -> None:
        with_password("thao")
        client = Client()
        for _ in range(5):
            sign_in(client, "thao", "sai mật khẩu rồi")
        assert "Thử quá nhiều lần" in sign_in(client, "thao").content.decode()

    def test_nobody_makes_an_account(self) -> None:
        assert Client().get("/account/signup/").status_code == 404
        assert Client().post("/account/signup/", {"username": "x"}).status_code == 404

    def test_the_page_speaks_both_languages(self) -> None:
        assert "<title>Đăng nhập – Tiêm Chủng</title>" in Client().get("/account/login/").content.decode()
        assert "<title>Sign in – Tiêm Chủng</title>" in Client().get("/en/account/login/").content.decode()

    def test_a_passkey_is_asked_for_with_its_holder_verified(self) -> None:
        headers = {"Accept": "application/json", "X-Requested-With": "XMLHttpRequest"}
        asked = Client().get("/account/2fa/webauthn/login/", headers=headers).json()
        assert asked["request_options"]["publicKey"]["userVerification"] == "required"


class TestSecondFactor:
    def test_an_app_can_be_added_and_then_opens_the_pages(self) -> None:
        with_password("thao")
        client = Client()
        sign_in(client, "thao")
        assert client.get("/account/2fa/totp/activate/").status_code == 302
        client.post("/account/reauthenticate/", {"password": PASSWORD})
        page = client.get("/account/2fa/totp/activate/").content.decode()
        assert "data:image/svg+xml" in page
        secret = client.session["mfa.totp.secret"]
        client.post("/account/2fa/totp/activate/", {"code": code_now(secret)})
        assert Authenticator.objects.filter(type=Authenticator.Type.TOTP).count() == 1
        assert client.get("/recording/").status_code == 302
        with override_settings(MFA_TOTP_TOLERANCE=2):
            cache.clear()  # a code serves once
            client.post("/account/2fa/reauthenticate/?next=/recording/", {"code": code_now(secret)})
        assert client.get("/recording/").status_code == 200


class TestDemo:
    @pytest.fixture
    def _demo(self) -> None:
        member("demo-nurse")

    @pytest.mark.usefixtures("_demo")
    def test_one_click_signs_in_on_this_machine(self) -> None:
        client = Client()
        with override_settings(TIEMCHUNG_DEMO=True):
            assert "Điều dưỡng tại bàn tiêm" in client.get("/account/login/").content.decode()
            answer = client.post("/demo/sign-in/", {"login": "demo-nurse", "next": "/recording/"})
            assert answer["Location"] == "/recording/"
            assert client.get("/recording/").status_code == 200

    @pytest.mark.usefixtures("_demo")
    def test_whoever_signs_in_in_english_goes_on_in_english(self) -> None:
        with override_settings(TIEMCHUNG_DEMO=True):
            assert Client().post("/en/demo/sign-in/", {"login": "demo-nurse"})["Location"] == "/en/station/"

    @pytest.mark.usefixtures("_demo")
    def test_elsewhere_it_is_not_there(self) -> None:
        client = Client(REMOTE_ADDR="192.0.2.7")
        with override_settings(TIEMCHUNG_DEMO=True):
            assert "Điều dưỡng tại bàn tiêm" not in client.get("/account/login/").content.decode()
            assert client.post("/demo/sign-in/", {"login": "demo-nurse"}).status_code == 404

    @pytest.mark.usefixtures("_demo")
    def test_without_the_demo_it_is_not_there_and_its_sessions_end(self) -> None:
        client = Client()
        with override_settings(TIEMCHUNG_DEMO=True):
            client.post("/demo/sign-in/", {"login": "demo-nurse"})
        assert Client().post("/demo/sign-in/", {"login": "demo-nurse"}).status_code == 404
        assert client.get("/recording/")["Location"] == "/account/2fa/"

    def test_its_staff_are_hired_once_at_the_first_site(self) -> None:
        member("thao")
        with override_settings(TIEMCHUNG_DEMO=True):
            for _ in "12":
                Client().post("/demo/sign-in/", {"login": "demo-lead"})
            assert Client().get("/demo/logins")["Location"] == "/account/login/"
        (lead,) = [each for each in access.staff_of_site(SITE) if Role.LEAD in each.roles]
        assert lead.name == "Trưởng điểm tiêm"

    def test_before_a_campaign_is_there_nobody_works_at_a_site(self) -> None:
        with override_settings(TIEMCHUNG_DEMO=True):
            assert Client().post("/demo/sign-in/", {"login": "demo-nurse"}).status_code == 404
            assert Client().post("/demo/sign-in/", {"login": "demo-officer"})["Location"] == "/center/"

    def test_while_its_campaign_is_loading_it_says_who_still_comes(self) -> None:
        client = Client()
        with override_settings(TIEMCHUNG_DEMO=True):
            page = client.get("/account/login/?next=/kho/").content.decode()
            assert "có 4 trong 12 vai" in page
            assert "Sẽ có thêm: Điều dưỡng tại bàn tiêm, Người nhập liệu, Trưởng điểm tiêm, Thủ kho thành phố," in page
            assert 'href="/account/login/?next=/kho/"' in page
            member("thao")
            page = client.get("/account/login/").content.decode()
            assert "Điều dưỡng tại bàn tiêm</button>" in page
            assert "đang được nạp" not in page
        assert "đang được nạp" not in Client().get("/account/login/").content.decode()

    @pytest.mark.usefixtures("_demo")
    def test_somebody_of_the_campaign_that_it_plays_works_at_their_own_post(self) -> None:
        member("ward.26734")
        client = Client()
        with override_settings(TIEMCHUNG_DEMO=True):
            assert client.post("/demo/sign-in/", {"login": "ward.26734"})["Location"] == "/"
            assert client.get("/recording/").status_code == 200
            assert client.post("/demo/sign-in/", {"login": "nobody"}).status_code == 404

    @pytest.mark.usefixtures("_demo")
    def test_it_signs_in_nobody_who_has_a_sign_in_of_their_own_and_sends_nowhere_else(self) -> None:
        with_password("thao")
        client = Client()
        with override_settings(TIEMCHUNG_DEMO=True):
            assert client.post("/demo/sign-in/", {"login": "thao"}).status_code == 404
            answer = client.post("/demo/sign-in/", {"login": "demo-nurse", "next": "https://evil.example/"})
        assert answer["Location"] == "/station/"


WARD, EVERYWHERE = {"level": "commune", "era": "2021", "place": "26734"}, {"level": "everywhere"}


@pytest.mark.parametrize(
    ("role", "place", "start"),
    [
        ("vaccinator", {"site": SITE}, "/station/"),
        ("lead", {"site": SITE}, "/station/lead/"),
        ("aefi-officer", {"site": SITE}, "/cong-tac/an-toan/"),
        ("storekeeper", {"site": SITE}, "/kho/"),
        ("ward-officer", WARD, "/cong-tac/"),
        ("checkpoint", WARD, "/chot/"),
        ("quality-officer", EVERYWHERE, "/kho/"),
        ("duty-officer", EVERYWHERE, "/center/"),
        ("auditor", EVERYWHERE, "/center/"),
        ("loader", EVERYWHERE, "/"),
    ],
)
def test_after_signing_in_everybody_begins_where_their_work_is(role: str, place: dict[str, str], start: str) -> None:
    client = sign_in_as("thao", role=role, **place)
    assert client.get("/account/start/")["Location"] == start
    assert client.get("/en/account/start/")["Location"] == f"/en{start}"
    assert client.get(start).status_code != 403
