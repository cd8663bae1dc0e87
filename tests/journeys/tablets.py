"""A tablet of the station's app in a real browser, which can be killed as a battery ends: its profile on disk stays."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, BrowserType, Error, Page, Route

from tests.faults.processes import children_of, kill_all
from tests.journeys.conftest import PATIENCE_MS, QUIET, until

FRONTEND = Path(__file__).parents[2] / "frontend"
PAGE = "/torture/"
SCRIPT = Path(__file__).with_name("torture.js")
PUMP_MS = 20


def bundled() -> str:
    """Return the app's core with the torture's page script, as one module; names stay readable."""
    command = [str(FRONTEND / "node_modules" / ".bin" / "esbuild"), str(SCRIPT), "--bundle", "--format=esm"]
    modules = {"NODE_PATH": str(FRONTEND / "node_modules")}
    return subprocess.run(
        [*command, "--target=es2022"], env=modules, cwd=FRONTEND, check=True, capture_output=True, text=True
    ).stdout


def without_safety(script: str) -> str:
    """Return the core as it would be if two pages of a device did not heed each other: the control."""
    guards = {
        "chain.seq !== expected.seq || !equal(chain.link, expected.link)": "false",
        'objectStore("entries").add(row)': 'objectStore("entries").put(row)',
        'inTurn("append", () => this.write(kind, body, by))': "this.write(kind, body, by)",
    }
    for guard, nothing in guards.items():
        assert script.count(guard) == 1, f"the control no longer removes what it should: {guard}"
        script = script.replace(guard, nothing)
    return script


def readable_on(profile: Path, texts: Sequence[str], *, encodings: Sequence[str] = ("utf-8", "utf-16-le")) -> list[str]:
    """Return which of these texts can be read in a profile's files, in any of these encodings."""
    files = [path.read_bytes() for path in profile.rglob("*") if path.is_file() and not path.is_symlink()]
    spellings = {text: [text.encode(encoding) for encoding in encodings] for text in texts}
    return [text for text in texts if any(spelled in raw for raw in files for spelled in spellings[text])]


class BrowserTablet:
    """A browser with a profile of its own, and what its pages said was written down."""

    def __init__(self, kind: BrowserType, *, chrome: str, profile: Path, url: str, script: str) -> None:
        self._kind, self._chrome, self.profile, self._url, self._script = kind, chrome, profile, url, script
        self._context: BrowserContext | None = None
        self.acknowledged: list[dict[str, Any]] = []
        self.faults: list[str] = []
        self.kills = 0

    def start(self, *, share: float, pages: int = 1) -> list[Page]:
        """Open the browser on its profile, with so many pages of the app; requests fail with this share."""
        context = self._kind.launch_persistent_context(
            str(self.profile), executable_path=self._chrome, args=list(QUIET), base_url=self._url
        )
        self._context = context
        context.expose_binding("acknowledge", lambda _source, told: self._hear(told))
        context.route(f"**{PAGE}*", self._serve)
        opened = []
        for _ in range(pages):
            page = context.new_page()
            page.goto(PAGE)
            until(page, "Boolean(window.torture)")
            page.evaluate("told => torture.start(told)", {"share": share})
            opened.append(page)
        return opened

    def until_acknowledged(self, enough: int, page: Page, *, patience_ms: int = PATIENCE_MS) -> None:
        """Wait until the pages have acknowledged so many doses; a page that failed, or that writes no more, ends the wait."""
        had, give_up_at = -1, 0.0
        while (has := len(self.acknowledged)) < enough:
            assert self.faults == [], f"a page failed at {has} of {enough} doses"
            if has > had:
                had, give_up_at = has, time.monotonic() + patience_ms / 1000
            assert time.monotonic() < give_up_at, f"no dose any more after {has} of {enough}, {self.kills} kills"
            page.wait_for_timeout(PUMP_MS)

    def kill(self) -> None:
        """End the browser's processes at once, as no program ends by itself."""
        assert self._context is not None
        doomed = [process for root in self._processes() for process in (root, *_descendants(root))]
        assert doomed, "no browser runs on this profile"
        kill_all(doomed)
        self.kills += 1
        self.close()

    def close(self) -> None:
        """Let go of the browser, dead or alive."""
        context, self._context = self._context, None
        if context is not None:
            with suppress(Error):  # whose browser was killed is closed already
                context.close()

    def _processes(self) -> list[int]:
        """Return the browser's own process: the one whose command line names the profile and no type of child."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                words = (folder / "cmdline").read_bytes().decode(errors="replace")
            except OSError:
                continue
            if f"--user-data-dir={self.profile}" in words and "--type=" not in words:
                found.append(int(folder.name))
        return found

    def _hear(self, told: dict[str, Any]) -> None:
        if "error" in told:
            self.faults.append(told["error"])
        else:
            self.acknowledged.append(told)

    def _serve(self, route: Route) -> None:
        if route.request.url.endswith(".js"):
            route.fulfill(body=self._script, content_type="text/javascript; charset=utf-8")
        else:
            page = '<!doctype html><title>Torture</title><script type="module" src="core.js"></script>'
            route.fulfill(body=page, content_type="text/html; charset=utf-8")


def _descendants(process: int) -> Sequence[int]:
    found: list[int] = []
    pending = [process]
    while pending:
        try:
            children = children_of(pending.pop())
        except (FileNotFoundError, ProcessLookupError):
            continue
        found += children
        pending += children
    return found
