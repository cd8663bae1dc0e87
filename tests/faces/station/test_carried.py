"""A tablet's sealed file, uploaded at the desk: the same intake as a batch by the network, and twice is once."""

from __future__ import annotations

import io
from typing import Any

import msgspec
import pytest
from django.db.utils import OperationalError
from django.test import Client

from tests.faces.devices.tablets import Tablet
from tests.faces.station import scenery
from tests.faces.station.scenery import LOT, MORNING, SITE
from tiemchung.domain.intake import actions as intake
from tiemchung.domain.supply.events import VialOpened
from tiemchung.faces.devices.batches import SEALED
from tiemchung.faces.station.views import carried
from tiemchung.kernel import sealed, wire
from tiemchung.kernel.actor import Reach
from tiemchung.kernel.ids import uuid7
from tiemchung.plumbing import database
from tiemchung.plumbing.rowsecurity import reaching

pytestmark = pytest.mark.usefixtures("morning")
PAGE = "/station/lead/carried/"


@pytest.fixture
def chief() -> Client:
    scenery.hire("khoa", "lead", name="Lê Minh Khoa")
    return scenery.signed_in("khoa")


@pytest.fixture
def tablet() -> Tablet:
    found = Tablet(site=SITE)
    found.enroll()
    return found


def batches_of(tablet: Tablet, *counts: int) -> list[bytes]:
    """Return batches of so many opened vials each, one after the other in the tablet's chain, sealed to the center."""
    center = wire.load_public_key(wire.from_base64url(tablet.told["sealing_key"]))
    previous, first, made = wire.genesis(tablet.device), 1, []
    for count in counts:
        lines, closed = [], []
        for seq in range(first, first + count):
            event = VialOpened(id=uuid7(), at=MORNING, lot=LOT, vial=f"Lọ {seq}", doses=10, seq=seq, site=SITE)
            lines.append(msgspec.json.encode(event))
            shut = sealed.seal_entry(center, lines[-1], device=tablet.device, seq=seq)
            closed.append(wire.to_base64url(shut).encode())
        header = wire.sign_batch(lines, device=tablet.device, first=first, previous=previous, private_key=tablet.key)
        made.append(wire.frame(header, closed))
        previous, first = header.head, first + count
    return made


def uploaded(client: Client, content: bytes) -> Any:
    return client.post(PAGE, {"file": io.BytesIO(content)})


def vials() -> list[str]:
    with reaching(Reach(sites=frozenset({SITE}))):
        return [vial for (vial,) in database.rows("select vial from supply_vial order by vial")]


def test_a_carried_file_is_kept_once_however_it_comes(chief: Client, tablet: Tablet) -> None:
    first, second = batches_of(tablet, 2, 1)
    assert "3 bản ghi vào sổ, 0 đã có từ trước" in uploaded(chief, first + second).content.decode()
    assert "0 bản ghi vào sổ, 3 đã có từ trước" in uploaded(chief, first + second).content.decode()
    answer = tablet.client.post("/api/devices/batches", second, content_type=SEALED)
    assert [one["outcome"] for one in answer.json()["answers"]] == ["known"]
    assert vials() == ["Lọ 1", "Lọ 2", "Lọ 3"]


def test_what_was_cut_or_changed_on_the_way_is_refused_and_what_came_before_it_stands(
    chief: Client, tablet: Tablet
) -> None:
    first, second = batches_of(tablet, 1, 2)
    assert uploaded(chief, second).status_code == 409  # what came before it is lacking
    assert uploaded(chief, first[:-40]).status_code == 422
    assert vials() == []
    other = bytearray(second)
    other[-20] = ord("A") if other[-20] != ord("A") else ord("B")
    answer = uploaded(chief, first + bytes(other))
    assert answer.status_code in {400, 409}
    assert "1 bản ghi vào sổ" in answer.content.decode()
    assert vials() == ["Lọ 1"]


def test_a_database_that_goes_in_the_middle_takes_nothing_back(
    chief: Client, tablet: Tablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = batches_of(tablet, 2, 1)
    receive, calls = intake.receive, iter((True, False))

    def once(*args: Any, **kwargs: Any) -> Any:
        if not next(calls):
            raise OperationalError
        return receive(*args, **kwargs)

    monkeypatch.setattr(intake, "receive", once)
    answer = uploaded(chief, first + second)
    assert answer.status_code == 503
    assert "2 bản ghi vào sổ" in answer.content.decode()
    assert vials() == ["Lọ 1", "Lọ 2"]
    monkeypatch.undo()
    assert "1 bản ghi vào sổ, 2 đã có từ trước" in uploaded(chief, first + second).content.decode()


def test_a_chain_that_is_refused_ends_there_and_the_others_in_the_file_go_on(chief: Client, tablet: Tablet) -> None:
    earlier = Tablet(site=SITE)
    earlier.enroll()
    (lacking, behind), (whole,) = batches_of(tablet, 1, 1, 1)[1:], batches_of(earlier, 2)
    answer = uploaded(chief, lacking + behind + whole)
    assert answer.status_code == 409
    assert "2 bản ghi vào sổ, 0 đã có từ trước" in answer.content.decode()
    assert vials() == ["Lọ 1", "Lọ 2"]


@pytest.mark.parametrize("content", [b"PK\x03\x04", b"{}\n", b"a,b\n1,2\n"])
def test_another_file_is_told_to_be_none_of_a_tablets(chief: Client, content: bytes) -> None:
    assert uploaded(chief, content).status_code == 422


def test_a_file_that_is_too_large_is_not_read(chief: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carried, "MOST_BYTES", 10)
    assert uploaded(chief, b"x" * 11).status_code == 413


def test_who_may_not_attest_takes_no_file(chief: Client, tablet: Tablet) -> None:
    del chief
    scenery.hire("thao", "vaccinator")
    assert uploaded(scenery.signed_in("thao"), batches_of(tablet, 1)[0]).status_code == 403
    assert vials() == []
