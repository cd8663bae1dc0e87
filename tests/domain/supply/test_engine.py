from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tiemchung.domain.supply import engine, rules
from tiemchung.domain.supply.engine import LoggerFileError
from tiemchung.domain.supply.values import Band, Logged, Media

FIRST = datetime(2021, 9, 12, 1, 0, tzinfo=UTC)
SAID = [(FIRST, 4.7), (FIRST.replace(minute=5), -1.5)]


@pytest.mark.parametrize(
    "content",
    [
        "Date,Time,Temperature (°C)\n12/09/2021,08:00,4.7\n12/09/2021,08:05,-1.5\n".encode(),
        "Ngày;Giờ;Nhiệt độ\r\n12/9/2021;8:00;4,7\r\n12/9/2021;08:05:00;−1,5\r\n".encode("utf-8-sig"),
        "Time\tTemp °C\n2021-09-12T01:00:00Z\t4.7\n2021-09-12T08:05:00+07:00\t-1.5".encode("utf-16"),
        "Máy ghi T-200\nSố: 7\n\nThời gian,Kênh,Nhiệt độ\n2021/09/12 08:00,1,4.7 °C\n2021/09/12 08:05,1,-1.5\n".encode(),
        b"time,temp\n12/09/2021 08:05,-1.5\n12/09/2021 08:00,4.7\n\n",
    ],
    ids=["two columns", "decimal comma", "utf-16 with zones", "a head of its own", "newest first"],
)
def test_a_loggers_file_is_read_however_it_was_saved(content: bytes) -> None:
    assert [(point.at, point.temp_c) for point in engine.read_logger(content)] == SAID


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", 0),
        (b"time,temp\n", 0),
        (b"a,b\n1,2\n", 0),
        (b"\x00\x01\x02", 0),
        (b"time,temp\n12/09/2021 08:00,4.7\n12/09/2021 08:05,=1+2\n", 3),
        (b"time,temp\n31/02/2021 08:00,4.7\n", 2),
        (b"time,temp\n09/13/2021 08:00,4.7\n", 2),
        (b"time,temp\n12/09/2021 08:00\n", 2),
        (b"time,temp\n12/09/2021 08:00,\n", 2),
        (b"time,temp\n12/09/2021 08:00,nan\n", 2),
    ],
)
def test_a_file_that_cannot_be_read_says_where(content: bytes, line: int) -> None:
    with pytest.raises(LoggerFileError) as found:
        engine.read_logger(content)
    assert found.value.line == line


def test_more_points_than_any_device_writes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "MOST_POINTS", 1)
    with pytest.raises(LoggerFileError):
        engine.read_logger(b"time,temp\n12/09/2021 08:00,4\n12/09/2021 08:05,4\n")


def test_a_file_is_what_its_bytes_say() -> None:
    assert engine.media_of(b"%PDF-1.7\n") is Media.PDF
    assert engine.media_of(b"\xff\xd8\xff\xe0") is Media.JPEG
    assert engine.media_of(b"\x89PNG\r\n\x1a\n") is Media.PNG
    assert engine.media_of(b"\x00\x00\x00\x18ftypheic\x00") is Media.HEIC
    for other in (b"", b"<html>", b"PK\x03\x04", b"MZ", b"%PD"):
        assert engine.media_of(other) is None


def test_minutes_outside_are_those_until_the_next_point_and_a_silent_logger_counts_an_hour_at_most() -> None:
    def at(minute: int, temp: float) -> Logged:
        return Logged(at=datetime(2021, 9, 12, minute // 60, minute % 60, tzinfo=UTC), temp_c=temp)

    band = Band(low_c=2, high_c=8)
    assert rules.minutes_outside([at(0, 5), at(10, 9), at(25, 7), at(30, 1), at(600, 5)], band) == 15 + 60
    assert rules.minutes_outside([at(0, 9)], band) == 0
