"""Two shops for each module of the walk; how many calls were made stands below the results."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import override_settings

from apps.stores import directory
from tests.walk.world import ADMIN_TOKEN, World, build_world

_calls = {"made": 0}


@pytest.fixture(scope="module")
def _both_shops(django_db_setup: None, django_db_blocker) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield build_world()
        transaction.set_rollback(True)


@pytest.fixture
def world(_both_shops: World, db: None) -> Iterator[World]:
    """Both shops; what a test does to them is undone after it."""
    before = _both_shops.calls
    directory.forget()
    with override_settings(STORE_DIRECTORY_SECONDS=60, ADMIN_TOKENS=[ADMIN_TOKEN]):
        yield _both_shops
    _calls["made"] += _both_shops.calls - before


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if _calls["made"]:
        terminalreporter.write_line(f"The walk over every route made {_calls['made']} calls.")
