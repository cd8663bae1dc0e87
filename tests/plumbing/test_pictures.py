from __future__ import annotations

import base64
import io

import pytest
from PIL import Image

from tiemchung.plumbing import pictures
from tiemchung.plumbing.pictures import PictureError, drawn_anew

ORIENTATION, MAKER = 0x0112, 0x010F
HEIC = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAVZtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAA"
    "ACJpbG9jAAAAAERAAAEAAQAAAAABegABAAAAAAAAABoAAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAABAABodmMxAAAAAA5waXRt"
    "AAAAAAABAAAA1mlwcnAAAAC3aXBjbwAAAHhodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMA"
    "AAMAHroCQGEAAQArQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbqSSmubgIaDAgAAAMAyAAAAwAIQGIAAQAHRAHBcrAiQAAAABNjb2xy"
    "bmNseAABAA0ABoAAAAAUaXNwZQAAAAAAAABAAAAAQAAAABBwaXhpAAAAAAMICAgAAAAXaXBtYQAAAAAAAAABAAEEgQIDBAAAACJt"
    "ZGF0AAAAFigBrxmA93yFN//3+Mf9fav+KQV4tHA="
)
"""64 by 64 points of one red, as a phone would send them."""


def sent(kind: str, *, size: tuple[int, int] = (60, 40), mode: str = "RGB", **told: object) -> bytes:
    kept = io.BytesIO()
    Image.new(mode, size, (200, 30, 30, 0)[: len(mode)]).save(kept, kind, **told)
    return kept.getvalue()


def read(content: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(content))
    picture.load()
    return picture


@pytest.mark.parametrize(
    "content", [sent("JPEG"), sent("PNG"), sent("WEBP"), HEIC], ids=["jpeg", "png", "webp", "heic"]
)
def test_whatever_a_phone_sends_is_kept_as_a_jpeg(content: bytes) -> None:
    kept = read(drawn_anew(content))
    assert kept.format == "JPEG"
    red, green, blue = kept.convert("RGB").tobytes()[:3]
    assert red > 150
    assert max(green, blue) < 80


def test_nothing_that_a_phone_wrote_beside_the_picture_is_kept() -> None:
    told = Image.Exif()
    told[MAKER] = "phone-of-somebody"
    told.get_ifd(0x8825)[1] = "N"
    content = sent("JPEG", exif=told, comment=b"hidden-words") + b"<script>trailing</script>"
    assert b"phone-of-somebody" in content
    kept = drawn_anew(content)
    assert not any(words in kept for words in (b"phone-of-somebody", b"hidden-words", b"Exif", b"<script>"))


def test_a_picture_taken_upright_stands_upright() -> None:
    told = Image.Exif()
    told[ORIENTATION] = 6
    assert read(drawn_anew(sent("JPEG", exif=told))).size == (40, 60)


def test_a_large_picture_is_kept_small_and_what_is_seen_through_is_white() -> None:
    assert read(drawn_anew(sent("JPEG", size=(5000, 2500)))).size == (2000, 1000)
    assert min(read(drawn_anew(sent("PNG", mode="RGBA"))).tobytes()) > 250


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"MZ no picture",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.7",
        sent("GIF", mode="L"),
        sent("JPEG")[:300],
    ],
    ids=["empty", "program", "svg", "pdf", "gif", "half a file"],
)
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(PictureError):
        drawn_anew(content)


def test_a_bomb_is_refused_before_it_unpacks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "MOST_POINTS", 60 * 40 - 1)
    with pytest.raises(PictureError):
        drawn_anew(sent("PNG"))
