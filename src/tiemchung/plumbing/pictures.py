"""Pictures from outside: read with care and drawn anew, so that nothing of the file that was sent is kept or given on.

What a phone writes beside a picture (where it was taken, by which device, when) is gone, and with it whatever else somebody
hid in the file: only its points remain, turned upright.
"""

from __future__ import annotations

import importlib
import io
import struct
import threading
from functools import cache
from typing import Final

from PIL import Image, ImageOps

FORMATS: Final = ("JPEG", "PNG", "WEBP", "HEIF")
"""What phones and scanners send. No other reader of the library is asked."""
MOST_POINTS: Final = 50_000_000
"""Of a picture as it is sent, looked at before any point of it is read: the best phones have as many. Ours."""
LONGEST_SIDE: Final = 2_000
"""Points of the longer side as it is kept: the small print of a slip can be read. Ours."""
QUALITY: Final = 80
_FAULTS = (
    Image.DecompressionBombError,
    OSError,
    EOFError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    SyntaxError,
    struct.error,
)
"""What the readers raise at bytes that somebody made on purpose."""
_ONE_AT_A_TIME = threading.Lock()


class PictureError(ValueError):
    """These bytes are no picture that we take, or one too large to be read."""


def drawn_anew(content: bytes) -> bytes:
    """Return a picture as a JPEG of ours, whatever kind it was sent in (JPEG, PNG, WebP, HEIC).

    Raises `PictureError`. A process reads one at a time: each takes some 150 MB while it is read.
    """
    with _ONE_AT_A_TIME:
        _read_heic()
        try:
            with Image.open(io.BytesIO(content), formats=FORMATS) as sent:
                return _drawn(sent)
        except _FAULTS as fault:
            raise PictureError from fault


@cache
def _read_heic() -> None:
    # Its library is loaded by the process that reads a picture, and not by every worker and command.
    importlib.import_module("pi_heif").register_heif_opener()


def _drawn(sent: Image.Image) -> bytes:
    if sent.width * sent.height > MOST_POINTS:
        raise PictureError
    # A JPEG is read no larger than it is needed.
    sent.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    upright = ImageOps.exif_transpose(sent)
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    opaque = upright.convert("RGBA")
    clean = Image.new("RGB", opaque.size, "white")
    clean.paste(opaque, mask=opaque)
    kept = io.BytesIO()
    clean.save(kept, "JPEG", quality=QUALITY, optimize=True)
    return kept.getvalue()
