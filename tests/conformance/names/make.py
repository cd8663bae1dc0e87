"""Writes cases.json: names as people type them with the keys of `kernel.names`. Run: python make.py > cases.json."""

from __future__ import annotations

import csv
import json
import random
import sys
import unicodedata
from pathlib import Path

from tiemchung.kernel.names import name_key

PARTS = Path(__file__).parents[3] / "src" / "tiemchung_world" / "data" / "vn_name_parts.csv"
TYPED = (
    "ĐẶNG  Thị-Hoà", "Lý Quý Thúy", " -' ", "Nguyễn Thị Hoà", "Lí", "Mỹ Kỳ", "Sỹ", "Quỳnh", "Quình", "Như Ý", "Ðào",
    "Đào", "Dao", "Đỗ", "Do", "H'Hen Niê", "H’Hen Niê", "H\u02bcBlua Byă", "Rơ-Châm", "Rơ–Châm H'Phi", "Ƀăn", "Thúy",
    "Duy", "Mây", "Uy", "Tra\u0302\u0300n", "Tr\u1ea7\u006e", "An\u200b Bình\ufeff", "Ɖỗ", "K'Sor", "Y Bhiŏ Êban",
    "Nguyễn Văn A 2", "Straße", "Zoé", "Łukasz Øster", "Trần \t Văn\u00a0 An", "", "Nguyệt Quyên", "Quýt", "ÁO DÀI",
)  # fmt: skip
SEED, DRAWN = 7, 200


def spellings() -> list[str]:
    """Return names made of the parts that people bear, composed, decomposed and in capitals."""
    with PARTS.open(encoding="utf-8") as lines:
        parts = sorted({row["text"] for row in csv.DictReader(lines)})
    rng = random.Random(SEED)
    drawn = [" ".join(rng.choices(parts, k=rng.randint(2, 4))) for _ in range(DRAWN)]
    ways = (str, str.upper, lambda name: unicodedata.normalize("NFD", name))
    return [*TYPED, *(ways[turn % len(ways)](name) for turn, name in enumerate(drawn))]


if __name__ == "__main__":
    cases = [{"typed": name, "key": name_key(name)} for name in spellings()]
    json.dump(cases, sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")
