"""The golden keys and revocations in the database, so that the golden texts can be shown to a running platform."""

from __future__ import annotations

from tests.domain.certificates import golden
from tests.domain.certificates.engine.test_golden import DOCUMENT, signers
from tiemchung.plumbing import database

__all__ = ["believe", "shown"]


def shown(name: str) -> str:
    """Return the text of a golden case."""
    return next(str(case["text"]) for case in DOCUMENT["cases"] if case["name"] == name)


def believe() -> None:
    """Take the golden keys in, as the worker."""
    for each in signers():
        database.run(
            "insert into certificates_signer (kid, public_key, country, kind, name, uses, certificate, valid_from, valid_to) "
            "values (%b, %b, %s, %s, %s, %s, ''::bytea, %s, %s)",
            [
                each.kid,
                each.public_key,
                each.country,
                int(each.kind),
                f"golden-{each.kid[0]}",
                each.uses,
                each.valid_from,
                each.valid_to,
            ],
        )
    for hashed, revoked in golden.REVOKED.items():
        database.run(
            "insert into certificates_revocation (hash, revoked_on, expires_at, replaced) values (%b, %s, '2031-01-01', %s)",
            [hashed, revoked.day, revoked.replaced],
        )
