"""`tiemchung trust-list load FILE`: make the keys of other countries those of a list that their gateway publishes."""

from __future__ import annotations

import argparse
import sys

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from tiemchung.domain.certificates.actions import replace_trust_list
from tiemchung.domain.certificates.errors import TrustListNotSigned, TrustListUnreadable
from tiemchung.kernel.actor import SYSTEM

MOST_BYTES = 64 * 1024 * 1024
"""The EU's list of 2021 has a hundredth of that."""


def load(arguments: argparse.Namespace) -> int:
    """Load a list; 0 done, 1 not. A list that is wrong anywhere changes nothing."""
    try:
        content = arguments.file.read_bytes()
        key = load_pem_public_key(arguments.key.read_bytes()) if arguments.key else None
    except (OSError, ValueError) as error:
        return _not(str(error))
    if len(content) > MOST_BYTES:
        return _not(f"{arguments.file} has more than {MOST_BYTES // 1024 // 1024} MB; no trust list is that long.")
    if key is not None and not isinstance(key, ec.EllipticCurvePublicKey):
        return _not(f"{arguments.key} holds no key of an elliptic curve.")
    try:
        changed = replace_trust_list(content, key=key, actor=SYSTEM)
    except TrustListNotSigned:
        return _not(
            "The list is not signed by the key of --key; or it is signed, and no --key was given to check it by."
        )
    except TrustListUnreadable as refusal:
        row = refusal.facts["row"]
        return _not(f"The list cannot be read{f', certificate {row}' if row else ''}; nothing was changed.")
    print(f"{changed.new} new keys, {changed.gone} that are believed no longer.")  # noqa: T201 - a command speaks
    return 0


def _not(why: str) -> int:
    print(why, file=sys.stderr)  # noqa: T201 - a command speaks
    return 1
