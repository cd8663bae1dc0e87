"""Changing the rule book. An edition is never altered: another one is laid on top of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.db.models.functions import Now

from tiemchung.domain.places import queries as places
from tiemchung.domain.places.values import Era, Level
from tiemchung.domain.vaccines import engine, models, queries
from tiemchung.domain.vaccines.policy import may_load
from tiemchung.kernel.actor import Actor
from tiemchung.kernel.refusal import NotPermitted
from tiemchung.plumbing.reference import Changes, put_all
from tiemchung.plumbing.rows import SourceRow

_PRODUCT = {
    "code": "text",
    "name": "text",
    "platform": "text",
    "doses_primary": "smallint",
    "dose_ml": "double precision",
    "doses_per_vial": "smallint",
}


@transaction.atomic
def load_book(files: Mapping[str, Sequence[SourceRow]], *, actor: Actor) -> Changes:
    """Lay down a new edition of the rule book if the files (`engine.COLUMNS`) differ from the newest one.

    Refuses the first bad row. Units must be loaded before, for decisions name provinces. Counts products and the
    edition; told twice, nothing changes.
    """
    if not may_load(actor):
        raise NotPermitted
    provinces = [unit.code for unit in places.units_of(Era.Y2021, Level.PROVINCE)]
    newest = models.Edition.objects.order_by("-version").values("version", "digest").first()
    version = newest["version"] if newest else 0
    book = engine.read_book(version + 1, files, provinces)
    rows = [{name: getattr(product, name) for name in _PRODUCT} for product in book.products.values()]
    changes = put_all("vaccines_product", _PRODUCT, rows, key=("code",))
    content = {name: [(row.line, dict(row.cells)) for row in lines] for name, lines in sorted(files.items())}
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    if newest is None or newest["digest"] != digest:
        models.Edition.objects.create(version=version + 1, digest=digest, loaded_at=Now(), files=content)
        changes += Changes(added=1)
    queries.BOOK.forget()
    return changes
