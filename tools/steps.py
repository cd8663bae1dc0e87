"""Doing things one after the other: what is done already is not done again, what takes long says so."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

_SAYS_EVERY_S = 2.0
_SHOWN_LINES = 40


class StepFailed(Exception):  # noqa: N818 - it tells what the matter is
    """A program of a step ended with an error; its last lines have been printed."""


def fingerprint(paths: Iterable[Path], *words: str) -> str:
    """Return a hash of these words and of the content of these files and of all files in these folders."""
    digest = hashlib.sha256("\0".join(words).encode())
    for path in paths:
        files = sorted(each for each in path.rglob("*") if each.is_file()) if path.is_dir() else [path]
        for file in files:
            digest.update(b"\0" + os.fsencode(file) + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


class Steps:
    """Runs steps, each stamped with what it was made from; logs lie in the same folder as the stamps."""

    def __init__(self, folder: Path, environ: dict[str, str]) -> None:
        self.folder = folder
        self.environ = environ
        folder.mkdir(exist_ok=True)

    def done(self, name: str, key: str, product: Path) -> bool:
        """Tell whether this step was finished with this key and its product is still there."""
        stamp = self._stamp_file(name)
        return product.exists() and stamp.is_file() and stamp.read_text() == self._stamp(key, product)

    def do(self, name: str, key: str, product: Path, commands: Sequence[Sequence[str]], cwd: Path) -> None:
        """Run a step's commands unless it is done; stamp it when all have succeeded."""
        if self.done(name, key, product):
            return
        stamp = self._stamp_file(name)
        if stamp.exists():
            stamp.unlink()
        started = time.monotonic()
        log = stamp.with_suffix(".log")
        with log.open("wb") as output:
            for command in commands:
                if self._watch(name, command, output.fileno(), cwd) != 0:
                    self._show(name, log, command)
                    raise StepFailed(name)
        stamp.write_text(self._stamp(key, product))
        say(f"{time.monotonic() - started:7.1f} s  {name}")

    def _watch(self, name: str, command: Sequence[str], output: int, cwd: Path) -> int:
        started = said = time.monotonic()
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=cwd, env=self.environ
        )
        try:
            while True:
                try:
                    return process.wait(timeout=0.2)
                except subprocess.TimeoutExpired:
                    now = time.monotonic()
                    if now - said >= _SAYS_EVERY_S:
                        said = now
                        progress(f"{now - started:7.0f} s  {name} …")
        finally:
            clear_progress()
            if process.poll() is None:
                process.terminate()
                process.wait()

    def _show(self, name: str, log: Path, command: Sequence[str]) -> None:
        lines: list[str] = log.read_text(errors="replace").splitlines()
        say("\n".join(lines if len(lines) <= _SHOWN_LINES else [*lines[:10], "…", *lines[10 - _SHOWN_LINES :]]))
        say(f"FAILED: {name}: {' '.join(command)}\nThe whole log is {log}; the next run goes on from here.")

    def _stamp_file(self, name: str) -> Path:
        return self.folder / ("".join(letter if letter.isalnum() else "-" for letter in name) + ".stamp")

    @staticmethod
    def _stamp(key: str, product: Path) -> str:
        # A product that was removed and made by somebody else has another inode: then the stamp means nothing.
        return f"{key} {product.stat().st_ino if product.exists() else 0}"


def stage(name: str, command: Sequence[str], cwd: Path, environ: dict[str, str] | None = None) -> int:
    """Run a stage of the tests with its output on the screen and return its exit status."""
    say(f"\n=== {name}")
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, cwd=cwd, env=environ)
    try:
        return process.wait()
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()


def beside(
    stages: Mapping[str, tuple[Sequence[str], Path]], environ: dict[str, str] | None = None
) -> Iterator[tuple[str, int]]:
    """Run stages of one processor each beside each other, by name: command and folder.

    As each ends, what it printed is shown in one piece and its name and exit status are yielded. Who looks no further ends the rest.
    """
    running = {}
    try:
        for name, (command, cwd) in stages.items():
            output = tempfile.TemporaryFile()  # noqa: SIM115 - closed below, once its stage has ended
            running[name] = (
                output,
                subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=cwd, env=environ),
            )
        while running:
            time.sleep(0.1)
            for name, (output, process) in [*running.items()]:
                if process.poll() is None:
                    continue
                del running[name]
                with output:
                    output.seek(0)
                    say(f"\n=== {name}\n{output.read().decode(errors='replace').rstrip()}")
                yield name, process.returncode
    finally:
        for output, process in running.values():
            process.terminate()
            process.wait()
            output.close()


def say(line: str) -> None:
    """Print a line at once."""
    print(line, flush=True)


def progress(line: str) -> None:
    """Print how far a step is: over itself on a terminal, on lines of their own elsewhere."""
    if sys.stdout.isatty():
        print(f"\r{line}", end="", flush=True)
    else:
        print(line, flush=True)


def clear_progress() -> None:
    """Remove the line of progress from a terminal."""
    if sys.stdout.isatty():
        print("\r\x1b[K", end="", flush=True)
