"""The offline app as it is served: one whole piece per version, words for all it says, small enough for a thin line."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from tests.house.plan import ROOT
from tiemchung.faces.shared import assets
from tiemchung.faces.shared.words import Words
from tiemchung.faces.station.app import machine
from tiemchung.faces.station.app.catalog import WORDS_OF, catalog
from tiemchung.faces.station.views import app

SOURCES = ROOT / "frontend" / "station" / "src"
MOST_TO_BEGIN_BYTES = 60_000
MOST_BYTES = 95_000
"""With every screen and the reader of codes; without its wasm. Passkeys took the last 2,000, none of them at the beginning."""
HEAD = re.compile(r"^self\.TIEM_CHUNG = (\{.*\});$", re.MULTILINE)
CALL = re.compile(r"(?<![\w.])w\(")
ICON = re.compile(r'"([a-z]+)"')
KEY = re.compile(r'"([a-z][\w-]*\.[\w-]+)"')
MADE = re.compile(r"""(?<![\w.])(?:w|hasWord)\(`([\w-]+[.-])[^`]*\$\{""")
CODED = re.compile(r"""(?<![\w.])(?:wordFor|codesOf|options)\("([^"]+)\"""")


def sources() -> Iterator[str]:
    for path in sorted(SOURCES.rglob("*.ts*")):
        yield path.read_text(encoding="utf-8")


def keys_asked(text: str) -> set[str]:
    """Return the keys that a source asks for by their whole name: those in the first argument of each `w(...)`."""
    return {key for call in CALL.finditer(text) for key in KEY.findall(first_argument(text[call.end() :]))}


def first_argument(text: str) -> str:
    """Return what stands before the comma or bracket that ends the first argument."""
    depth = 0
    for place, letter in enumerate(text):
        if depth == 0 and letter in ",)":
            return text[:place]
        depth += (letter in "([{") - (letter in ")]}")
    return text


def test_the_app_says_nothing_that_has_no_words() -> None:
    asked = set().union(*map(keys_asked, sources()))
    assert len(asked) > 200
    assert sorted(asked - catalog().keys()) == []


def test_every_list_of_words_that_the_app_asks_for_is_there() -> None:
    text = "\n".join(sources())
    prefixes = {f"{name}." for name in CODED.findall(text)} | set(MADE.findall(text))
    assert len(prefixes) > 20
    without = sorted(prefix for prefix in prefixes if not any(key.startswith(prefix) for key in catalog()))
    assert without == []


def test_the_app_carries_no_words_that_it_never_says() -> None:
    text = "\n".join(sources())
    listed = {f"{name}.{code}" for name, words in WORDS_OF.items() for code in words}
    prefixes = tuple(set(MADE.findall(text)))
    spoken = set().union(*map(keys_asked, [text]))
    idle = {key for key in catalog().keys() - listed - spoken if not key.startswith(prefixes)}
    assert sorted(idle) == []


def test_a_key_without_words_is_noticed() -> None:
    text = '<p>{w("no.such-key", { n: 1 })}</p> {w(of(late) === "no" ? "one.key" : "other.key")} {draw("not.asked")}'
    assert keys_asked(text) == {"no.such-key", "one.key", "other.key"}


def test_both_languages_have_the_same_holes() -> None:
    holes = re.compile(r"\{(\w+)\}")
    differing = [
        key for key, told in catalog().items() if sorted(holes.findall(told.vi)) != sorted(holes.findall(told.en))
    ]
    assert differing == []


def test_the_app_is_small_enough_for_a_thin_line() -> None:
    built = assets.manifest()
    begun = [*started(built), built["station/src/station.scss"]["file"]]
    assert len(begun) > 2
    assert packed(begun) < MOST_TO_BEGIN_BYTES, {file: packed([file]) for file in begun}
    whole = {file for name in ("station/src/app.tsx", "station/src/sw.ts") for file in assets.files_of(built, name)}
    told = sorted(file for file in whole if file.endswith((".js", ".css")))
    assert len(told) > len(begun), "what comes right after the beginning is counted too"
    assert packed(told) < MOST_BYTES, {file: packed([file]) for file in told}


def packed(files: list[str]) -> int:
    return sum(len(gzip.compress((assets.BUILD / file).read_bytes(), 9)) for file in files)


def started(built: dict[str, dict[str, Any]]) -> list[str]:
    """Return the scripts that the app begins with: all others come right after it, the reader of codes when asked."""
    chunks = [built["station/src/sw.ts"], built["station/src/app.tsx"]]
    return sorted(
        {chunk["file"] for each in chunks for chunk in [each, *(built[name] for name in each.get("imports", []))]}
    )


def test_every_drawing_that_the_app_shows_comes_with_it() -> None:
    [script] = [file for file in started(assets.manifest()) if file.startswith("station-") and "worker" not in file]
    text = (assets.BUILD / script).read_text(encoding="utf-8")
    shown = {
        name
        for icon in re.findall(r"<Icon name=(\S+(?: \? .*?\})?)", "\n".join(sources()))
        for name in ICON.findall(icon)
    }
    assert len(shown) > 5
    assert sorted(name for name in shown if f'id=\\"i-{name}\\"' not in text and f'id="i-{name}"' not in text) == []


@pytest.mark.database
def test_anybody_may_fetch_the_app_and_it_asks_for_no_cookie(db: None) -> None:
    client = Client()
    for name in ("", "words.json", "communes.json", "rehearsal.json", "manifest.webmanifest", "sw.js", "reader.js"):
        answer = client.get(f"/station/app/{name}")
        assert answer.status_code == 200, name
        assert not answer.cookies, name
    policy = client.get("/station/app/")["Content-Security-Policy"]
    assert "'wasm-unsafe-eval'" in policy
    assert "worker-src 'self'" in policy
    assert "unsafe-inline" not in policy


@pytest.mark.database
def test_the_page_may_speak_to_the_hubs_of_one_domain_and_beside_the_center_to_nobody_else(
    db: None, settings: Settings
) -> None:
    def speaks_to() -> list[str]:
        policy = Client().get("/station/app/")["Content-Security-Policy"]
        (told,) = re.findall(r"connect-src ([^;]*)", policy)
        return [source for source in told.split() if source != "'self'"]

    assert speaks_to() == []
    settings.TIEMCHUNG_HUB_DOMAIN = "hub.example.vn"
    assert speaks_to() == ["https://*.hub.example.vn:*"]


@pytest.mark.database
def test_the_app_has_one_address_in_every_language(db: None) -> None:
    answer = Client().get("/en/station/app/")
    assert (answer.status_code, answer["Location"]) == (302, "/station/app/")


def version_of(client: Client) -> dict[str, Any]:
    found = HEAD.search(client.get("/station/app/sw.js").content.decode())
    assert found is not None
    told: dict[str, Any] = json.loads(found[1])
    return told


@pytest.mark.database
def test_a_version_takes_every_file_home_that_the_app_loads(db: None) -> None:
    told = version_of(Client())
    static = Path(assets.BUILD).parent
    on_disk = [static / file.removeprefix("/static/") for file in told["files"] if file.startswith("/static/")]
    assert [str(path) for path in on_disk if not path.exists()] == []
    assert {"/station/app/", "/station/app/words.json", "/station/app/manifest.webmanifest"} <= set(told["files"])
    assert any(file.endswith(".wasm") for file in told["files"])
    assert sum(file.endswith(".woff2") for file in told["files"]) == 8


@pytest.mark.database
def test_another_sentence_makes_another_version(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    before = version_of(Client())["version"]
    assert version_of(Client())["version"] == before
    monkeypatch.setitem(machine.MACHINE, "app.face", Words("Bàn tiêm", "The desk"))
    for kept in (catalog, app.words_digest):
        kept.cache_clear()
    try:
        assert version_of(Client())["version"] != before
    finally:
        monkeypatch.undo()
        for kept in (catalog, app.words_digest):
            kept.cache_clear()


@pytest.mark.database
def test_who_comes_from_elsewhere_finds_their_commune_in_the_division_of_the_day(
    db: None, set_time: Callable[..., None]
) -> None:
    def told() -> dict[str, list[Any]]:
        return dict(Client().get("/station/app/communes.json").json())

    set_time(datetime(2025, 6, 30, 3, tzinfo=UTC))
    before, version = told(), version_of(Client())["version"]
    assert len(before) == 63
    districts = dict(before["Thành phố Hà Nội"])
    assert ["00004", "Phường Trúc Bạch"] in districts["Quận Ba Đình"]
    assert sum(len(communes) for parts in before.values() for _, communes in parts) > 10_000
    set_time(datetime(2025, 7, 1, 3, tzinfo=UTC))
    after = told()
    assert len(after) == 34
    assert [name for name, _ in after["Thành phố Hà Nội"]] == [""], "there are no districts any more"
    assert version_of(Client())["version"] != version, "tablets take the new units home"
