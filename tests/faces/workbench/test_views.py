from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from uuid import UUID, uuid4

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from tests.domain.campaigns.files import GOOD, changed, csv_of
from tests.domain.campaigns.wards import OTHER_WARD, WARD
from tests.domain.safety.test_actions import aefi
from tests.domain.scheduling.conftest import SITE
from tests.domain.visits.factories import kept as kept_entry
from tests.faces.center.officers import SignIn
from tiemchung.domain.places import actions as places_actions
from tiemchung.domain.places import queries as places
from tiemchung.domain.places.values import Era
from tiemchung.domain.safety import actions as safety_actions
from tiemchung.domain.safety import queries as safety
from tiemchung.domain.scheduling import queries as scheduling
from tiemchung.domain.scheduling.actions import sessions as filling
from tiemchung.faces.shared import papers, spreadsheets
from tiemchung.faces.workbench.views import people, sessions
from tiemchung.faces.workbench.views.called import Call
from tiemchung.kernel import cells
from tiemchung.kernel.actor import SYSTEM, Reach
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import reaching
from tiemchung.plumbing.spreadsheets import csv_file

TU = {"role": "ward-officer", "level": "commune", "era": "2021", "place": WARD}
BINH = {**TU, "place": OTHER_WARD}


@pytest.fixture
def tu(sign_in: SignIn) -> Client:
    return sign_in("tu", **TU)


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', page)
    assert found, name
    return found[1]


def brought(client: Client, content: bytes, *, times: int = 1, ward: str = WARD) -> str:
    """Bring a file as the page does, and return the address of its rows."""
    form = hidden(client.get("/cong-tac/nhap/").content.decode(), "id")
    for _ in range(times):
        file = SimpleUploadedFile("to-12.csv", content)
        answer = client.post("/cong-tac/nhap/", {"id": form, "phuong": ward, "tep": file})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def kept(client: Client, *rows: list[str], ward: str = WARD) -> str:
    review = brought(client, csv_of(*rows), ward=ward)
    client.post(f"{review}luu/")
    return review


def opened(client: Client, **changes: str) -> str:
    form = hidden(client.get("/cong-tac/buoi/").content.decode(), "id")
    told = {"id": form, "diem": SITE, "ngay": "2021-09-20", "vac-xin": "az", "tu": "08:00", "den": "08:30", "cho": "2"}
    answer = client.post("/cong-tac/buoi/", {**told, **changes})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def test_a_list_is_brought_looked_through_settled_and_kept(tu: Client) -> None:
    rows = [
        GOOD,
        changed(name="Phạm Hòa Thuận", born="31/02/1980"),
        changed(name="Huỳnh Bé Ba", number="", born="01/01/1949"),
    ]
    review = brought(tu, csv_of(*rows), times=2)
    page = tu.get(review).content.decode()
    assert "Chưa có gì được lưu" in page
    assert "Lưu 1 dòng chắc chắn" in page
    assert "<mark class='tc-wrong'>31/02/1980</mark>" in page
    assert "Ngày 31/02 không có" in page
    assert "Huỳnh Bé Ba là ai?" in page
    assert tu.post(f"{review}dong/4/", {"ai": "moi"}).status_code == 302
    assert "Lưu 2 dòng chắc chắn" in tu.get(review).content.decode()
    for _ in range(2):
        assert tu.post(f"{review}luu/").status_code == 302
    assert "2 dòng đã lưu" in tu.get(review).content.decode()
    waiting = tu.get("/cong-tac/").content.decode()
    assert "Lê Thị Hường" in waiting
    assert "2 người đang chờ" in waiting


def test_a_kept_list_is_taken_back_and_a_row_of_it_may_be_left_out_before(tu: Client) -> None:
    kept(tu, GOOD)
    header = "Họ tên\tNgày sinh\tCCCD"
    rows = f"{header}\nLê Thị Hường\t09/11/1971\t079171004512\nLý Bảo Khánh\t05/05/1999\t\nVõ Thúy Ái\t1992\t"
    form = hidden(tu.get("/cong-tac/nhap/").content.decode(), "id")
    answer = tu.post("/cong-tac/nhap/", {"id": form, "phuong": WARD, "dan": rows})
    review = str(answer["Location"])
    page = tu.get(review).content.decode()
    assert "Đã có trong chiến dịch: 1" in page
    assert "Lưu 3 dòng chắc chắn" in page
    of_remark = tu.get(f"{review}?ket-qua=in-campaign").content.decode()
    assert ("Lê Thị Hường" in of_remark, "Lý Bảo Khánh" in of_remark) == (True, False)
    assert "Giữ cả hai" in tu.get(f"{review}?dong=2").content.decode()
    tu.post(f"{review}dong/4/", {"ai": "bo"})
    tu.post(f"{review}luu/")
    assert "2 người đang chờ" in tu.get("/cong-tac/").content.decode()
    assert tu.post(f"{review}rut-lai/").status_code == 302
    page = tu.get(review).content.decode()
    assert "1 người đã ra khỏi danh sách" in page
    assert "Rút lại cả tệp" not in page
    assert "1 người đang chờ" in tu.get("/cong-tac/").content.decode()
    assert tu.post(f"{review}luu/").status_code in (409, 422)


def test_of_more_sessions_than_a_page_offers_the_ward_s_own_come_first_and_later_days_are_found(
    tu: Client, sign_in: SignIn, as_worker: Callable[[], AbstractContextManager[None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    with as_worker():
        elsewhere = {"code": "79-0009", "name": "Trạm Quận 7", "organization": "H1", "commune": "27478"}
        places_actions.load_sites([elsewhere], actor=SYSTEM)
    kept(tu, GOOD)
    for day in ("2021-09-20", "2021-09-21", "2021-09-22"):
        opened(tu, ngay=day)
    offered = r'<option value="[0-9a-f-]{36}">(\d\d/\d\d/\d{4})'
    assert re.findall(offered, tu.get("/cong-tac/").content.decode()) == ["20/09/2021", "21/09/2021", "22/09/2021"]
    monkeypatch.setattr(people, "SESSIONS_SHOWN", 2)
    page = tu.get("/cong-tac/").content.decode()
    assert re.findall(offered, page) == ["20/09/2021", "21/09/2021"]
    assert "Chỉ hiện 2 buổi." in page
    page = tu.get("/cong-tac/?tu-ngay=2021-09-21").content.decode()
    assert re.findall(offered, page) == ["21/09/2021", "22/09/2021"]
    assert "Chỉ hiện" not in page
    planner = sign_in("whole", **{**TU, "level": "province", "place": "79"})
    opened(planner, diem="79-0009", ngay="2021-09-19")
    assert re.findall(offered, planner.get("/cong-tac/").content.decode()) == ["19/09/2021", "20/09/2021"]
    of_ward = planner.get(f"/cong-tac/?phuong={WARD}").content.decode()
    assert re.findall(offered, of_ward) == ["20/09/2021", "21/09/2021"]
    home = re.compile(r'tc-workbench__ward">([^<]+)<')
    assert home.findall(planner.get("/cong-tac/").content.decode()) == ["Phường Tân Định, Quận 1"], (
        "who plans for many wards sees whose"
    )
    assert home.findall(of_ward) == home.findall(page) == []


def test_a_session_that_cannot_be_says_which_field_and_the_form_begins_with_today(tu: Client) -> None:
    page = tu.get("/cong-tac/buoi/").content.decode()
    today = re.search(r'name="ngay"[^>]*min="([^"]+)" value="([^"]+)"', page)
    assert today is not None
    assert today[1] == today[2]
    told = {"id": hidden(page, "id"), "diem": SITE, "vac-xin": "az", "tu": "08:00", "den": "08:30", "cho": "2"}
    refused = tu.post("/cong-tac/buoi/", {**told, "ngay": "2026-11-23"})
    assert refused.status_code == 422
    assert "Xem lại ngày, từ hôm nay trở đi và trong vòng 60 ngày." in refused.content.decode()


def test_who_plans_for_many_wards_is_led_to_no_desk_of_theirs_and_tells_the_wards_apart(
    tu: Client, sign_in: SignIn
) -> None:
    planner = sign_in("whole", **{**TU, "level": "province", "place": "79"})
    for client, confirms in ((tu, True), (planner, False)):
        page = client.get("/cong-tac/").content.decode()
        led = re.search(r'<a href="([^"]+)">Quầy</a>', page)
        assert led is not None
        desk = client.get(led[1])
        assert desk.status_code == 200
        assert (">Xác minh</a>" in desk.content.decode()) == confirms
    for offered in (page, desk.content.decode()):
        assert re.search(r'<option value="27478"[^>]*>[^<]*, Quận 7<', offered)


def test_documents_show_their_last_four_digits_only(tu: Client) -> None:
    review = kept(tu, GOOD)
    for address in (review, "/cong-tac/"):
        page = tu.get(address).content.decode()
        assert "•••• 4512" in page
        assert "079171004512" not in page


def test_rows_that_were_refused_come_back_in_their_columns_with_the_reason(tu: Client) -> None:
    review = brought(tu, csv_of(changed(name='=cmd|"/c calc"!A1'), changed(name="", born="1990")))
    told = tu.get(f"{review}sua-lai.csv").content.decode("utf-8-sig")
    header, first, second = csv.reader(io.StringIO(told))
    assert header[:3] == ["STT", "Họ và tên", "Ngày sinh"]
    assert header[-2:] == ["Dòng", "Lý do"]
    assert first[1].startswith("'=")
    assert second[-2:] == ["3", "Chưa có họ tên"]
    again = brought(tu, tu.get(f"{review}sua-lai.xlsx").content)
    assert "Ô này là công thức" in tu.get(again).content.decode()


def test_the_template_is_a_list_that_can_be_brought(tu: Client) -> None:
    for kind in ("csv", "xlsx"):
        review = brought(tu, tu.get(f"/cong-tac/nhap/mau.{kind}").content)
        assert "Nguyễn Thị Mẫu" in tu.get(review).content.decode()
    assert tu.get("/cong-tac/nhap/mau.exe").status_code == 404


@pytest.mark.parametrize(
    ("language", "sexes", "says"), [("", "Nữ,Nam", "chỉ năm"), ("/en", "Female,Male", "year alone")]
)
def test_the_template_minds_what_is_typed_below_its_header(tu: Client, language: str, sexes: str, says: str) -> None:
    with zipfile.ZipFile(io.BytesIO(tu.get(f"{language}/cong-tac/nhap/mau.xlsx").content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        styles = book.read("xl/styles.xml").decode()
    minded = {one.group(1)[0]: one.group() for one in re.finditer(r'<dataValidation .*?sqref="(\w+:\w+)".*?</', sheet)}
    assert "".join(minded) == "ABCDEF"
    assert all(f'sqref="{column}2:{column}5001"' in one for column, one in minded.items())
    assert f'<formula1>"{sexes}"</' in minded["C"]
    assert '<formula1>"01,02,' in minded["F"]
    assert says in minded["B"]
    style = re.search(r'<col [^>]*style="(\d)"', sheet)
    assert style is not None
    looks = styles.partition("<cellXfs")[2].split("<xf ")[1:]
    assert 'numFmtId="49"' in looks[int(style[1])], "a phone keeps its zero"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x00\x00\x00\x18ftypheic" + bytes(100), "Đây là ảnh hoặc PDF"),
        (b"x" * 100_001, "lớn quá 128 MB"),
        (b"a;b\n1;2", "Không tìm thấy dòng tiêu đề"),
    ],
    ids=["heic", "huge", "no header"],
)
def test_what_is_no_list_is_told_at_the_form(
    tu: Client, content: bytes, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert f"{cells.MOST_BYTES >> 20} MB" in spreadsheets.UNREADABLE["too-large"].vi
    monkeypatch.setattr(cells, "MOST_BYTES", 100_000)
    form = hidden(tu.get("/cong-tac/nhap/").content.decode(), "id")
    answer = tu.post("/cong-tac/nhap/", {"id": form, "tep": SimpleUploadedFile("a.xlsx", content)})
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_a_header_is_said_once_chosen_again_from_a_list_and_forgotten(tu: Client) -> None:
    columns = "/cong-tac/nhap/cot/"
    content = "Bà con;Sinh;Thẻ\nLê Thị Hường;1971;\n".encode()
    form = {"id": hidden(tu.get("/cong-tac/nhap/").content.decode(), "id"), "phuong": WARD}
    refused = tu.post("/cong-tac/nhap/", {**form, "tep": SimpleUploadedFile("a.csv", content)})
    assert refused.status_code == 422
    page = tu.post(columns, {"phuong": WARD, "tieu-de": "Bà con;Sinh;Thẻ"}).content.decode()
    told = {"nho": "1", "phuong": WARD, "tieu-de": hidden(page, "tieu-de"), "cot-0": "name"}
    answer = tu.post(columns, told)
    assert answer.status_code == 422
    assert "cần một cột họ tên, một cột ngày sinh" in answer.content.decode()
    assert '<option value="name" selected>' in answer.content.decode()
    assert tu.post(columns, {**told, "cot-1": "name"}).status_code == 422
    assert tu.post(columns, {**told, "cot-1": "born"}).status_code == 302
    review = brought(tu, content)
    page = tu.get(review).content.decode()
    assert "Bà con = Họ tên · Sinh = Ngày sinh" in page
    again = re.search(r'href="([^"]+)">Đọc sai cột', page)
    assert again is not None
    page = tu.get(again[1].replace("&amp;", "&")).content.decode()
    assert page.count("selected>") >= 2
    assert tu.post(columns, {**told, "cot-1": "born", "cot-2": "number"}).status_code == 302
    page = tu.get(columns).content.decode()
    assert "<b>Thẻ</b> = Số giấy tờ" in page
    mark = re.search(r'name="quen" value="([0-9a-f]{32})"', page)
    assert mark is not None
    assert "column-2" in tu.get(f"{columns}?tieu-de={mark[1]}").content.decode()
    for _ in range(2):
        assert tu.post(columns, {"phuong": WARD, "quen": mark[1]}).status_code == 302
    assert "<b>Thẻ</b>" not in tu.get(columns).content.decode()


def test_who_plans_for_many_wards_is_asked_for_one_and_keeps_what_was_pasted(sign_in: SignIn) -> None:
    planner = sign_in("planner", role="planner", level="district", era="2021", place="760")
    rows, form = "Lê Thị Hường;1971", hidden(planner.get("/cong-tac/nhap/").content.decode(), "id")
    answer = planner.post("/cong-tac/nhap/", {"id": form, "phuong": "", "dan": rows})
    assert answer.status_code == 422
    assert f">{rows}</textarea>" in answer.content.decode()
    answer = planner.post("/cong-tac/nhap/cot/", {"phuong": "", "tieu-de": "Bà con;Sinh"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Chọn phường, xã mà tiêu đề này là của" in page
    assert '<option value="">Chọn phường, xã</option>' in page
    assert "Bà con" in page.partition("<textarea")[2]


def test_nobody_opens_somebody_elses_list_or_another_ward(tu: Client, sign_in: SignIn) -> None:
    review = kept(tu, GOOD)
    session = opened(tu)
    for stranger in (sign_in("binh", **BINH), sign_in("colleague", **TU)):
        for part in ("", "sua-lai.csv"):
            answer = stranger.get(f"{review}{part}", headers={"accept": "text/html"})
            assert answer.status_code in (403, 404, 409, 422), part
            assert "Hường" not in answer.content.decode()
        for part in ("luu/", "huy/", "dong/2/"):
            assert stranger.post(f"{review}{part}", {"ai": "moi"}).status_code in (403, 404, 409, 422)
    binh = sign_in("binh2", **BINH)
    assert binh.get(f"/cong-tac/?phuong={WARD}").status_code == 404
    assert "Hường" not in binh.get("/cong-tac/").content.decode()
    assert binh.get(session).status_code in (403, 404, 409, 422)
    assert binh.post(f"{session}viec/", {"viec": "xep"}).status_code in (403, 404, 409, 422)


def test_a_nurse_plans_nothing_and_an_officer_reads_no_cases(tu: Client, sign_in: SignIn) -> None:
    nurse = sign_in("thao", role="vaccinator", site=SITE)
    for address in ("/cong-tac/", "/cong-tac/nhap/", "/cong-tac/buoi/"):
        assert nurse.get(address, headers={"accept": "text/html"}).status_code == 403
    assert tu.get("/cong-tac/an-toan/", headers={"accept": "text/html"}).status_code == 403
    follower = sign_in("aefi", role="aefi-officer", site=SITE)
    assert "Chưa có phản ứng nào" in follower.get("/cong-tac/an-toan/").content.decode()
    assert follower.get("/cong-tac/an-toan/?diem=01-0001").status_code == 404
    assert follower.get("/cong-tac/an-toan/?truoc=nobody").status_code == 404


def test_adverse_events_are_listed_page_by_page_and_each_look_is_noted(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, owner_connection: psycopg.Connection
) -> None:
    follower = sign_in("aefi", role="aefi-officer", site=SITE)
    with reaching(Reach(sites=frozenset({SITE}))):
        safety_actions.fold([kept_entry(aefi(minute), site=SITE) for minute in range(3)])
    monkeypatch.setattr(safety, "LIST_LIMIT", 2)
    page = follower.get("/cong-tac/an-toan/").content.decode()
    assert page.count('<th scope="row">') == 2
    older = page.split("truoc=")[1].split('"')[0]
    assert follower.get(f"/cong-tac/an-toan/?truoc={older}").content.decode().count('<th scope="row">') == 1
    looks = owner_connection.execute("select count(*), min(purpose) from journal_view").fetchone()
    assert looks == (2, "safety")


def called_so(tu: Client) -> dict[str, str]:
    """Return who stands under which answer of the filter by invitation, by the last letter of their names."""
    found = {}
    for call in Call:
        page = tu.get(f"/cong-tac/?vac-xin=az&moi={call}").content.decode()
        found[str(call)] = "".join(sorted(re.findall(r"Lê Văn (\w)</label>", page)))
    return {call: names for call, names in found.items() if names}


def test_free_places_whose_time_is_over_are_offered_to_nobody(tu: Client, set_time: Callable[..., None]) -> None:
    kept(tu, GOOD)
    session = opened(tu, den="09:00")  # four times of two places each, the last at 08:45
    assert "Xếp người đến hạn vào 8 chỗ trống" in tu.get(session).content.decode()
    set_time(datetime(2021, 9, 20, 1, 20, tzinfo=UTC))
    assert "Xếp người đến hạn vào 4 chỗ trống" in tu.get(session).content.decode()
    set_time(datetime(2021, 9, 20, 2, 0, tzinfo=UTC))
    page = tu.get(session).content.decode()
    assert "Các giờ còn chỗ trống đều đã qua." in page
    assert 'value="xep"' not in page


def test_a_line_too_long_for_one_press_is_gone_on_with_by_the_next(
    tu: Client, monkeypatch: pytest.MonkeyPatch, owner_connection: psycopg.Connection
) -> None:
    kept(tu, *(changed(name=f"Lê Văn {letter}", number="", phone=f"090211834{n}") for n, letter in enumerate("ABC")))
    tu.post(f"{opened(tu)}viec/", {"viec": "xep"})
    # Who has a place at the same site is passed by; at another they are looked at.
    owner_connection.execute("update scheduling_appointment set site = '79-9999'")
    kept(tu, changed(name="Lê Văn D", number="", phone="0902118350"))
    owner_connection.execute(
        "update campaigns_registration set registered_at = registered_at + interval '1 hour' "
        "where person_id not in (select person_id from scheduling_appointment)"
    )
    session = opened(tu)
    monkeypatch.setattr(filling, "MOST_LOOKED_AT", 2)
    monkeypatch.setattr(filling, "LOOKED_AT", 2)
    told = tu.post(f"{session}viec/", {"viec": "xep"})
    page = tu.get(told.headers["Location"]).content.decode()
    assert "Đã xếp chỗ cho 0 người đến hạn. Danh sách chờ dài, chưa xét hết: bấm Xếp tiếp" in page
    assert "Xếp tiếp 4 chỗ trống" in page
    going_on = {name: hidden(page, name) for name in ("sau-nhom", "sau-luc", "sau")}
    told = tu.post(f"{session}viec/", {"viec": "xep", **going_on})
    page = tu.get(told.headers["Location"]).content.decode()
    assert "Đã xếp chỗ cho 1 người đến hạn." in page
    assert called_so(tu)["co-cho"] == "ABCD"


def test_many_letters_of_many_wards_are_printed_and_noted_ward_by_ward(
    tu: Client, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept(tu, *(changed(name=f"Lê Văn {letter}", number="", phone="") for letter in "AB"))
    kept(sign_in("binh", **BINH), changed(name="Lê Văn C", number="", phone=""), ward=OTHER_WARD)
    planner = sign_in("planner", role="planner", level="province", era="2021", place="79")
    session = opened(planner)
    planner.post(f"{session}viec/", {"viec": "xep"})
    planner.post(f"{session}viec/", {"viec": "moi"})
    assert planner.get(f"{session}giay-moi/").content.decode().count('class="tc-invite"') == 3
    monkeypatch.setattr(sessions, "LETTERS_AT_ONCE", 2)
    rounds = planner.get(f"{session}giay-moi/").content.decode()
    assert "3 giấy, 2 phường, xã" in rounds
    assert 'class="tc-invite"' not in rounds
    assert [rounds.count(words) for words in ("Còn 2", "Còn 1", "Đã phát hết")] == [1, 1, 0]
    carried = planner.get(f"{session}giay-moi/?phuong={WARD}").content.decode()
    assert (carried.count('class="tc-invite"'), "Lê Văn C" in carried) == (2, False)
    back = planner.post(f"{session}giay-moi/?phuong={WARD}", {"den": hidden(carried, "den")}, follow=True)
    rounds = back.content.decode()
    assert "2 giấy mời đã phát" in rounds
    assert [rounds.count(words) for words in ("Còn 2", "Còn 1", "Đã phát hết")] == [0, 1, 1]
    assert planner.get(f"{session}giay-moi/?phuong=00001").status_code == 404
    assert planner.post(f"{session}giay-moi/", {"den": hidden(carried, "den")}).status_code == 302
    assert "Còn 1" in planner.get(f"{session}giay-moi/").content.decode(), "who names no ward notes nothing"


def test_a_session_is_opened_filled_made_known_and_called_off(
    tu: Client, monkeypatch: pytest.MonkeyPatch, owner_connection: psycopg.Connection
) -> None:
    # Whoever has no phone is called last: the printed list reads on until nobody is left.
    monkeypatch.setattr(sessions, "LETTERS", 1)
    kept(
        tu,
        *(
            changed(name=f"Lê Văn {letter}", number="", phone="" if letter == "C" else f"090211834{n}")
            for n, letter in enumerate("ABC")
        ),
    )
    session = opened(tu)
    tu.post(f"{session}viec/", {"viec": "xep"})
    page = tu.get(session).content.decode()
    assert "Đã xếp chỗ cho 3 người đến hạn" in page
    assert "3 trong 4 chỗ đã xếp" in page
    assert called_so(tu) == {"co-cho": "ABC"}
    tu.post(f"{session}viec/", {"viec": "moi"})
    assert "Đã gửi 2 tin nhắn; 1 người không có điện thoại cần giấy mời" in tu.get(session).content.decode()
    assert called_so(tu) == {"chua-toi": "ABC"}
    owner_connection.execute("delete from journal_view")
    letters = tu.get(f"{session}giay-moi/").content.decode()
    assert "Lê Văn C" in letters
    assert "Lê Văn A" not in letters
    reference = re.search(r'Mã hẹn <b class="tc-num">(\w+)</b>', letters)
    assert reference is not None
    assert str(papers.qr_svg(reference[1], label="Mã QR của lịch hẹn")) in letters, "what the reception scans"
    assert tu.post(f"{session}giay-moi/", {"den": "hôm qua"}).status_code == 404
    tu.post(f"{session}giay-moi/", {"den": "2021-01-01T00:00:00+00:00"})
    assert "0 giấy mời đã phát" in tu.get(session).content.decode(), (
        "who was invited after the list was printed has none"
    )
    owner_connection.execute("delete from journal_view")
    tu.get(f"{session}giay-moi/")
    tu.post(f"{session}giay-moi/", {"den": hidden(letters, "den")})
    # The one whose letter is printed was seen, once: nobody looked at those who have a phone, nor at the letters given out.
    assert owner_connection.execute("select count(*) from journal_view").fetchone() == (1,)
    assert "1 giấy mời đã phát" in tu.get(session).content.decode()
    assert called_so(tu) == {"chua-toi": "AB", "da-moi": "C"}
    for how, names in {"giay-da-phat": "C", "giay-cho-phat": "", "chua-bao": "AB", "tin-nhan": ""}.items():
        found = re.findall(r"Lê Văn (\w)</label>", tu.get(f"/cong-tac/?vac-xin=az&bang={how}").content.decode())
        assert "".join(sorted(found)) == names, how
    appointment = re.search(r"hen/([0-9a-f-]{36})/", page)
    assert appointment
    tu.post(f"{session}hen/{appointment[1]}/", {"viec": "huy"})
    assert len(called_so(tu)["chua-moi"]) == 1, "whose place was cancelled"
    assert "2 trong 4 chỗ đã xếp" in tu.get(session).content.decode()
    tu.post(f"{session}viec/", {"viec": "dong", "ly-do": "mất điện"})
    page = tu.get(session).content.decode()
    assert "không còn nhận người" in page
    assert "Buổi này đã đóng, mọi lịch hẹn đã hủy" in page
    told = tu.get(f"{session}giay-moi/").content.decode()
    assert "cần đến tận nơi báo" in told
    assert "Lê Văn C" in told, "no message reaches who has no phone"
    assert "Lê Văn B" not in told
    assert "giấy mời" not in told
    answer = tu.post(f"{session}viec/", {"viec": "xep"})
    assert answer.status_code == 422
    assert "đã đóng hoặc đã qua" in answer.content.decode()


def test_who_is_ticked_gets_one_place_however_often_it_is_clicked(tu: Client) -> None:
    kept(tu, GOOD, changed(name="Võ Thúy Ái", number=""))
    session = opened(tu)
    page = tu.get("/cong-tac/?vac-xin=az").content.decode()
    ticked = re.findall(r'name="nguoi" value="([^"]+)"', page)
    told = {
        "batch": hidden(page, "batch"),
        "phuong": WARD,
        "vac-xin": "az",
        "buoi": session.split("/")[-2],
        "nguoi": ticked,
    }
    for _ in range(2):
        assert tu.post("/cong-tac/moi/", told)["Location"] == session
    assert "2 trong 4 chỗ đã xếp" in tu.get(session).content.decode()
    assert "Hẹn" in tu.get("/cong-tac/?vac-xin=az").content.decode()


def test_who_was_told_by_what_and_when_stands_in_the_list_in_its_filter_and_in_the_file(
    tu: Client, owner_connection: psycopg.Connection
) -> None:
    names = ("Sms", "Seden", "Hoan", "Giay", "Vang")
    kept(
        tu,
        *(
            changed(name=f"Lê Văn {name}", number="", phone="" if name == "Giay" else f"090211834{n}")
            for n, name in enumerate(names)
        ),
    )
    session = opened(tu, cho="9")
    tu.post(f"{session}viec/", {"viec": "xep"})
    tu.post(f"{session}viec/", {"viec": "moi"})
    shown = tu.get(session).content.decode()
    rows = dict(re.findall(r"Lê Văn (\w+)</th>.*?hen/([0-9a-f-]{36})/", shown, re.DOTALL))
    owner_connection.execute(
        "update notices_delivery set state = 'delivered', settled_at = now() where channel = 'sms'"
    )
    for name, change in (
        ("Seden", "confirmed_at = now()"),
        ("Hoan", "declined_at = now(), state = 'cancelled'"),
        ("Vang", "state = 'missed'"),
    ):
        owner_connection.execute(f"update scheduling_appointment set {change} where id = %s", [rows[name]])

    def found(asked: str) -> set[str]:
        return set(re.findall(r"Lê Văn (\w+)</label>", tu.get(f"/cong-tac/?vac-xin=az&{asked}").content.decode()))

    assert {call: found(f"moi={call}") for call in Call if found(f"moi={call}")} == {
        Call.INVITED: {"Sms"},
        Call.COMING: {"Seden"},
        Call.DECLINED: {"Hoan"},
        Call.UNREACHED: {"Giay"},
        Call.ABSENT: {"Vang"},
    }
    assert found("bang=tin-nhan") == {"Sms", "Seden", "Hoan", "Vang"}
    assert found("bang=tin-nhan&moi=da-moi") == {"Sms"}
    assert found("bang=giay-cho-phat") == {"Giay"}
    assert tu.get("/cong-tac/?bang=chim-bo-cau").status_code == 404
    form = {"phuong": WARD, "vac-xin": "az", "tep": "csv", "bang": "giay-cho-phat", "muc-dich": "phát giấy mời tổ 12"}
    told = tu.post("/cong-tac/xuat/", form).content.decode("utf-8-sig")
    (row,) = [row for row in csv.reader(io.StringIO(told)) if row and row[0].startswith("Lê Văn")]
    assert (row[0], row[6], row[8]) == ("Lê Văn Giay", "Lời mời chưa tới tay", "Giấy mời chưa phát")


def test_a_list_leaves_only_for_a_purpose_and_computes_nothing(tu: Client) -> None:
    kept(tu, changed(name="Lê Thị Hường", number=""))
    form = {"phuong": WARD, "vac-xin": "az", "tep": "csv"}
    refused = tu.post("/cong-tac/xuat/", {**form, "muc-dich": "x"})
    assert refused.status_code == 422
    assert "Hường" not in refused.content.decode()
    told = tu.post("/cong-tac/xuat/", {**form, "muc-dich": "=phát giấy mời tổ 12"}).content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(told)))
    assert [row[0] for row in rows[:6]] == [
        "Danh sách nhu cầu tiêm",
        "Lúc",
        "Đơn vị",
        "Bộ lọc",
        "Mục đích",
        "Người xuất",
    ]
    assert rows[2][1].endswith(f"({WARD})")
    assert rows[4][1] == "'=phát giấy mời tổ 12"
    assert rows[-1][0] == "Lê Thị Hường"
    sheet = tu.post("/cong-tac/xuat/", {**form, "tep": "xlsx", "muc-dich": "phát giấy mời tổ 12"}).content
    assert ["Lê Thị Hường"] in [row[:1] for row in cells.rows_of(sheet)]


def test_the_whole_ward_leaves_however_many_there_are(tu: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "AT_ONCE", 2)
    names = ["Lê Thị Hường", "Võ Thúy Ái", "Trần Thị Tư", "Huỳnh Bé Ba", "Ngô Văn Năm"]
    kept(tu, *(changed(name=name, number="") for name in names))
    form = {"phuong": WARD, "vac-xin": "az", "tep": "csv", "muc-dich": "phát giấy mời tổ 12"}
    told = tu.post("/cong-tac/xuat/", form).content.decode("utf-8-sig")
    assert sorted(row[0] for row in csv.reader(io.StringIO(told)) if row and row[0] in names) == sorted(names)


def test_a_long_list_is_written_outside_of_any_transaction(tu: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    kept(tu, changed(name="Lê Thị Hường", number=""))
    held: list[bool] = []

    def written(rows: Sequence[Sequence[str]]) -> bytes:
        held.append(connection.in_atomic_block)
        return csv_file(rows)

    monkeypatch.setattr(spreadsheets, "csv_file", written)
    form = {"phuong": WARD, "vac-xin": "az", "tep": "csv", "muc-dich": "phát giấy mời tổ 12"}
    assert "Lê Thị Hường" in tu.post("/cong-tac/xuat/", form).content.decode("utf-8-sig")
    assert held == [False]


def test_a_page_of_those_who_are_due_is_filled_from_behind_those_who_are_not(
    tu: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SHOWN", "STEP"):
        monkeypatch.setattr(people, name, 1)
    first_in_order = changed(name="Bé Một", born="09/11/2015", number="", group="1")
    kept(tu, first_in_order, changed(name="Lê Thị Hường", number=""))
    asked = f"/cong-tac/?phuong={WARD}&vac-xin=az&den-han="
    assert "Lê Thị Hường" in tu.get(f"{asked}den-han").content.decode()
    assert "Bé Một" in tu.get(f"{asked}chua").content.decode()
    monkeypatch.setattr(people, "STEPS", 1)
    far = tu.get(f"{asked}den-han").content.decode()
    assert "Lê Thị Hường" not in far
    following = re.search(r'href="([^"]+sau-luc[^"]+)"', far)
    assert following is not None
    assert "Lê Thị Hường" in tu.get(following[1].replace("&amp;", "&")).content.decode()


def test_sessions_are_listed_page_by_page(tu: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scheduling, "SESSIONS", 1)
    first, second = opened(tu), opened(tu, ngay="2021-09-21")
    page = tu.get("/cong-tac/buoi/").content.decode()
    assert (first in page, second in page) == (True, False)
    following = re.search(r'href="([^"]+[?]sau=[^"]+)"', page)
    assert following is not None
    page = tu.get(following[1]).content.decode()
    assert (first in page, second in page) == (False, True)


def test_a_goal_without_a_denominator_shows_its_count_and_says_so(tu: Client) -> None:
    page = tu.get("/cong-tac/chi-tieu/").content.decode()
    assert "Nguồn không cho mẫu số: chỉ ghi số đếm" in page
    assert "96.208.984" in page
    assert "tổng điều tra 2019" in page
    assert "70\N{NO-BREAK SPACE}% dân số" in page
    assert "press articles" not in page
    english = tu.get("/en/cong-tac/chi-tieu/").content.decode()
    assert "No source gives the denominator" in english
    assert "census 2019" in english


def test_the_office_and_the_portal_tell_one_figure_of_a_ward_s_progress(
    tu: Client, owner_connection: psycopg.Connection
) -> None:
    path = [unit.code for unit in places.unit_path(WARD, Era.Y2021)]
    owner_connection.execute(
        "insert into response_unitstanding (era, level, unit, parent, allocated, on_hand, on_road, registered, listed, due)"
        " values ('2021', 'commune', %s, %s, 0, 0, 0, 300, 200, 0)",
        [WARD, path[1]],
    )
    owner_connection.execute(
        "insert into figures_residence_total (era, level, unit, parent, sex, age_band, dose_state, doses)"
        " values ('2021', 'commune', %s, %s, 'female', '18-49', 1, 122)",
        [WARD, path[1]],
    )
    share = "61,0\N{NO-BREAK SPACE}%"
    office = tu.get("/cong-tac/chi-tieu/").content.decode()
    assert share in office
    assert "danh sách đối tượng của chính phường" in office
    portal = Client().get(f"/so-lieu/{'/'.join(path)}/").content.decode()
    assert share in portal
    assert "Mẫu số 200 người trong danh sách." in portal


def test_an_address_that_names_nothing_known_is_not_found(tu: Client) -> None:
    for address in ("?nhom=99", "?vac-xin=x", "?den-han=x", "?phuong=x", f"nhap/{UUID(int=7)}/?ket-qua=x"):
        assert tu.get(f"/cong-tac/{address}", headers={"accept": "text/html"}).status_code in (404, 422)


@pytest.mark.parametrize("of", ["nhap/", "buoi/", "can-sua/", "can-sua/hang-loat/", "doi-chieu/"])
def test_an_old_link_to_what_is_not_there_leads_back_to_its_list(tu: Client, of: str) -> None:
    for tongue, words in (("", "Về danh sách"), ("/en", "Back to the list")):
        answer = tu.get(f"{tongue}/cong-tac/{of}{uuid4()}/", headers={"accept": "text/html"})
        assert answer.status_code == 404
        assert f'<a href="{tongue}/cong-tac/{of}">{words}</a>' in answer.content.decode()


def test_a_list_taken_along_comes_back_row_by_row_and_what_differs_goes_to_the_desk(tu: Client) -> None:
    kept(tu, GOOD, changed(name="Võ Thúy Ái", number=""), changed(name="Lý Bảo Khánh", number=""))
    form = {"phuong": WARD, "vac-xin": "az", "tep": "sua", "muc-dich": "tổ trưởng tổ 12 rà lại"}
    sheet = [[cells.plain(cell) for cell in row] for row in cells.rows_of(tu.post("/cong-tac/xuat/", form).content)]
    rows = {row[0]: row for row in sheet if len(row) == len(sheet[-1])}
    assert rows["Lê Thị Hường"][3] == "•••• 4512"
    rows["Lê Thị Hường"][1] = "10/11/1971"
    edited = csv_file([rows["Họ và tên"], rows["Võ Thúy Ái"], rows["Lê Thị Hường"]])
    review = brought(tu, edited)
    page = tu.get(review).content.decode()
    assert "Đúng dòng đã xuất, không sửa gì" in page
    assert "Ngày sinh: 09/11/1971 → <b>10/11/1971</b>" in page
    assert "1 dòng đã xuất không có trong tệp này" in page
    person = hidden(page.replace('" required', '"'), "ai")
    told = {"ai": person, "gui-sua": "1"}
    for _ in range(2):
        assert tu.post(f"{review}dong/3/", told).status_code == 302
    assert mending_cases() == [("correct-person", WARD)]
    gone = hidden(page, "nguoi")
    tu.post(f"{review}bo-ra/", {"nguoi": [gone]})
    tu.post(f"{review}luu/")
    listed = tu.get("/cong-tac/").content.decode()
    assert ("2 người đang chờ" in listed, "Lý Bảo Khánh" in listed) == (True, False)
    assert "1 dòng đã xuất" not in tu.get(review).content.decode()


def mending_cases() -> list[tuple[str, str]]:
    with reaching(Reach(communes=frozenset({WARD}))):
        return database.rows("select kind, commune from mending_case")
