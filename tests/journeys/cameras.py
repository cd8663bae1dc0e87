"""What a camera sees: a code on white paper, as one picture of an uncompressed film (Y4M)."""

from __future__ import annotations

import hashlib
import json
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


def show(modules: Modules, *, on: Path) -> None:
    """Hold a code before the camera: whoever opens the camera from now on sees it."""
    scale = int(min(WIDTH, HEIGHT) * _FILLED / len(modules))
    side = scale * len(modules)
    left, top = (WIDTH - side) // 2, (HEIGHT - side) // 2
    picture = bytearray([_WHITE]) * (WIDTH * HEIGHT)
    for y, row in enumerate(modules):
        dark = b"".join(bytes([_BLACK if module else _WHITE]) * scale for module in row)
        for line in range(top + y * scale, top + (y + 1) * scale):
            picture[line * WIDTH + left : line * WIDTH + left + side] = dark
    colors = bytes([_NO_COLOR]) * (WIDTH * HEIGHT // 2)
    on.write_bytes(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420jpeg\nFRAME\n".encode() + bytes(picture) + colors)
