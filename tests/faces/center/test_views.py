from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import psycopg
import pytest
from django.test import Client

from tests.domain.campaigns.wards import open_campaign
from tests.faces.center.officers import NOW, SignIn
from tests.faces.healthbook.citizens import text_of
from tiemchung.domain.figures.actions import note_lags, publish_state
from tiemchung.domain.figures.rules import lag_step
from tiemchung.domain.places import actions as places
from tiemchung.domain.places import queries as places_told
from tiemchung.domain.response import queries
from tiemchung.domain.response.actions import sweep
from tiemchung.domain.response.values import AlertKind, Facts, Signal
from tiemchung.kernel.actor import SYSTEM
from tiemchung.kernel.ids import uuid7

SITE = "79-0001"
AsWorker = Callable[[], AbstractContextManager[None]]
OFFICER = {"role": "duty-officer", "site": SITE}


@pytest.fixture
def board(sign_in: SignIn, set_time: Callable[..., None]) -> Client:
    set_time(NOW)
    return sign_in("yen", **OFFICER)


def alarm(as_worker: AsWorker, *signals: Signal) -> None:
    """Let the looks by the clock find these."""
    with as_worker():
        for kind in {signal.kind for signal in signals}:
            sweep(kind, [signal for signal in signals if signal.kind is kind], now=NOW)


def silence(site: str = SITE, *, minutes: int = 192, pending: int = 84) -> Signal:
    since = NOW - timedelta(minutes=minutes)
    return Signal(kind=AlertKind.SITE_SILENT, site=site, facts=Facts(since=since, pending=pending))


def test_strangers_are_sent_to_the_sign_in_and_a_nurse_is_told_no(sign_in: SignIn) -> None:
    assert Client().get("/center/")["Location"].startswith("/account/login/")
    answer = sign_in("thao", role="vaccinator", site=SITE).get("/center/", headers={"accept": "text/html"})
    assert answer.status_code == 403
    assert "Vai trò của bạn chưa gồm việc này" in answer.content.decode()


def test_a_board_whose_sign_in_has_ended_goes_to_the_sign_in_as_a_whole(board: Client) -> None:
    board.post("/account/logout/")
    answer = board.get("/center/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer["HX-Redirect"].startswith("/account/login/?next=")


def test_a_silent_site_is_named_with_its_silence(board: Client, as_worker: AsWorker) -> None:
    alarm(as_worker, silence())
    page = board.get("/center/").content.decode()
    assert "1 điểm im lặng" in page
    assert "3\u00a0giờ\u00a012" in page
    assert "Mở sự cố" in page


def test_another_sites_silence_is_nobodys_business_here(board: Client, as_worker: AsWorker) -> None:
    alarm(as_worker, silence("01-0001"))
    page = board.get("/center/").content.decode()
    assert "Không điểm nào im lặng" in page
    assert "01-0001" not in page


def test_the_title_of_every_page_counts_open_incidents(board: Client, as_worker: AsWorker) -> None:
    alarm(as_worker, silence(), Signal(kind=AlertKind.DEVICE_FORKED, site=SITE, key="a", facts=Facts(reason="Máy 1")))
    assert "<title>(1) Toàn cảnh – Tiêm Chủng</title>" in board.get("/center/").content.decode()
    assert "<title>(1) Sự cố – Tiêm Chủng</title>" in board.get("/center/su-co/").content.decode()
    assert "<title>(1) Tổng đài – Tiêm Chủng</title>" in board.get("/center/tong-dai/").content.decode()
    assert "1 nặng · 1 chưa ai nhận" in board.get("/center/").content.decode()


def test_a_worker_that_spoke_last_in_2021_has_stopped(board: Client, as_worker: AsWorker) -> None:
    with as_worker():
        publish_state("figures.count", lag=timedelta(seconds=90), entries=1, failing_since=None, error="", seen_at=NOW)
    assert "dừng từ" in board.get("/center/").content.decode()


def test_an_alert_becomes_an_incident_that_somebody_takes_writes_in_and_closes(
    board: Client, as_worker: AsWorker
) -> None:
    alarm(as_worker, silence())
    (alert,) = queries.alerts([AlertKind.SITE_SILENT], actor=SYSTEM)
    opened = board.post(f"/center/canh-bao/{alert.id}/mo/")
    page = board.get(opened["Location"]).content.decode()
    assert "Nhận việc này" in page
    assert "Đóng sự cố" not in page, "whoever does not own it does not close it"
    for what, told in (
        ("take", {}),
        ("comment", {"text": "Đã gọi 2 lần."}),
        ("resolve", {"text": "Có mạng lại.", "outcome": "explained"}),
    ):
        answer = board.post(f"{opened['Location']}{what}/", {"step": str(uuid7()), **told})
        assert (answer.status_code, answer["Location"]) == (302, opened["Location"])
    page = board.get(opened["Location"]).content.decode()
    assert "Vũ Hải Yến đóng: Đã rõ vì sao, không cần sửa" in page
    assert "Đã gọi 2 lần." in page
    assert "<textarea" not in page


def test_a_step_that_is_refused_says_why_on_the_page_and_keeps_the_words(board: Client, as_worker: AsWorker) -> None:
    alarm(as_worker, silence())
    (alert,) = queries.alerts([AlertKind.SITE_SILENT], actor=SYSTEM)
    address = board.post(f"/center/canh-bao/{alert.id}/mo/")["Location"]
    answer = board.post(f"{address}resolve/", {"outcome": "mended", "text": "Đã xong"})
    assert answer.status_code == 409
    assert "Chỉ người đang lo việc này mới đóng được" in answer.content.decode()
    board.post(f"{address}take/", {"step": str(uuid7())})
    answer = board.post(f"{address}resolve/", {"text": "Đã xong"})
    assert answer.status_code == 422
    assert "Chọn sự cố kết thúc thế nào." in answer.content.decode()
    assert ">Đã xong</textarea>" in answer.content.decode()
    assert board.post(f"{address}nonsense/").status_code == 404


def test_a_team_is_formed_and_given_an_incident_that_is_due(
    sign_in: SignIn, set_time: Callable[..., None], as_worker: AsWorker
) -> None:
    set_time(NOW)
    client = sign_in("yen", role="duty-officer", level="everywhere")
    team = str(uuid4())
    for _click in range(2):
        assert client.post("/center/doi/lap/", {"team": team, "name": "Đội <b>1</b>"}).status_code == 302
    assert client.post("/center/doi/lap/", {"team": str(uuid4()), "name": " "}).status_code == 409
    page = client.get("/center/doi/").content.decode()
    assert "Đội &lt;b&gt;1&lt;/b&gt;" in page
    member = re.findall(r'<option value="([^"]+)">Vũ Hải Yến', page)[0]
    assert client.post(f"/center/doi/{team}/them/", {"member": member}).status_code == 302
    assert client.post(f"/center/doi/{team}/xoa/", {"member": member}).status_code == 404
    alarm(as_worker, silence())
    (alert,) = queries.alerts([AlertKind.SITE_SILENT], actor=SYSTEM)
    where = client.post(f"/center/canh-bao/{alert.id}/mo/")["Location"]
    assert "Cần xong trước" in client.get(where).content.decode()
    assert client.post(f"{where}assign/", {"to": f"doi:{team}", "before": ""}).status_code == 302
    assert "chưa ai trong đội nhận" in client.get(where).content.decode()
    set_time(NOW + timedelta(hours=9))
    assert "đã quá hạn" in client.get(where).content.decode()
    assert "quá hạn" in client.get("/center/").content.decode()
    assert client.post(f"/center/doi/{team}/giai-the/").status_code == 302
    assert "Đội &lt;b&gt;1" not in client.get("/center/doi/").content.decode()


def test_an_officer_opens_what_they_saw_and_markup_stays_text(board: Client) -> None:
    told = {"incident": str(uuid7()), "subject": "<script>alert(1)</script>", "site": SITE}
    answer = board.post("/center/su-co/mo/", told)
    assert answer.status_code == 422, "there is no such site yet"
    places.load_organizations([{"code": "H1", "name": "Trạm", "commune": "26734"}], actor=SYSTEM)
    places.load_sites([{"code": SITE, "name": "Trường A", "organization": "H1", "commune": "26734"}], actor=SYSTEM)
    page = board.post("/center/su-co/mo/", told, follow=True).content.decode()
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page
    assert "Trường A" in page


def test_a_caller_is_called_back_before_there_is_an_incident(sign_in: SignIn, set_time: Callable[..., None]) -> None:
    set_time(NOW)
    hotline = sign_in("bao", role="duty-officer", level="everywhere")
    told = {"call": str(uuid7()), "number": "0901 234 218", "words": "Mẹ tôi khó thở sau tiêm", "site": ""}
    for _ in "12":
        hotline.post("/center/tong-dai/ghi/", told)
    page = hotline.get("/center/tong-dai/").content.decode()
    assert page.count("•••• 218") == 1
    assert "0901234218" not in page
    assert "Đúng người ấy bắt máy" not in page
    (call,) = queries.calls_waiting(actor=SYSTEM)
    assert "0901234218" in hotline.post(f"/center/tong-dai/{call.id}/dial/").content.decode()
    assert "0901234218" not in hotline.get("/center/tong-dai/").content.decode()
    answer = hotline.post(f"/center/tong-dai/{call.id}/confirm/", follow=True)
    assert "người dân gọi tới, đã xác nhận số điện thoại" in answer.content.decode()
    assert "Mẹ tôi khó thở sau tiêm" in answer.content.decode()


def test_a_site_known_to_be_on_paper_is_no_alarm(board: Client, as_worker: AsWorker) -> None:
    alarm(as_worker, silence())
    assert board.post(f"/center/giay/{SITE}/begin/", {"reason": " "}).status_code == 409
    board.post(f"/center/giay/{SITE}/begin/", {"reason": "ngập cả phường"})
    page = board.get("/center/su-co/").content.decode()
    assert "đang ghi giấy" in page
    assert "ngập cả phường" in page
    board.post(f"/center/giay/{SITE}/end/")
    assert "ngập cả phường" not in board.get("/center/su-co/").content.decode()
    assert board.post("/center/giay/01-0001/begin/", {"reason": "x"}).status_code == 403


def test_who_only_watches_sees_no_form(sign_in: SignIn, set_time: Callable[..., None], as_worker: AsWorker) -> None:
    set_time(NOW)
    alarm(as_worker, silence(), Signal(kind=AlertKind.DEVICE_FORKED, site=SITE, key="a", facts=Facts(reason="Máy 1")))
    auditor = sign_in("kiem", role="auditor", level="everywhere")
    (incident,) = queries.incidents_open(actor=SYSTEM)
    for address in ("/center/", "/center/su-co/", f"/center/su-co/{incident.id}/"):
        page = auditor.get(address).content.decode()
        assert "<form" not in page
        assert "/center/tong-dai/" not in page
        assert "chưa ai nhận" in page
    accept = {"accept": "text/html"}
    assert auditor.get("/center/tong-dai/", headers=accept).status_code == 403
    assert auditor.post(f"/center/su-co/{incident.id}/take/", headers=accept).status_code == 403


def test_the_board_tells_within_which_time_nearly_everything_is_taken(
    board: Client, as_worker: Callable[[], AbstractContextManager[None]]
) -> None:
    now = datetime.now(tz=UTC)
    with as_worker():
        publish_state("figures.count", lag=timedelta(0), entries=100, failing_since=None, error="", seen_at=now)
        note_lags(
            "figures.count",
            {lag_step(timedelta(milliseconds=300)): 98, lag_step(timedelta(seconds=4)): 2},
            seen_at=now,
        )
    page = board.get("/center/").content.decode().replace("\N{NO-BREAK SPACE}", " ")
    assert "20 phút qua: một nửa trong 0,3 giây, 99 % trong 4,1 giây" in page


def test_entries_that_could_not_be_read_are_shown_by_reason(
    board: Client, owner_connection: psycopg.Connection
) -> None:
    owner_connection.execute(
        "insert into journal_set_aside (id, device, device_sequence, site, reason, digest, body, recorded_at)"
        " values (%s, %s, 1, %s, 'fork', %s, %s, %s)",
        [uuid7(), uuid4(), SITE, bytes(32), b"?", NOW],
    )
    page = board.get("/center/").content.decode()
    assert "Một máy gửi hai chuỗi khác nhau" in page
    assert "One device sent two different chains" in board.get("/en/center/").content.decode()


def test_the_last_full_minute_is_the_pace(board: Client, owner_connection: psycopg.Connection) -> None:
    for back, doses in ((0, 9), (1, 146), (70, 5_000)):
        minute = NOW.replace(second=0) - timedelta(minutes=back)
        owner_connection.execute("insert into figures_minute values (%s, %s, 1, 1)", [minute, doses])
    page = board.get("/center/").content.decode()
    assert "<b>146</b>" in page
    assert "nhiều nhất 146" in page
    assert "tổng 146." in page


def test_the_page_asks_for_the_board_alone_and_can_be_told_to_stop(board: Client) -> None:
    page = board.get("/center/").content.decode()
    part = board.get("/center/", headers={"HX-Request": "true"}).content.decode()
    assert 'data-hx-trigger="news"' in page
    assert part.lstrip().startswith('<div id="board"')
    assert "data-hx-trigger" not in board.get("/center/?live=off").content.decode()


def test_who_watches_the_whole_country_sees_what_waits_in_it(
    sign_in: SignIn, set_time: Callable[..., None], owner_connection: psycopg.Connection
) -> None:
    set_time(NOW)
    owner_connection.execute(
        "insert into journal_unfolded values (%s, 'passed', 'room-to-come', '99-0001', %s)", [uuid7(), NOW]
    )
    page = sign_in("bao", role="duty-officer", level="everywhere").get("/center/").content.decode()
    assert "Không bản ghi nào phải chờ" not in page
    assert "Phần này chưa mở" in page


def test_areas_are_told_with_what_they_have_and_what_they_lack(
    board: Client, owner_connection: psycopg.Connection
) -> None:
    assert "Chưa đếm điểm nào" in board.get("/center/theo-noi/").content.decode()
    owner_connection.execute(
        "insert into response_sitestanding (site, counted_at, daily, issued, entered, usable, on_road, spoke, province, "
        "district) values (%s, %s, 10, 200, 150, 8, 60, true, '79', '760'), ('79-0009', %s, 5, 9, 9, 9, 9, true, '79', '760')",
        [SITE, NOW, NOW],
    )
    page = board.get("/center/theo-noi/").content.decode()
    assert "150 mũi đã nhập trên 200 liều đã cấp cho điểm" in page
    assert "75,0" in page
    assert "0,8 ngày" in page
    assert "/center/theo-noi/79/760/" in board.get("/center/theo-noi/79/").content.decode()
    for nowhere in ("760", "x", "79/001", "79/760/00001", "01/760"):
        assert board.get(f"/center/theo-noi/{nowhere}/").status_code == 404


@pytest.fixture
def site(as_worker: AsWorker) -> None:
    with as_worker():
        places.load_organizations([{"code": "TYT-1", "name": "Trạm y tế 1", "commune": "26734"}], actor=SYSTEM)
        told = {"code": SITE, "name": "Nhà văn hóa", "organization": "TYT-1", "commune": "26734"}
        places.load_sites([told], actor=SYSTEM)


def test_the_way_leads_from_the_country_to_the_site(
    board: Client, site: None, owner_connection: psycopg.Connection
) -> None:
    owner_connection.execute(
        "insert into response_sitestanding (site, counted_at, daily, issued, entered, usable, on_road, spoke, province, "
        "district) values (%s, %s, 10, 200, 150, 8, 60, true, '79', '760')",
        [SITE, NOW],
    )
    owner_connection.execute(
        "insert into figures_unit_day (era, level, unit, day, product, dose_number, doses) "
        "values ('2021', 'province', '79', %s, 'az', 1, 4321)",
        [NOW.date()],
    )
    here = "/center/theo-noi/"
    for step in ("79/", "760/", "26734/"):
        page = board.get(here).content.decode()
        assert "4.321" in page or here.count("/") > 3
        here += step
        assert f'href="{here}"' in page
    page = board.get(here).content.decode()
    assert f'href="/center/diem/{SITE}/"' in page
    told_of_site = board.get(f"/center/diem/{SITE}/").content.decode()
    for told in ("0,8 ngày", "150 mũi đã nhập trên 200 liều đã cấp", f'href="{here}"', "chưa từng gửi tin"):
        assert told in told_of_site
    assert board.get("/center/diem/79-9999/").status_code == 404
    heir = places_told.gazetteer().main_heir("26734")
    here = "/center/theo-noi/2025/"
    for step in ("79/", f"{heir}/"):
        page = board.get(here).content.decode()
        here += step
        assert f'href="{here}"' in page
        assert "150 mũi đã nhập trên 200 liều đã cấp" in page
    assert f'href="/center/diem/{SITE}/"' in board.get(here).content.decode()
    for nowhere in ("74", "01/26740", "79/26734"):
        assert board.get(f"/center/theo-noi/2025/{nowhere}/").status_code == 404


def test_a_site_out_of_reach_is_not_found(sign_in: SignIn, board: Client, site: None) -> None:
    assert sign_in("lead2", role="lead", site="79-0099").get(f"/center/diem/{SITE}/").status_code == 404
    assert board.get(f"/center/diem/{SITE}/").status_code == 200


def test_the_map_marks_where_sites_are_silent(
    sign_in: SignIn, board: Client, owner_connection: psycopg.Connection
) -> None:
    owner_connection.execute(
        "insert into response_sitestanding (site, counted_at, issued, entered, usable, on_road, spoke, province, district) "
        "values (%s, %s, 1, 1, 1, 1, true, '79', '760')",
        [SITE, NOW],
    )
    assert "tc-map__mark" not in board.get("/center/theo-noi/").content.decode()
    owner_connection.execute(
        "insert into response_alert (site, kind, key, id, raised_at, facts) values (%s, 'site-silent', '', %s, %s, '{}')",
        [SITE, uuid7(), NOW],
    )
    page = board.get("/center/theo-noi/").content.decode()
    assert "Thành phố Hồ Chí Minh: 1 điểm im lặng" in page
    province = board.get("/center/theo-noi/79/").content.decode()
    assert "Quận 1: 1 điểm im lặng" in province
    assert 'href="/center/theo-noi/79/760/" aria-label="Quận 1: chưa có mũi"' in province
    assert "Không có ranh giới dưới cấp tỉnh được phép dùng" in province


def test_sites_of_a_commune_are_points_and_one_without_coordinates_is_in_the_table_alone(
    sign_in: SignIn, set_time: Callable[..., None], as_worker: AsWorker, owner_connection: psycopg.Connection
) -> None:
    set_time(NOW)
    board = sign_in("bao", role="duty-officer", level="everywhere")
    with as_worker():
        places.load_organizations([{"code": "TYT-1", "name": "Trạm y tế 1", "commune": "26734"}], actor=SYSTEM)
        hall = {"code": SITE, "name": "Nhà văn hóa", "organization": "TYT-1", "commune": "26734"}
        lost = {**hall, "code": "79-0002", "name": "Đội lưu động"}
        places.load_sites([{**hall, "lon": 106.7, "lat": 10.78}, lost], actor=SYSTEM)
    for code in (SITE, "79-0002"):
        owner_connection.execute(
            "insert into response_sitestanding (site, counted_at, issued, entered, usable, on_road, spoke, province, district)"
            " values (%s, %s, 1, 1, 1, 1, true, '79', '760')",
            [code, NOW],
        )
    pages = [
        f"/center/theo-noi/{at}/" for at in ("79/760/26734", f"2025/79/{places_told.gazetteer().main_heir('26734')}")
    ]
    for page in [board.get(address).content.decode() for address in pages]:
        assert page.count('class="tc-map__point') == 1
        assert 'aria-label="Nhà văn hóa: chưa có mũi"' in page
    assert "1 nơi chưa có tọa độ" in board.get(pages[0]).content.decode()


def test_adoption_tells_who_uses_it_and_which_lists_were_entered(
    sign_in: SignIn, set_time: Callable[..., None], owner_connection: psycopg.Connection, as_worker: AsWorker
) -> None:
    set_time(NOW)
    board = sign_in("bao", role="duty-officer", level="everywhere")
    assert "Chưa đếm điểm nào" in board.get("/center/su-dung/").content.decode()
    owner_connection.execute(
        "insert into response_sitestanding (site, counted_at, issued, entered, usable, on_road, spoke, province, district) "
        "values (%s, %s, 200, 150, 8, 60, true, '79', '760'), ('79-0009', %s, 100, 0, 9, 9, false, '01', '001')",
        [SITE, NOW, NOW],
    )
    owner_connection.execute(
        "insert into response_unitstanding (era, level, unit, parent, allocated, on_hand, on_road, registered, listed, due) "
        "values ('2021', 'province', '79', 'VN', 0, 0, 0, 1234, 777, 0)"
    )
    page = board.get("/center/su-dung/").content.decode()
    for told in ("777", "1.234", "1 <small>/ 2</small>", "150 mũi đã nhập trên 300 liều đã cấp cho điểm", "50,0"):
        assert told in page
    with as_worker():
        open_campaign()
    owner_connection.execute(
        "insert into campaigns_demand (campaign, commune, target_group, channel, registered, due) values "
        "('covid-2021', '26734', '05', 'own', 31, 0), ('covid-2021', '00001', '05', 'list', 69, 0)"
    )
    channels = text_of(board.get("/center/su-dung/").content).partition("Đăng ký theo kênh")[2]
    assert "Tự đăng ký trên điện thoại 31 31,0" in channels
    assert "Theo danh sách của phường, xã 69 69,0" in channels
    of_the_city = board.get("/center/su-dung/79/").content
    assert "Quận 1" in of_the_city.decode()
    channels = text_of(of_the_city).partition("Đăng ký theo kênh")[2]
    assert "Tự đăng ký trên điện thoại 31 100" in channels
    assert "Theo danh sách" not in channels, "the list of another province"
    assert board.get("/center/su-dung/760/").status_code == 404


def test_the_district_sees_which_sites_have_not_closed_their_day(
    sign_in: SignIn, board: Client, site: None, owner_connection: psycopg.Connection
) -> None:
    del site
    today = NOW.date().isoformat()
    page = board.get("/center/dong-ngay/").content.decode()
    assert "Chưa có mũi tiêm nào của ngày này" in page
    owner_connection.execute(
        "insert into figures_site_day (site, day, product, dose_number, doses) values (%s, %s, 'az', 1, 41)",
        [SITE, today],
    )
    assert "1 trên 1 điểm có tiêm ngày này chưa đóng" in board.get("/center/dong-ngay/").content.decode()
    assert "0 trên 0" in board.get("/center/dong-ngay/?ngay=2021-09-01").content.decode()
    elsewhere = sign_in("lead2", role="lead", site="79-0099").get("/center/dong-ngay/").content.decode()
    assert "0 trên 0" in elsewhere, "another site's lead sees nothing of it"
    owner_connection.execute(
        "insert into visits_siteday (site, day, closed_at, by, entry, lines_hash) values (%s, %s, %s, %s, %s, '')",
        [SITE, today, NOW, uuid7(), uuid7()],
    )
    page = board.get("/center/dong-ngay/").content.decode()
    assert "0 trên 1 điểm có tiêm ngày này chưa đóng" in page
    assert f"/center/diem/{SITE}/" not in page
    assert f"/center/diem/{SITE}/" in board.get("/center/dong-ngay/?loc=tat-ca&noi=760").content.decode()
