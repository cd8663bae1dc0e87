"""`tiemchung staff password LOGIN`: the operator opens the sign-in of somebody who was loaded."""

from __future__ import annotations

import argparse
import getpass
import sys

from tiemchung.domain.access.actions import set_first_password
from tiemchung.domain.access.errors import PasswordRefused, StaffUnknown
from tiemchung.kernel.actor import SYSTEM


def password(arguments: argparse.Namespace) -> int:
    """Ask for a password, twice at a terminal, and set it; 0 done, 1 not."""
    told = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    if sys.stdin.isatty() and getpass.getpass("Once more: ") != told:
        print("The two differ; nothing was changed.", file=sys.stderr)  # noqa: T201 - a command speaks
        return 1
    try:
        set_first_password(arguments.login, told, actor=SYSTEM)
    except StaffUnknown:
        print(f"Nobody on the staff has the login {arguments.login}.", file=sys.stderr)  # noqa: T201 - same
        return 1
    except PasswordRefused as refusal:
        print(refusal.facts["why"], file=sys.stderr)  # noqa: T201 - same
        return 1
    return 0
