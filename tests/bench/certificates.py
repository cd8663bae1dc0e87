"""SPEED.md's rows of certificates, issue and verify: `python -m tests.bench.certificates [--json FILE]`.

The subject is what signing and the verifier do for one certificate, without the database; the control is what
`openssl speed` can do on the same processor, in turn with it, both by the processor's clock: other work may share the machine.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from tests.bench.measure import Row, Sample, interleaved, machine
from tests.domain.certificates import golden
from tiemchung.domain.certificates.engine import cose, payload
from tiemchung.domain.certificates.engine.verifying import judge
from tiemchung.domain.certificates.values import Kind, Word

RECORDS = 3_000
_SIGN, _VERIFY = 3, 4


def issued(key: ec.EllipticCurvePrivateKey, protected: bytes) -> str:
    """Make one certificate, from what it says to the text of its code."""
    words = payload.words_of(golden.signable(), identifier=payload.new_identifier())
    ends_at = golden.NOW + timedelta(days=365)
    claims = payload.claims_of(Kind.CERTIFICATE, words, issued_at=golden.NOW, expires_at=ends_at)
    return payload.text_of(Kind.CERTIFICATE, payload.pack(cose.sign(claims, protected=protected, key=key)))


def measure() -> dict[str, Any]:
    """Measure both rows."""
    known = {each.kid: [each] for each in golden.signers()}
    key, protected = golden.key_of(golden.NATIONAL), cose.protected_header(golden.NATIONAL)
    texts = [issued(key, protected) for _ in range(RECORDS)]

    def verified(text: str) -> None:
        found = judge(text, now=golden.NOW, keys=lambda kid: known.get(kid, []), revoked=lambda _hashes: None)
        assert found.word is Word.PASS

    rows = [
        _row("certificate, issue", lambda: issued(key, protected), partial(_openssl, _SIGN)),
        _row("certificate, verify", iter(Again(texts, verified)).__next__, partial(_openssl, _VERIFY)),
    ]
    for row in rows:
        print(row.line())
    return {"machine": machine(), "rows": [row.told() for row in rows]}


class Again:
    """Verifies one text after the other, from the beginning again at the end."""

    def __init__(self, texts: list[str], verified: Callable[[str], None]) -> None:
        self.texts, self.verified, self.at = texts, verified, 0

    def __iter__(self) -> Again:
        return self

    def __next__(self) -> None:
        self.verified(self.texts[self.at % len(self.texts)])
        self.at += 1


def _row(name: str, once: Callable[[], object], control: Callable[[], Sample]) -> Row:
    samples, controls = interleaved(lambda _pair: _timed(once), lambda _pair: control())
    return Row(name=name, unit="certificates", subject=samples, control=controls)


def _timed(once: Callable[[], object]) -> Sample:
    started = time.process_time()
    for _ in range(RECORDS):
        once()
    seconds = time.process_time() - started
    return Sample(records=RECORDS, seconds=seconds, cpu_s={"python": seconds})


def _openssl(column: int) -> Sample:
    """Ask OpenSSL for its rate: the line of ECDSA has signing, then verifying, a second of the processor's time."""
    openssl = shutil.which("openssl")
    if openssl is None:
        raise SystemExit("The control is `openssl speed`: install openssl.")
    told = subprocess.run(
        [openssl, "speed", "-seconds", "1", "-mr", "ecdsap256"], capture_output=True, text=True, check=True
    )
    line = next(line for line in told.stdout.splitlines() if line.startswith("+F"))
    each = 1 / float(line.split(":")[column])
    return Sample(records=RECORDS, seconds=each * RECORDS, cpu_s={"openssl": each * RECORDS})


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    found = measure()
    target = parser.parse_args().json
    if target:
        target.write_text(json.dumps(found, indent=1), encoding="utf-8")
