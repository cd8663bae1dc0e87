"""Boards are told that something happened; who is slow, gone or not let in does nobody any harm."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from tests.faces.center.officers import SignIn
from tiemchung.domain.access.models import Staff
from tiemchung.faces.center import stream
from tiemchung.faces.center.stream import BREATH, CHANGED, Stream, admits
from tiemchung.faces.shared.doors import SEEN_KEY

SITE = "79-0001"
PUBLIC = "http://localhost:8000"


class Reader:
    """A browser at the other end: what it was sent, whether it reads on, and when it goes."""

    def __init__(self, *, method: str = "GET", origin: str = PUBLIC) -> None:
        self.scope: dict[str, Any] = {"type": "http", "method": method, "headers": [(b"origin", origin.encode())]}
        self.sent: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.leaves = asyncio.Event()
        self.reads = asyncio.Event()
        self.reads.set()

    async def receive(self) -> dict[str, Any]:
        await self.leaves.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        await self.reads.wait()
        self.sent.put_nowait(dict(message))

    def visit(self, application: Stream) -> asyncio.Task[None]:
        return asyncio.create_task(application(self.scope, self.receive, self.send))

    async def status(self) -> int:
        return int((await self.sent.get())["status"])

    async def line(self) -> bytes:
        body: bytes = (await self.sent.get())["body"]
        return body


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "LOOK_EVERY_S", 0.001)


class News:
    """What the look tells: another mark whenever something happened."""

    def __init__(self) -> None:
        self.mark = 0
        self.looks = 0
        self.broken = False

    def __call__(self) -> str:
        self.looks += 1
        if self.broken:
            raise ConnectionError("the database is away")
        return str(self.mark)


def play(scene: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a scene in a loop of its own; one that hangs fails."""
    asyncio.run(asyncio.wait_for(scene(), 60))


def anybody(_scope: Any) -> bool:
    return True


async def settled(condition: Callable[[], bool]) -> None:
    while not condition():  # noqa: ASYNC110 - what is waited for happens in other threads
        await asyncio.sleep(0.001)


def test_every_reader_hears_that_something_happened_and_nothing_of_what() -> None:
    async def scene() -> None:
        news = News()
        application = Stream(look=news, admits=anybody)
        readers = [Reader() for _ in range(3)]
        visits = [reader.visit(application) for reader in readers]
        for reader in readers:
            assert await reader.status() == 200
            assert await reader.line() == CHANGED
        news.mark += 1
        for reader in readers:
            assert await reader.line() == CHANGED
            reader.leaves.set()
        await asyncio.gather(*visits)
        assert application.readers == 0

    play(scene)


def test_a_reader_who_does_not_read_holds_up_nobody_and_is_let_go_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "PATIENCE_S", 0.05)

    async def scene() -> None:
        news = News()
        application = Stream(look=news, admits=anybody)
        slow, quick = Reader(), Reader()
        stuck = slow.visit(application)
        await slow.status()
        slow.reads.clear()
        other = quick.visit(application)
        await quick.status()
        for _ in range(50):
            news.mark += 1
            assert await quick.line() == CHANGED
        await stuck
        assert application.readers == 1
        assert slow.sent.qsize() <= 1
        quick.leaves.set()
        await other

    play(scene)


def test_a_reader_who_has_gone_is_noticed_and_the_looking_ends_with_the_last() -> None:
    async def scene() -> None:
        news = News()
        application = Stream(look=news, admits=anybody)
        reader = Reader()
        visit = reader.visit(application)
        await reader.status()
        reader.leaves.set()
        await visit
        assert application.readers == 0
        await settled(lambda: application._looking is not None and application._looking.done())
        looks = news.looks
        again = Reader()
        visit = again.visit(application)
        await settled(lambda: news.looks > looks)
        again.leaves.set()
        await visit

    play(scene)


def test_a_database_that_is_away_is_nothing_new() -> None:
    async def scene() -> None:
        news = News()
        application = Stream(look=news, admits=anybody)
        reader = Reader()
        visit = reader.visit(application)
        assert await reader.status() == 200
        assert await reader.line() == CHANGED
        news.broken = True
        looks = news.looks
        await settled(lambda: news.looks > looks + 2)
        news.broken, news.mark = False, 7
        assert await reader.line() == CHANGED
        reader.leaves.set()
        await visit

    play(scene)


def test_silence_is_broken_by_a_line_that_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "BREATH_EVERY_S", 0.001)

    async def scene() -> None:
        reader = Reader()
        visit = reader.visit(Stream(look=News(), admits=anybody))
        await reader.status()
        while await reader.line() != BREATH:
            pass
        reader.leaves.set()
        await visit

    play(scene)


def test_whose_sign_in_has_ended_hears_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "ADMIT_EVERY_S", 0.0)
    asked: list[bool] = []

    def once(_scope: Any) -> bool:
        asked.append(not asked)
        return asked[-1]

    async def scene() -> None:
        news = News()
        reader = Reader()
        visit = reader.visit(Stream(look=news, admits=once))
        assert await reader.status() == 200
        news.mark += 1
        await visit
        assert not reader.leaves.is_set()

    play(scene)


@pytest.mark.parametrize(
    ("reader", "admitted", "most", "status"),
    [
        ({}, False, 9, 403),
        ({"method": "POST"}, True, 9, 405),
        ({}, True, 0, 503),
    ],
)
def test_who_is_not_let_in_is_told_so(
    reader: dict[str, str],
    admitted: bool,  # noqa: FBT001 - a table
    most: int,
    status: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(stream, "MOST_READERS", most)

    async def scene() -> None:
        comes = Reader(**reader)
        await comes.visit(Stream(look=News(), admits=lambda _scope: admitted))
        assert await comes.status() == status

    play(scene)


def test_only_our_own_pages_may_read_it_from_another_port(settings: Any) -> None:
    settings.TIEMCHUNG_PUBLIC_URL = PUBLIC

    async def scene() -> None:
        for origin, allowed in ((PUBLIC, PUBLIC.encode()), ("https://elsewhere.example", None)):
            reader = Reader(origin=origin)
            visit = reader.visit(Stream(look=News(), admits=anybody))
            headers = dict((await reader.sent.get())["headers"])
            assert headers.get(b"access-control-allow-origin") == allowed
            reader.leaves.set()
            await visit

    play(scene)


def test_a_session_opens_the_stream_as_it_opens_the_board(sign_in: SignIn) -> None:
    officer = sign_in("yen", role="duty-officer", level="everywhere")
    nurse = sign_in("thao", role="vaccinator", site=SITE)

    def scope(cookie: str) -> dict[str, Any]:
        return {"headers": [(b"cookie", cookie.encode())], "client": ("203.0.113.7", 443)}

    def of(client: Any) -> dict[str, Any]:
        return scope(f"theme=dark; sessionid={client.cookies['sessionid'].value}")

    assert not admits(of(officer)), "she has opened no page yet"
    officer.get("/center/")
    nurse.get("/center/")
    assert admits(of(officer))
    nobodies: list[dict[str, Any]] = [
        of(nurse),
        scope(""),
        scope("sessionid=guessed"),
        {"headers": [(b"cookie", b"\x00=;;=\xff")], "client": None},
        {"headers": []},
    ]
    for nobody in nobodies:
        assert not admits(nobody)
    session = officer.session
    session[SEEN_KEY] -= 24 * 60 * 60
    session.save()
    assert not admits(of(officer)), "she has left her desk"
    officer.get("/center/")
    officer = sign_in("bao", role="duty-officer", level="everywhere")
    officer.get("/center/")
    Staff.objects.filter(login="bao").update(active=False)
    assert not admits(of(officer))
