"""What a camera sees: a code on white paper, as one picture of an uncompressed film (Y4M)."""

from __future__ import annotations

import hashlib
import json
import re
import struct
import subprocess
import zlib
from collections.abc import Sequence
from pathlib import Path

import segno

from tests.journeys.tablets import FRONTEND

WIDTH, HEIGHT = 640, 480
_WHITE, _BLACK, _NO_COLOR = 235, 16, 128
_FILLED = 0.8
_ONE, _MANY = 10, 2
"""Pictures a second: of one code, and of several that a busy reader shall see each."""
_SQUARE = re.compile("M([0-9]+) ([0-9]+)h1v1h-1z")
_WRITER = Path(__file__).with_name("datamatrix.mjs")

Modules = Sequence[Sequence[int]]


def qr(text: str) -> Modules:
    """Return the modules of a QR code, dark ones 1."""
    return [[int(module) for module in row] for row in segno.make(text, error="m", micro=False).matrix]


def only_frame_of(file: bytes) -> Modules:
    """Return the one code of a file that another tablet shows (docs/operations/station.md); it has 500 bytes at most."""
    told = b"TCF1" + hashlib.sha256(file).digest()[:8] + struct.pack(">HH", 0, 1) + file
    code = told + struct.pack(">I", zlib.crc32(told))
    return [[int(module) for module in row] for row in segno.make(code, error="l", version=15, mode="byte").matrix]


def gs1_datamatrix(elements: str) -> Modules:
    """Return the modules of a GS1 DataMatrix, with FNC1 in front, of elements in brackets."""
    command = ["node", str(_WRITER), elements]
    told = subprocess.run(command, cwd=FRONTEND, check=True, capture_output=True, text=True).stdout
    found: Modules = json.loads(told)
    return found


def drawn(path: str) -> Modules:
    """Return the modules of a code as a page draws it: a square of one step at each dark one."""
    dark = [(int(x), int(y)) for x, y in _SQUARE.findall(path)]
    size = 1 + max(max(one) for one in dark)
    modules = [[0] * size for _ in range(size)]
    for x, y in dark:
        modules[y][x] = 1
    return modules


def show(*codes: Modules, on: Path) -> None:
    """Hold codes before the camera, one after the other and over again: whoever opens the camera from now on sees them."""
    colors = bytes([_NO_COLOR]) * (WIDTH * HEIGHT // 2)
    turns = _ONE if len(codes) == 1 else _MANY
    film = [f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F{turns}:1 Ip A1:1 C420jpeg\n".encode()]
    for modules in codes:
        film += [b"FRAME\n", _picture(modules), colors]
    made = on.with_suffix(".made")
    made.write_bytes(b"".join(film))
    made.replace(on)  # a camera that is still open goes on showing the film that it began


def _picture(modules: Modules) -> bytes:
    scale = int(min(WIDTH, HEIGHT) * _FILLED / len(modules))
    side = scale * len(modules)
    left, top = (WIDTH - side) // 2, (HEIGHT - side) // 2
    picture = bytearray([_WHITE]) * (WIDTH * HEIGHT)
    for y, row in enumerate(modules):
        dark = b"".join(bytes([_BLACK if module else _WHITE]) * scale for module in row)
        for line in range(top + y * scale, top + (y + 1) * scale):
            picture[line * WIDTH + left : line * WIDTH + left + side] = dark
    return bytes(picture)
