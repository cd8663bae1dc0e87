from __future__ import annotations

from importlib.resources import files

import pytest

from tiemchung.domain.declarations import engine
from tiemchung.domain.declarations.values import Form


@pytest.fixture(scope="session")
def form_file() -> str:
    return (files("tiemchung.reference") / engine.FILE).read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def forms(form_file: str) -> dict[str, Form]:
    return {form.code: form for form in engine.read_forms(form_file.encode())}
