from __future__ import annotations

import hmac
import json
import zlib

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from tiemchung.kernel import wire
from tiemchung_world import bundle

KEY = ec.generate_private_key(ec.SECP256R1())
POINT = wire.dump_public_key(KEY.public_key())
TOKEN_KEY = b"k" * 32


def token(number: str) -> str:
    return wire.to_base64url(hmac.digest(TOKEN_KEY, number.encode(), "sha256")[:16])


def signed(*tokens: list[str]) -> bytes:
    called = [
        {
            "appointment": f"a{place}",
            "session": "s",
            "person": f"p{place}",
            "visit": None,
            "starts_at": "2021-09-13T01:00:00Z",
            "reference": "K7M2XQP",
            "tokens": told,
        }
        for place, told in enumerate(tokens)
    ]
    here = {**called[0], "person": "somebody", "visit": "v", "appointment": None}
    content = {"list": {"token_key": wire.to_base64url(TOKEN_KEY), "persons": [here, *called]}}
    squeezed = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    payload = squeezed.compress(json.dumps(content).encode()) + squeezed.flush()
    body = ".".join(map(wire.to_base64url, (b'{"alg": "ES256", "zip": "DEF"}', payload))).encode()
    return body + b"." + wire.to_base64url(wire.sign(KEY, body)).encode()


def test_who_is_called_is_found_by_their_card_and_by_no_other() -> None:
    told = bundle.opened(signed([token("079187004417")], [token("1"), token("225341876")], []), server_key=POINT)
    found = list(bundle.holders(told, {"079187004417": 7, "225341876": 8, "999": 9}))
    assert [(one.person, who) for one, who in found] == [("p0", 7), ("p1", 8), ("p2", None)]


def test_a_bundle_that_the_server_did_not_sign_is_not_believed() -> None:
    raw = signed([token("1")])
    with pytest.raises(bundle.BundleError, match="signature"):
        bundle.opened(raw.replace(b".", b".A", 1), server_key=POINT)
    stranger = wire.dump_public_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    with pytest.raises(bundle.BundleError, match="signature"):
        bundle.opened(raw, server_key=stranger)
