from __future__ import annotations

from http import HTTPStatus
from typing import Any

import pytest
from django.test import Client

from tests.domain.supply import depot
from tests.domain.supply.actions.test_shipping import in_the_ledger
from tests.domain.supply.depot import CITY, FRIDGE, LOT, SITE, shown
from tests.domain.supply.test_queries import given_doses_at_the_site, use
from tests.faces.depot import scenery
from tests.faces.depot.scenery import FIRST, KEEPER, RECEIVER, SECOND, somebody
from tiemchung.domain.supply import queries
from tiemchung.domain.supply.values import ShipmentState
from tiemchung.domain.vaccines import queries as vaccines
from tiemchung.faces.depot.pages import SHELF_NOTES
from tiemchung.kernel import gs1
from tiemchung.kernel.actor import Reach
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing.rowsecurity import reaching

pytestmark = pytest.mark.usefixtures("morning")
GTIN = "0893500180001"
CODE = f"(01){GTIN}{gs1.check_digit(GTIN)}(17)220131(10)ABX7003"


def form(**told: object) -> dict[str, Any]:
    return {
        "do": "keep",
        "id": str(uuid7()),
        "lot": LOT,
        "product": "az",
        "expires": "2022-01-31",
        "vials": "40",
        "invoice": "HD-1120",
        "certificate": "CO-7",
        "verdict": "fine",
        "fridge": FRIDGE,
        **told,
    }


def post(client: Client, address: str, **told: object) -> Any:
    return client.post(address, told)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_lot_is_received_once_released_by_two_and_only_then_sent() -> None:
    keeper, told = somebody(KEEPER), form()
    for _ in range(2):
        assert keeper.post(f"/kho/{CITY}/nhan/", told).status_code == HTTPStatus.FOUND
    assert in_the_ledger() == {(CITY, LOT): 400}
    asked = {"to": SITE, "product": "az", "doses": "100"}
    assert "Còn thiếu 100 liều" in text(keeper.get(f"/kho/{CITY}/chuyen/moi/", asked))
    (waiting,) = queries.consignments([CITY])
    told = {"do": "release-consignment", "id": str(uuid7()), "subject": str(waiting.id), "reason": "đủ giấy"}
    first = somebody(FIRST)
    post(first, f"/kho/{CITY}/nhan/", **told)
    (proposal,) = queries.open_decisions([CITY])
    alone = post(first, "/kho/quyet-dinh/", do="agree", decision=str(proposal.id))
    assert alone.status_code == HTTPStatus.CONFLICT
    assert "hai người khác nhau" in text(alone)
    post(somebody(SECOND), "/kho/quyet-dinh/", do="agree", decision=str(proposal.id))
    assert "Còn thiếu" not in text(keeper.get(f"/kho/{CITY}/chuyen/moi/", asked))


def test_a_place_says_in_words_how_long_its_doses_last() -> None:
    receiver, address = somebody(RECEIVER), f"/kho/{SITE}/"
    assert "Hết liều dùng được." in text(receiver.get(address))
    given_doses_at_the_site(60)
    assert "Chưa biết đủ mấy ngày: 7 ngày trước hôm nay chưa mở lọ nào." in text(receiver.get(address))
    with reaching(Reach(sites=frozenset({SITE}))):
        use(10, days_ago=2)
    assert "Đủ khoảng 10,0 ngày: gần đây trung bình 5,0 liều mỗi ngày." in text(receiver.get(address))
    asked = {"to": SITE, "product": "az", "doses": "20"}
    keeper = somebody(KEEPER)
    assert "Đủ khoảng 10,0 ngày" in text(keeper.get(f"/kho/{CITY}/chuyen/moi/", asked))
    with reaching(Reach(sites=frozenset({SITE}))):
        use(49, days_ago=1)
    assert "Không đủ một ngày: gần đây trung bình 29,5 liều mỗi ngày." in text(receiver.get(address))
    assert "Hết liều" not in text(keeper.get(f"/kho/{CITY}/")), "a store opens no vials"


def test_a_scanned_code_fills_lot_and_expiry_and_must_fit_what_is_kept() -> None:
    keeper, address = somebody(KEEPER), f"/kho/{CITY}/nhan/"
    read = text(keeper.post(address, {"do": "scan", "id": str(uuid7()), "scan": CODE}))
    assert 'value="ABX7003"' in read
    assert 'value="2022-01-31"' in read
    wrong = keeper.post(address, {"do": "scan", "id": str(uuid7()), "scan": CODE.replace("0893", "0983")})
    assert wrong.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Số kiểm tra không khớp" in text(wrong)
    other = keeper.post(address, form(scan=CODE, lot="OTHER"))
    assert "Mã quét nói khác" in text(other)
    assert in_the_ledger() == {}


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"lot": ""}, "Ghi số lô."),
        ({"certificate": ""}, "Ghi số giấy chứng nhận xuất xưởng."),
        ({"lot": "LÔ 1"}, "chữ không dấu"),
        ({"product": "none"}, "Chọn loại vắc xin"),
        ({"expires": "31/02/2022"}, "Ghi hạn dùng"),
        ({"vials": "0"}, "Ghi số, từ 1"),
        ({"vials": "nhiều"}, "Ghi số, từ 1"),
        ({"verdict": ""}, "Chọn điều máy đo nói"),
        ({"expires": "2021-09-01"}, "quá ngày dùng"),
        ({"vials": "99999999"}, "không thể đúng"),
    ],
)
def test_what_is_missing_is_said_at_its_field_and_what_was_typed_stays(told: dict[str, str], said: str) -> None:
    answer = somebody(KEEPER).post(f"/kho/{CITY}/nhan/", form(**told))
    assert answer.status_code in {HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.CONFLICT}
    assert said in text(answer)
    assert "HD-1120" in text(answer)
    assert in_the_ledger() == {}


def test_a_shipment_goes_from_shelf_to_shelf_with_a_difference_that_two_explain() -> None:
    depot.released()
    keeper, receiver, shipment = somebody(KEEPER), somebody(RECEIVER), uuid7()
    asked = {"to": SITE, "product": "az", "doses": "60", "id": str(shipment)}
    for _ in range(2):
        assert keeper.post(f"/kho/{CITY}/chuyen/moi/", asked).status_code == HTTPStatus.FOUND
    at_city, at_site = (f"/kho/{site}/chuyen/{shipment}/" for site in (CITY, SITE))
    for _ in range(2):
        assert post(keeper, at_city, do="dispatch", warm="yes").status_code == HTTPStatus.FOUND
    assert "60 liều" in text(receiver.get(f"/kho/{SITE}/"))
    told = {"do": "take-in", "id": str(uuid7()), f"came-{LOT}": "52", f"open-{LOT}": "60", "verdict": "fine"}
    for _ in range(2):
        receiver.post(at_site, told)
    again = receiver.post(at_site, {**told, "id": str(uuid7())})
    assert again.status_code == HTTPStatus.CONFLICT
    assert "Người khác vừa ghi nhận" in text(again)
    assert shown(shipment).open == 8
    post(receiver, at_site, do="explain", id=str(uuid7()), lot=LOT, doses="8", cause="broken", reason="một hộp rơi")
    (proposal,) = queries.open_decisions([SITE])
    assert shown(shipment).open == 8
    assert str(proposal.id) in text(keeper.get("/kho/quyet-dinh/"))
    post(keeper, "/kho/quyet-dinh/", do="agree", decision=str(proposal.id))
    assert shown(shipment).open == 0
    assert in_the_ledger() == {(CITY, LOT): 40, (SITE, LOT): 52}


def test_a_reading_outside_the_limits_is_shown_with_its_minutes_and_holds_what_lies_there() -> None:
    depot.released()
    scenery.readings((20, 4.6, None, None))
    keeper, address = somebody(KEEPER), f"/kho/{CITY}/tu/{FRIDGE}/"
    told = {"do": "read", "id": str(uuid7()), "temp": "4,7", "at": "09:00", "highest": "9,4", "minutes": "38"}
    for _ in range(2):
        assert keeper.post(address, told).status_code == HTTPStatus.FOUND
    page = text(keeper.get(address))
    assert "Trên 8\u00a0°C trong 38 phút, cao nhất 9,4\u00a0°C" in page
    assert "Tạm giữ 1 lô trong tủ (100 liều)" in page
    keeper.post(address, {"do": "hold", "reason": "Trên 8 °C trong 38 phút"})
    assert queries.shelves(CITY)[0].held_since is not None
    assert "đang tạm giữ" in text(keeper.get(address))


@pytest.mark.parametrize("temp", ["", "ấm", "470", "4,7,0"])
def test_a_temperature_that_cannot_be_is_not_recorded(temp: str) -> None:
    keeper, address = somebody(KEEPER), f"/kho/{CITY}/tu/{FRIDGE}/"
    answer = keeper.post(address, {"do": "read", "id": str(uuid7()), "temp": temp, "at": "08:00"})
    assert answer.status_code in {HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.CONFLICT}
    assert queries.readings(CITY, since=depot.later(days=-1)) == []


def test_a_count_that_differs_is_explained_by_two() -> None:
    depot.released()
    keeper, address = somebody(KEEPER), f"/kho/{CITY}/kiem-ke/"
    page = text(keeper.get(address))
    assert ">100<" not in page
    keeper.post(address, {"do": "count", "id": str(uuid7()), f"lot-{LOT}": "93"})
    (found,) = queries.open_counts([CITY])
    told = {"do": "explain", "id": str(uuid7()), "subject": str(found.stocktake), "lot": LOT, "reason": "vỡ khi xếp"}
    keeper.post(address, told)
    (proposal,) = queries.open_decisions([CITY])
    refused = post(keeper, "/kho/quyet-dinh/", do="agree", decision=str(proposal.id))
    assert refused.status_code == HTTPStatus.CONFLICT
    post(somebody(FIRST), "/kho/quyet-dinh/", do="agree", decision=str(proposal.id))
    assert in_the_ledger() == {(CITY, LOT): 93}


def test_a_recall_reaches_every_place_that_has_the_lot_and_each_answers() -> None:
    shipment = scenery.a_shipment_on_the_road()
    receiver = somebody(RECEIVER)
    receiver.post(
        f"/kho/{SITE}/chuyen/{shipment}/",
        {"do": "take-in", "id": str(uuid7()), f"came-{LOT}": "60", f"open-{LOT}": "60", "verdict": "none"},
    )
    officer = somebody(FIRST)
    assert post(somebody(KEEPER), f"/kho/lo/?so={LOT}", do="recall", reason="tạp chất").status_code == 403
    post(officer, f"/kho/lo/?so={LOT}", do="recall", reason="tạp chất")
    assert "Thu hồi lô ABX7003: 60 liều ở đây" in text(receiver.get(f"/kho/{SITE}/"))
    post(receiver, f"/kho/{SITE}/lo/?so={LOT}", do="answer", doses="60")
    page = text(officer.get(f"/kho/lo/?so={LOT}"))
    assert "Đã trả lời: để riêng 60 liều" in page
    assert "Chưa trả lời thu hồi" in page


def test_a_lot_whose_consignment_waits_says_so_and_leads_to_where_it_is_decided() -> None:
    somebody(KEEPER).post(f"/kho/{CITY}/nhan/", form())
    (waiting,) = queries.consignments([CITY], lot=LOT)
    officer = somebody(FIRST)
    for address in (f"/kho/lo/?so={LOT}", f"/kho/{CITY}/lo/?so={LOT}"):
        page = text(officer.get(address)).partition("Quyết định về lô")[2]
        assert "Vừa nhận, chờ đề nghị cho dùng" in page
        assert f'href="/kho/{CITY}/nhan/"' in page
        assert "Chưa có." not in page
    told = {"do": "release-consignment", "id": str(uuid7()), "subject": str(waiting.id), "reason": "đủ giấy"}
    officer.post(f"/kho/{CITY}/nhan/", told)
    page = text(officer.get(f"/kho/lo/?so={LOT}"))
    assert "chờ người thứ hai, phải là người khác" in page
    assert "Vừa nhận, chờ đề nghị" not in page


def test_a_lot_that_lies_in_no_fridge_is_shown_in_none_and_no_freezer_is_taken_for_it() -> None:
    depot.released(fridge="")
    keeper, address = somebody(KEEPER), f"/kho/{CITY}/lo/?so={LOT}"
    shown = text(keeper.get(address)).partition('name="fridge" required>')[2].partition("</select>")[0]
    assert shown.startswith('<option value="">Chọn</option>')
    assert "selected" not in shown
    refused = keeper.post(address, {"do": "shelve", "fridge": depot.FREEZER})
    assert "bị đông đá là hỏng. Chọn tủ khác" in text(refused)
    keeper.post(address, {"do": "shelve", "fridge": depot.FRIDGE})
    assert '<option value="">' not in text(keeper.get(address)).partition('name="fridge" required>')[2]


def test_what_the_table_notes_of_a_shelf_life_is_said_in_the_reader_s_language() -> None:
    depot.released()
    officer = somebody(FIRST)
    assert "Theo bảng vắc xin: 6 tháng (Covishield: 9 tháng)" in text(officer.get(f"/kho/lo/?so={LOT}"))
    assert "By the table of vaccines: 6 months (Covishield 9)" in text(officer.get(f"/en/kho/lo/?so={LOT}"))


def test_every_note_of_a_shelf_life_in_the_table_has_words() -> None:
    noted = {product.notes.get("shelf_unopened") for product in vaccines.products().values()}
    # Only of what thaws is the note about 2 to 8 °C shown; a mark in brackets is said as unverified.
    noted |= {
        product.notes.get("shelf_2_8")
        for code, product in vaccines.products().items()
        if queries.thawed_allowance(code)
    }
    noted |= {
        product.marks.get("use_after_open_hours")
        for product in vaccines.products().values()
        if product.use_after_open_hours is not None
    }
    assert {note for note in noted if note} - set(SHELF_NOTES) <= {"(unverified)"}


def test_nobody_looks_into_another_place_or_does_what_their_role_is_not() -> None:
    shipment = scenery.a_shipment_on_the_road()
    keeper, receiver, officer = somebody(KEEPER), somebody(RECEIVER), somebody(FIRST)
    for address in ("", "nhan/", "chuyen/", f"chuyen/{shipment}/", "kiem-ke/", f"tu/{FRIDGE}/", f"lo/?so={LOT}"):
        assert receiver.get(f"/kho/{CITY}/{address}").status_code == HTTPStatus.FORBIDDEN, address
    assert keeper.get(f"/kho/{depot.DISTRICT}/chuyen/{shipment}/").status_code == HTTPStatus.FORBIDDEN
    elsewhere = officer.get(f"/kho/{depot.DISTRICT}/chuyen/{shipment}/", headers={"accept": "text/html"})
    assert elsewhere.status_code == HTTPStatus.NOT_FOUND
    assert f'href="/kho/{depot.DISTRICT}/chuyen/"' in text(elsewhere)
    assert officer.get("/kho/NOWHERE/").status_code == HTTPStatus.NOT_FOUND
    assert officer.get(f"/kho/{CITY}/kiem-ke/").status_code == HTTPStatus.FORBIDDEN
    assert post(officer, f"/kho/{CITY}/nhan/", **form()).status_code == HTTPStatus.FORBIDDEN
    refused = post(keeper, f"/kho/{CITY}/nhan/", do="release-consignment", id=str(uuid7()), subject=str(uuid7()))
    assert refused.status_code == HTTPStatus.NOT_FOUND
    assert shown(shipment).state is ShipmentState.ON_ROAD


def test_whoever_keeps_one_store_begins_there_and_whoever_reaches_more_sees_them() -> None:
    depot.released()
    assert somebody(KEEPER).get("/kho/")["Location"] == f"/kho/{CITY}/"
    page = text(somebody(FIRST).get("/kho/"))
    assert "Kho thành phố" in page
    assert "Kho quận" in page
    assert "Stores within your reach" in text(somebody(FIRST).get("/en/kho/"))
