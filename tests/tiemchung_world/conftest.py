from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from tests.tiemchung_world.fake_center import FakeCenter


@pytest.fixture
def fake_center() -> Iterator[FakeCenter]:
    center = FakeCenter()
    thread = threading.Thread(target=center.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield center
    center.shutdown()
    center.server_close()
