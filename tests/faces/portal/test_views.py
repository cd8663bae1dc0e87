from __future__ import annotations

import csv
import gzip
import io
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from django.test import Client
from msgspec import structs

from tests.faces.portal.country import AS_OF, BEN_NGHE, SITE
from tiemchung.domain.campaigns import actions as campaigns_actions
from tiemchung.domain.campaigns import queries as campaigns
from tiemchung.domain.campaigns.values import Campaign
from tiemchung.domain.places import actions as places
from tiemchung.domain.places import queries as places_told
from tiemchung.faces.portal.progress import progress
from tiemchung.faces.portal.units import unit_at
from tiemchung.faces.shared.assets import BUILD
from tiemchung.faces.shared.goals import AgainstList
from tiemchung.kernel.actor import SYSTEM

SPLIT = "26449"
"""A commune that several took over: its sites without coordinates go to the main heir."""
LIGHT_BYTES = 60_000
"""What an old phone on a slow network is given to load, packed, beside the page itself and its letters."""
SetTime = Callable[..., None]


@pytest.fixture
def portal(counted_country: None, set_time: SetTime) -> Client:
    set_time(AS_OF + timedelta(minutes=2))
    return Client()


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def rows_of(client: Client, address: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(read(client, address).removeprefix("\ufeff"))))


def days_of(client: Client, address: str) -> dict[str, str]:
    return {row[0]: row[1] for row in rows_of(client, address)[5:]}


def table_of(client: Client, address: str) -> dict[str, dict[str, str]]:
    """Return the rows of a file by code, each by the words above its columns."""
    rows = rows_of(client, address)
    (start,) = [place for place, row in enumerate(rows) if row[0] in {"mã", "code"}]
    return {row[0]: dict(zip(rows[start][2:], row[2:], strict=True)) for row in rows[start + 1 :]}


def test_the_country_says_how_many_doses_by_which_clock_and_when(portal: Client) -> None:
    page = read(portal, "/")
    assert "1.234" in page
    assert "Số liệu lúc 13:40 thứ Tư, 15/09/2021" in page
    assert "theo ngày tiêm" in page
    assert 'TP. Hồ Chí Minh: 1.234 mũi"' in page


def test_the_headline_names_the_campaign_and_no_disease_of_its_own(
    portal: Client, as_worker: Callable[[], AbstractContextManager[None]]
) -> None:
    assert "COVID" not in read(portal, "/")
    measles = Campaign(
        code="measles",
        name="Chiến dịch tiêm vắc xin sởi",
        starts_on=AS_OF.date(),
        ends_on=AS_OF.date() + timedelta(days=90),
        target_diseases=["measles"],
    )
    with as_worker():
        campaigns_actions.load_campaigns([measles], actor=SYSTEM)
    page = read(portal, "/")
    assert page.index("đã tiêm trên cả nước") < page.index("Chiến dịch tiêm vắc xin sởi") < page.index("Tiêm hôm nay")


def test_english_has_its_own_address_words_and_numbers(portal: Client) -> None:
    page = read(portal, "/en/")
    assert "1,234" in page
    assert "vaccine doses given in the whole country" in page
    assert 'href="/en/so-lieu/79/"' in page
    assert 'lang="en"' in page


def test_figures_that_nobody_refreshed_say_how_old_they_are(portal: Client, set_time: SetTime) -> None:
    set_time(AS_OF + timedelta(minutes=41))
    assert "cũ 41\u00a0phút" in read(portal, "/")


def test_every_province_is_on_the_map_and_in_the_table(portal: Client) -> None:
    page = read(portal, "/")
    assert page.count('class="tc-map__unit ') == 63
    assert page.count('<th scope="row"><a href="/so-lieu/') == 63
    assert page.count(": chưa ghi mũi nào</title>") == 62


def test_a_country_without_doses_says_so_and_shows_no_figure(committed_db: None) -> None:
    page = read(Client(), "/")
    assert "Chưa có mũi tiêm nào được ghi" in page
    assert '<svg class="tc-map__picture"' not in page
    assert "<dt>Đã đăng ký</dt><dd>0</dd>" in page
    for door in ("/so-suc-khoe/", "/diem-tiem/", "/kiem-tra/", "/phan-anh/"):
        assert re.search(f'<(a|form) [^>]*(href|action)="{door}"', page.split("<main")[1]), (
            f"before the first dose too: {door}"
        )


def test_a_province_leads_to_its_districts_and_a_district_to_its_communes(portal: Client) -> None:
    province = read(portal, "/so-lieu/79/")
    assert 'href="/so-lieu/79/760/"' in province
    district = read(portal, "/so-lieu/79/760/")
    assert "Phường Bến Nghé: 1.234 mũi" in district
    assert "mũi đã tiêm tại Quận 1" in district


@pytest.mark.parametrize("address", ["/so-lieu/00/", "/so-lieu/760/", "/so-lieu/01/760/", "/so-lieu/79/26740/"])
def test_what_is_no_unit_of_that_place_is_not_found(portal: Client, address: str) -> None:
    assert portal.get(address).status_code == 404


def test_a_cell_of_three_persons_is_hidden_on_the_page_and_in_the_file(portal: Client) -> None:
    assert "ẩn" in read(portal, "/so-lieu/79/760/")
    row = table_of(portal, "/so-lieu/79/760/xa.csv")["26740"]
    assert [row[word] for word in ("mũi tiêm tại đây", "dân ở đây, từ 1 mũi", "dân ở đây, từ 2 mũi")] == [
        "1234",
        "1190",
        "ẩn",
    ]


def test_the_file_says_place_time_filter_and_unit_before_its_rows(portal: Client) -> None:
    rows = rows_of(portal, "/so-lieu/tinh.csv?sort=name")
    assert rows[:4] == [
        ["Tiêm Chủng", "Cả nước"],
        ["số liệu lúc", "13:40 15/09/2021", "mũi tiêm, người đã tiêm"],
        ["bộ lọc", "xếp theo: name"],
        ["đơn vị tính", "mũi tiêm; người; liều vắc xin"],
    ]
    assert [row[0] for row in rows[4:6]] == ["đếm lúc", "tính lúc"]
    assert len(rows) == 7 + 63
    assert rows[7][1] == "An Giang"


def test_the_days_differ_by_clock(portal: Client) -> None:
    given = days_of(portal, "/so-lieu/79/ngay.csv")
    entered = days_of(portal, "/so-lieu/79/ngay.csv?clock=entry")
    assert (given["2021-09-13"], given["2021-09-15"]) == ("1000", "34")
    assert (entered["2021-09-13"], entered["2021-09-15"]) == ("0", "134")
    assert "2021-09-02" in given, "two weeks are shown even when the campaign is younger"


def test_nothing_on_the_pages_names_another_origin(portal: Client) -> None:
    for address in ("/", "/so-lieu/79/", "/so-lieu/79/760/"):
        page = read(portal, address)
        assert "https://" not in page
        assert page.replace("http://www.w3.org", "").count("http://") == 0


def test_styles_and_scripts_of_the_open_pages_weigh_less_than_sixty_kilobytes(portal: Client) -> None:
    files = set(re.findall(r"/static/build/([\w.-]+\.(?:css|js))", read(portal, "/")))
    for script in [file for file in files if file.endswith(".js")]:
        files |= set(re.findall(r"[\"']\./([\w.-]+\.js)[\"']", (BUILD / script).read_text(encoding="utf-8")))
    assert {file.rpartition(".")[2] for file in files} == {"css", "js"}
    assert sum(len(gzip.compress((BUILD / file).read_bytes())) for file in files) < LIGHT_BYTES


def test_nobody_is_remembered_and_a_copy_serves_everybody_for_some_seconds(portal: Client) -> None:
    answer = portal.get("/")
    assert not answer.cookies
    assert answer["Cache-Control"] == "public, max-age=5"
    assert "Vary" not in answer


def test_the_same_doses_stand_in_the_units_since_2025_with_what_is_shown_of_the_residents_of_2021(
    portal: Client,
) -> None:
    page = read(portal, "/so-lieu/2025/")
    assert page.count('class="tc-map__unit ') == 34
    assert 'TP. Hồ Chí Minh: 1.234 mũi"' in page
    assert "Người được đếm theo xã, phường năm 2021" in page
    province = read(portal, "/so-lieu/2025/79/")
    assert "Mỗi điểm ở giữa xã, phường; diện tích" in province
    assert "Phường Tân Định: 1.234 mũi" in province
    communes = table_of(portal, "/so-lieu/2025/79/xa.csv")
    assert communes["26737"]["mũi tiêm tại đây"] == "1234"
    heir = communes[places_told.gazetteer().main_heir(BEN_NGHE) or ""]
    assert (heir["dân ở đây, từ 1 mũi"], heir["dân ở đây, từ 2 mũi"]) == ("1190", "ẩn")


def test_the_first_page_shows_the_units_that_are_in_force(portal: Client, set_time: SetTime) -> None:
    def shown(address: str) -> int:
        return read(portal, address).count('class="tc-map__unit ')

    assert [shown(address) for address in ("/", "/so-lieu/2021/", "/so-lieu/2025/")] == [63, 63, 34]
    assert 'href="/">Cả nước</a>' in read(portal, "/so-lieu/79/")
    set_time(datetime(2025, 7, 1, 3, tzinfo=UTC))
    assert [shown(address) for address in ("/", "/so-lieu/2021/", "/so-lieu/2025/")] == [34, 63, 34]
    assert 'href="/so-lieu/2021/">Cả nước</a>' in read(portal, "/so-lieu/79/")
    assert 'href="/">Cả nước</a>' in read(portal, "/so-lieu/2025/79/")
    assert 'href="/so-lieu/2021/">Xem theo 63' in read(portal, "/")


def test_residents_of_the_units_since_2025_are_told_by_age_as_far_as_those_of_2021_are(
    portal: Client, owner_connection: psycopg.Connection
) -> None:
    heir = places_told.gazetteer().main_heir(BEN_NGHE)
    owner_connection.execute(
        "insert into figures_residence_total (era, level, unit, parent, sex, age_band, dose_state, doses) values "
        "('2021', 'commune', '26740', '760', 'male', '65+', 1, 40), ('2021', 'commune', '26740', '760', 'male', '12-17', 1, 2),"
        "('2025', 'commune', %s, '79', 'male', '65+', 1, 10)",
        [heir],
    )

    def ages(address: str) -> str:
        return read(portal, address).split('id="ages-title"')[1].split("</section>")[0]

    # 12-17 and the next smallest, 65+, are hidden on the page of 2021: of 65+ only those counted since 2025 are told.
    told = ages(f"/so-lieu/2025/79/{heir}/")
    assert 'từ 65 tuổi</th><td class="tc-table__number">10</td>' in told
    assert '18 – 49 tuổi</th><td class="tc-table__number">1.190</td><td class="tc-table__number"><span' in told
    assert '12 – 17 tuổi</th><td class="tc-table__number"><span' in told
    assert "bảng chuyển đổi 2021–2025" in told
    assert "bảng chuyển đổi" not in ages("/so-lieu/79/760/26740/")
    assert 'tuổi</th><td class="tc-table__number">1.190</td>' in ages("/so-lieu/2025/79/")
    assert 'tuổi</th><td class="tc-table__number">1.190</td>' in ages("/so-lieu/2025/")


def test_each_division_leads_to_the_other(portal: Client) -> None:
    assert 'href="/so-lieu/2025/"' in read(portal, "/")
    # Bình Dương went into Ho Chi Minh City.
    assert 'href="/so-lieu/2025/79/">Xem TP. Hồ Chí Minh từ 2025' in read(portal, "/so-lieu/74/")
    assert 'href="/">Xem theo 63' in read(portal, "/so-lieu/2025/79/")


@pytest.mark.parametrize("address", ["/so-lieu/2025/74/", "/so-lieu/2025/26737/", "/so-lieu/2025/79/760/"])
def test_what_is_no_province_since_2025_is_not_found(portal: Client, address: str) -> None:
    assert portal.get(address).status_code == 404


def test_a_page_since_2025_says_of_how_many_sites_it_is_not_sure(portal: Client) -> None:
    assert "0 trên 0 điểm tiêm" in read(portal, "/so-lieu/2025/")
    places.load_organizations([{"code": "H1", "name": "Trạm", "commune": "26734"}], actor=SYSTEM)
    split = {"code": "S1", "name": "Điểm", "organization": "H1", "commune": SPLIT, "lon": None, "lat": None}
    places.load_sites([split, split | {"code": "S2", "commune": "26734"}], actor=SYSTEM)
    assert "1 trên 2 điểm tiêm" in read(portal, "/so-lieu/2025/")


def test_progress_has_a_rate_only_where_a_source_gives_the_denominator(portal: Client) -> None:
    page = read(portal, "/")
    assert "Chưa có nguồn cho mẫu số, nên chỉ có số đếm." in page
    assert "Mẫu số 96.208.984 người (tổng điều tra 2019)." in page
    assert "press articles" not in page
    assert ".csv)" not in page
    assert "press articles; QD 3355/QD-BYT" in read(portal, "/en/")
    assert "150.000.000 mũi" in page


def test_doses_are_told_by_target_group_with_the_unknown_among_them(portal: Client) -> None:
    page = read(portal, "/")
    assert "Mũi tiêm theo nhóm đối tượng" in page
    assert "Chưa rõ nhóm" in page


@pytest.fixture
def standing(owner_connection: psycopg.Connection) -> None:
    """Let some wait and some vaccine lie: in Quận 1 too few wait to be told, and so the next fewest are hidden too."""
    told = [
        ("country", "VN", "", 900, 400, 60, 1012, 1000, 800, AS_OF, AS_OF - timedelta(hours=4)),
        ("province", "79", "VN", 900, 400, 60, 1012, 1000, 800, None, None),
        ("district", "760", "79", 500, 200, 0, 4, 4, 0, None, None),
        ("district", "761", "79", 300, 150, 0, 8, 0, 6, None, None),
        ("district", "764", "79", 100, 50, 0, 1000, 996, 794, None, None),
    ]
    with owner_connection.cursor() as cursor:
        cursor.executemany(
            "insert into response_unitstanding (era, level, unit, parent, allocated, on_hand, on_road, registered, listed,"
            " due, as_of, due_as_of) values ('2021', %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            told,
        )


def test_demand_and_doses_are_told_for_every_unit_with_their_age(portal: Client, standing: None) -> None:
    page = read(portal, "/so-lieu/79/")
    assert "<dt>Đã đăng ký</dt><dd>1.012</dd>" in page
    assert "<dt>Đến hạn tiêm</dt><dd>800</dd>" in page
    assert "tính lúc 09:40 15/09/2021" in page
    assert "<dt>Liều đã phân bổ</dt><dd>900</dd>" in page
    assert "đã giao cho điểm tiêm; đếm lúc 13:40 15/09/2021" in page
    assert "thêm 60 liều trên đường; đếm lúc 13:40 15/09/2021" in page
    rows = table_of(portal, "/so-lieu/79/huyen.csv")
    words = ("dân đã đăng ký", "dân đến hạn tiêm", "liều đã phân bổ", "liều còn lại")
    assert [rows["764"][word] for word in words] == ["1000", "794", "100", "50"]
    assert [rows["773"][word] for word in words] == ["0", "0", "0", "0"]
    assert "Mẫu số 1.000 người trong danh sách." in page
    assert "người, theo nơi ở; đếm lúc 13:40 15/09/2021" in page
    told = rows_of(portal, "/so-lieu/79/huyen.csv")
    assert told[4][:2] == ["đếm lúc", "13:40 15/09/2021"]
    assert told[5] == ["tính lúc", "09:40 15/09/2021", "người đến hạn"]


def test_fewer_than_five_registered_residents_are_hidden(portal: Client, standing: None) -> None:
    rows = {code: row["dân đã đăng ký"] for code, row in table_of(portal, "/so-lieu/79/huyen.csv").items()}
    assert (rows["760"], rows["761"], rows["764"]) == ("ẩn", "ẩn", "1000")
    page = read(portal, "/so-lieu/79/?sort=registered")
    assert "Quận 1: dưới 5 người, ẩn" in page
    hidden = '<dt>Đã đăng ký</dt><dd><span class="tc-hint">ẩn</span></dd>'
    assert hidden in read(portal, "/so-lieu/79/760/")
    assert hidden in read(portal, "/so-lieu/79/761/"), "eight here would tell the four next door"


def test_progress_is_a_column_of_map_and_table_with_its_denominator_in_the_file(portal: Client, standing: None) -> None:
    page = read(portal, "/?sort=progress")
    assert "Dân đã tiêm từ 1 mũi so với danh sách đối tượng" in page
    assert 'TP. Hồ Chí Minh: 119,0\u00a0% so với danh sách"' in page
    assert 'Hà Nội: chưa có tỉ lệ"' in page
    row = table_of(portal, "/so-lieu/tinh.csv?sort=progress")["79"]
    assert (row["từ 1 mũi so với danh sách"], row["trong danh sách (mẫu số)"]) == ("1.1900", "1000")
    assert table_of(portal, "/so-lieu/79/huyen.csv")["760"]["trong danh sách (mẫu số)"] == "ẩn"


def test_a_goal_of_one_province_stands_on_the_page_of_that_province_alone(
    portal: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    (adults, *_) = campaigns.goals()
    own = structs.replace(adults, area="79", unit="count", measure="doses", target=4_936)
    monkeypatch.setattr(campaigns, "goals", lambda: (adults, own))
    assert "4.936 mũi" in read(portal, "/so-lieu/79/")
    assert "4.936 mũi" not in read(portal, "/")
    assert "4.936 mũi" not in read(portal, "/so-lieu/79/760/")


def test_a_goal_of_persons_is_left_out_where_their_number_is_hidden(
    portal: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    del portal
    (adults, *_) = campaigns.goals()
    own = structs.replace(adults, area="79", measure="persons")
    monkeypatch.setattr(campaigns, "goals", lambda: (own,))
    assert [told.reached for told in progress(unit_at(["79"]), AgainstList(one=12, listed=20))] == [12, 12]
    assert progress(unit_at(["79"]), AgainstList(one=None, listed=20)) == []


def test_doses_allocated_on_hand_and_given_are_told_by_vaccine_down_to_the_site(
    portal: Client, standing: None, owner_connection: psycopg.Connection
) -> None:
    owner_connection.execute(
        "insert into response_productstanding (era, level, unit, product, allocated, on_hand) values "
        "('2021', 'country', 'VN', 'az', 800, 300), ('2021', 'country', 'VN', '', 100, 90), ('2025', 'province', '79', 'az', "
        "800, 300), ('2021', 'site', 'S1', 'az', 700, 200)"
    )
    places.load_organizations([{"code": "H1", "name": "Trạm", "commune": "26740"}], actor=SYSTEM)
    places.load_sites([{"code": SITE, "name": "Nhà", "organization": "H1", "commune": "26740"}], actor=SYSTEM)

    def lines(address: str) -> list[list[str]]:
        table = read(portal, address).split('id="products-title"')[1].split("</table>")[0]
        rows = table.split("<tbody>")[1].split("</tr>")[:-1]
        return [re.findall(r">([^<>]+)</t[hd]>", row)[1:] for row in rows]

    assert lines("/") == [["800", "300", "1.234"], ["100", "90", "0"]]
    assert lines("/so-lieu/2025/79/") == [["800", "300", "1.234"]]
    assert lines("/diem-tiem/S1/") == [["700", "200", "1.234"]]
    assert "Doses by vaccine" in read(portal, "/en/")


def test_fewer_than_five_who_are_called_to_a_site_are_hidden(
    portal: Client, owner_connection: psycopg.Connection
) -> None:
    owner_connection.execute(
        "insert into response_unitstanding (era, level, unit, parent, allocated, on_hand, on_road, registered, listed, due,"
        " called) values ('2021', 'site', 'S1', '26740', 1500, 200, 0, 40, 0, 30, 3)"
    )
    places.load_organizations([{"code": "H1", "name": "Trạm", "commune": "26740"}], actor=SYSTEM)
    places.load_sites([{"code": SITE, "name": "Nhà", "organization": "H1", "commune": "26740"}], actor=SYSTEM)
    rows = table_of(portal, "/so-lieu/79/760/26740/diem.csv")
    assert rows["S1"]["đã hẹn, từ hôm nay"] == "ẩn"
    assert 'Đã hẹn, từ hôm nay: <span class="tc-hint">ẩn</span>' in read(portal, "/diem-tiem/S1/")


def test_the_map_is_drawn_by_what_the_table_is_sorted_by(portal: Client, standing: None) -> None:
    page = read(portal, "/?sort=on-hand")
    assert "Liều dùng được còn tại các điểm tiêm" in page
    assert 'TP. Hồ Chí Minh: 400 liều"' in page
    assert 'Hà Nội: không còn liều nào"' in page
    assert '<option value="on-hand" selected>' in page
    assert 'TP. Hồ Chí Minh: 1.234 mũi"' in read(portal, "/?sort=name")
    assert 'TP. Hồ Chí Minh: 1.234 mũi"' in read(portal, "/?sort=no-such-column")


def test_who_is_due_is_no_column_before_it_was_computed(portal: Client) -> None:
    page = read(portal, "/")
    assert "chưa tính" in page
    assert '<option value="due"' not in page


def test_a_commune_shows_its_sites_with_demand_and_doses_by_product_age_and_group(
    portal: Client, standing: None, owner_connection: psycopg.Connection
) -> None:
    owner_connection.execute(
        "insert into response_unitstanding (era, level, unit, parent, allocated, on_hand, on_road, registered, listed, due,"
        " called) values ('2021', 'site', 'S1', '26740', 1500, 200, 0, 40, 0, 30, 12)"
    )
    for era, level, unit in (("2021", "commune", "26740"), ("2021", "site", "S1"), ("2025", "commune", "26737")):
        keys = {"era": era, "level": level, "unit": unit}
        for table, part, of in (("group", "target_group", "05"), ("age", "age_band", "18-49")):
            owner_connection.execute(
                f"insert into figures_{table}_total (era, level, unit, {part}, doses) "
                "values (%(era)s, %(level)s, %(unit)s, %(of)s, 1234)",
                keys | {"of": of},
            )
    places.load_organizations([{"code": "H1", "name": "Trạm", "commune": "26740"}], actor=SYSTEM)
    hall = {"code": SITE, "name": "Nhà thi đấu", "organization": "H1", "commune": "26740", "lon": 106.7, "lat": 10.78}
    places.load_sites([hall, hall | {"code": "S2", "name": "Trạm y tế", "lon": None, "lat": None}], actor=SYSTEM)
    assert 'href="/so-lieu/79/760/26740/">Phường Bến Nghé' in read(portal, "/so-lieu/79/760/")
    page = read(portal, "/so-lieu/79/760/26740/")
    assert "mũi đã tiêm tại Phường Bến Nghé" in page
    assert 'href="/diem-tiem/S1/" aria-label="Nhà thi đấu: 1.234 mũi"' in page
    assert "Mỗi điểm là một điểm tiêm" in page
    assert "1 điểm chưa có tọa độ" in page
    assert "Dân ở đây" not in page
    rows = table_of(portal, "/so-lieu/79/760/26740/diem.csv")
    assert rows["S1"] == {
        "mũi tiêm tại đây": "1234",
        "đã tiêm so với phân bổ": "0.8227",
        "đăng ký tiêm tại đây": "40",
        "trong đó đến hạn": "30",
        "đã hẹn, từ hôm nay": "12",
        "liều đã phân bổ": "1500",
        "liều còn lại": "200",
        "phân bổ (mẫu số)": "1500",
    }
    assert {*rows["S2"].values()} == {"0", ""}
    for word in ("Theo vắc xin", "Mũi tiêm theo tuổi", "18 – 49 tuổi", "Mũi tiêm theo nhóm đối tượng"):
        assert word in page
        assert word in read(portal, "/so-lieu/2025/79/26737/"), "the other era tells the same"
        assert word in read(portal, "/diem-tiem/S1/")
    own = read(portal, "/diem-tiem/S1/")
    assert "Đăng ký tiêm tại đây: 40" in own
    assert "Đã hẹn, từ hôm nay: 12" in own
    assert "tính lúc 09:40 15/09/2021" in own
    assert days_of(portal, "/so-lieu/79/760/26740/ngay.csv")
    assert "Bảng theo điểm tiêm" in read(portal, "/so-lieu/2025/79/26737/")


@pytest.mark.parametrize("address", ["/so-lieu/79/761/26740/", "/so-lieu/2025/01/26737/", "/so-lieu/79/760/S1/"])
def test_a_commune_is_found_where_it_lies_alone(portal: Client, address: str) -> None:
    assert portal.get(address).status_code == 404
