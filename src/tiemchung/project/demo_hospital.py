"""The demo's partner system: a hospital that may read whose book is opened to it, with a key beside the database.

A real partner keeps its own key and the operator writes `partners.json` by hand; the demo plays both, so that
`tiemchung hospital` can read what a citizen of the demo allows.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from uuid import UUID

from joserfc.jwk import ECKey

KEY_FILE = "hospital.jwk"
CLIENT = "benh-vien-dung-thu"
NAME = "Bệnh viện Dùng thử"
SCOPES = tuple(f"patient/{kind}.rs" for kind in ("Patient", "Immunization", "ImmunizationRecommendation"))


def admit(data: Path) -> Path:
    """Register the hospital with the platform in this folder, beside any other partner; return its private key's file."""
    key_file, partners = data / KEY_FILE, data / "keys" / "partners.json"
    others = json.loads(partners.read_text(encoding="utf-8")) if partners.exists() else []
    if key_file.exists() and any(row["client"] == CLIENT for row in others):
        return key_file
    key = ECKey.generate_key("P-256", parameters={"kid": CLIENT})
    row = {
        "client": CLIENT,
        "id": str(UUID(int=1)),
        "name": NAME,
        "purpose": "care",
        "scopes": SCOPES,
        "keys": [key.as_dict(private=False)],
    }
    _write(key_file, {"client": CLIENT, "key": key.as_dict(private=True), "scopes": SCOPES})
    _write(partners, [*(other for other in others if other["client"] != CLIENT), row])
    return key_file


def _write(file: Path, content: object) -> None:
    draft = file.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as told:
        json.dump(content, told, ensure_ascii=False)
    draft.rename(file)
