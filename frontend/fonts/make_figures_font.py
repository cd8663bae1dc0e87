"""Make "Tiem Chung So": the ten digits of Be Vietnam Pro, all of one width, for the family has no tabular figures.

Run by hand when the family changes; the two files of 3.5 KB it makes are kept beside it. Needs fonttools and brotli.

    python make_figures_font.py ../node_modules/@fontsource/be-vietnam-pro/files .

The family's licence (OFL.txt) applies to what comes out.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

FAMILY = "Tiem Chung So"
DIGITS = range(0x30, 0x3A)
WIDTHS = {400: 628, 600: 648}
"""Advance of every digit by weight, in font units: the widest digit with 17 to 20 units on either side."""


def make_figures(source: Path, target: Path, *, weight: int) -> None:
    """Write the digits of one weight, each centered on the same advance."""
    font = TTFont(source)
    cutter = subset.Subsetter(subset.Options(layout_features=[], name_IDs=["*"], notdef_outline=True))
    cutter.populate(unicodes=DIGITS)
    cutter.subset(font)
    outlines, advances = font["glyf"], font["hmtx"]
    for digit in {font.getBestCmap()[code] for code in DIGITS}:
        shift = round((WIDTHS[weight] - advances[digit][0]) / 2)
        outlines[digit].coordinates.translate((shift, 0))
        outlines[digit].recalcBounds(outlines)
        advances[digit] = (WIDTHS[weight], outlines[digit].xMin)
    renamed = {1: FAMILY, 4: f"{FAMILY} {weight}", 6: f"TiemChungSo-{weight}", 16: FAMILY}
    for record in font["name"].names:
        record.string = renamed.get(record.nameID, record.toUnicode())
    font.flavor = "woff2"
    font.save(target)


if __name__ == "__main__":
    sources, targets = (Path(argument) for argument in sys.argv[1:])
    for weight in WIDTHS:
        make_figures(
            sources / f"be-vietnam-pro-latin-{weight}-normal.woff2",
            targets / f"tiem-chung-so-{weight}.woff2",
            weight=weight,
        )
