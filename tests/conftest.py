import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.core.management import call_command
from django.db import connection

from apps.backoffice import services as backoffice
from apps.stores.models import Store
from tests.serving import served
from tests.shop import Shop


@pytest.fixture(scope="session")
def trials() -> range:
    """How often each attack is made: `RACE_TRIALS`, a few by default."""
    return range(int(os.environ.get("RACE_TRIALS", "3")))


@pytest.fixture(scope="session")
def server(django_db_setup: None, django_db_blocker) -> Iterator[str]:
    """The real application behind gunicorn, 2 processes of 8 threads; its URL."""
    with django_db_blocker.unblock(), served() as url:
        yield url


@pytest.fixture
def shop(transactional_db: None, store: Store, server: str) -> Shop:
    """A shop behind that server, empty at the beginning of each test."""
    return Shop(store, server)


@pytest.fixture
def promises_kept() -> Callable[[], None]:
    """The oracle: every invariant that `doctor` knows."""

    def check() -> None:
        broken = [finding for finding in backoffice.check_invariants() if not finding.is_kept]
        assert broken == []

    return check


@pytest.fixture
def mutant(transactional_db: None, store: Store) -> Callable[..., object]:
    """A server without one of its guards, on a database without the constraints behind it."""

    @contextmanager
    def start(
        name: str,
        *,
        without: dict[str, str] | None = None,
        variables: dict[str, str] | None = None,
    ) -> Iterator[Shop]:
        with (
            _without_constraints(without or {}),
            served(
                "tests.concurrency.mutants:application", MUTANT=name, **(variables or {})
            ) as url,
        ):
            yield Shop(store, url)

    return start


@contextmanager
def _without_constraints(constraints: dict[str, str]) -> Iterator[None]:
    """Drops named constraints or indexes; what broke meanwhile is wiped before they return."""
    definitions = {}
    with connection.cursor() as cursor:
        for name, table in constraints.items():
            cursor.execute(
                "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [name]
            )
            row = cursor.fetchone()
            if row:
                definitions[name] = f"ALTER TABLE {table} ADD CONSTRAINT {name} {row[0]}"
                cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
            else:
                cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [name])
                definitions[name] = cursor.fetchone()[0]
                cursor.execute(f"DROP INDEX {name}")
    try:
        yield
    finally:
        call_command("flush", interactive=False, verbosity=0)
        with connection.cursor() as cursor:
            for definition in definitions.values():
                cursor.execute(definition)
