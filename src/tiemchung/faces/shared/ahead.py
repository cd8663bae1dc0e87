"""The next dose in words: when it may be given and of what, by the rules as they stand today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tiemchung.domain.vaccines.values import Ahead
from tiemchung.faces.shared import numbers
from tiemchung.faces.shared.words import t


def told(lines: Sequence[Ahead], products: Mapping[str, str]) -> str:
    """Say from which day and of which products the next dose may be; nothing where the rules name no day."""
    dated = [line for line in lines if line.earliest_on is not None]
    if not dated or dated[0].earliest_on is None:
        return ""
    first = dated[0]
    return t(
        "Mũi {n}: sớm nhất {day}, {names}.",
        "Dose {n}: from {day}, {names}.",
        n=first.dose_number,
        day=numbers.day(dated[0].earliest_on),
        names=t(" hoặc ", " or ").join(products.get(code, code) for code in first.products),
    )
