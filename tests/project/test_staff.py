from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from tiemchung.domain.access import actions, queries
from tiemchung.kernel.actor import SYSTEM
from tiemchung.kernel.ids import uuid7


def told(login: str, password: str, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tiemchung.project.cli", "staff", "password", login],
        input=f"{password}\n",
        text=True,
        capture_output=True,
        env={**os.environ, **environment},
        check=False,
    )


@pytest.mark.usefixtures("committed_db")
def test_the_operator_opens_a_sign_in(database_environment: Mapping[str, str]) -> None:
    row = {"id": str(uuid7()), "name": "Lê Thảo", "login": "thao", "roles": [{"role": "lead", "site": "79-0012"}]}
    actions.load_staff([row], actor=SYSTEM, now=datetime.now(tz=UTC))
    assert queries.staff_of_login("thao") is not None
    easy = told("thao", "password1234", database_environment)
    assert (easy.returncode, bool(easy.stderr)) == (1, True)
    assert told("nobody", "hoa sữa tháng mười", database_environment).returncode == 1
    done = told("thao", "hoa sữa tháng mười", database_environment)
    assert (done.returncode, done.stderr) == (0, "")
