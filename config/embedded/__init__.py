"""The servers a bare machine lacks: PostgreSQL and Valkey, started on demand and shared.

The first process that needs a server starts a keeper for it (`config.embedded.keeper`); every
process that uses the server holds a lock for as long as it lives; the keeper stops the server
when nobody holds the lock any more. See docs/adr/0008-embedded-default.md.
"""

import os
from pathlib import Path
from typing import Any

from config.embedded.errors import EmbeddedServerError

__all__ = ["EmbeddedServerError", "ensure_postgres", "ensure_valkey"]

VAR = Path(__file__).resolve().parents[2] / "var"
# Each process that runs tests has servers of its own; what they keep need not outlive anything.
TEST = "test"


def ensure_postgres(*, profile: str) -> dict[str, Any]:
    """This function will return Django's database entry for the embedded PostgreSQL of a profile.

    The server is started unless it runs already. The role is no superuser; it owns its database
    and may create others.

    Raises:
        EmbeddedServerError: the server cannot be started; the message says why and what to do.
    """
    return _ensure("postgres", profile=profile)


def ensure_valkey(*, profile: str) -> tuple[str, str]:
    """This function will return the cache URL and the broker URL of the embedded Valkey.

    Raises:
        EmbeddedServerError: the server cannot be started; the message says why and what to do.
    """
    endpoint = _ensure("valkey", profile=profile)
    return endpoint["cache_url"], endpoint["broker_url"]


def _ensure(server: str, *, profile: str) -> dict[str, Any]:
    if os.name != "posix":
        raise EmbeddedServerError(
            "The embedded servers need Linux or macOS: set DATABASE_URL and REDIS_URL."
        )
    # Its file locks exist on POSIX only, so it cannot be imported elsewhere.
    from config.embedded.client import join

    return join(server, home=VAR / profile / server, durable=not profile.startswith(TEST))
