"""A browser of its own for everybody who needs one."""

import os
from collections.abc import Callable, Iterator

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from playwright.sync_api import Browser

from apps.accounts.models import User
from apps.accounts.tests.factories import UserFactory
from tests.browser.chromium import find_chromium, launched
from tests.browser.desk import Desk, sit_down
from tests.shop import Shop

Opened = Callable[..., Desk]


@pytest.fixture(scope="session")
def chromium(server: str) -> Iterator[Browser]:
    """The browser, which all tests share; each has contexts of its own in it."""
    program = find_chromium()
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium is not installed (Debian: apt install chromium).")
        pytest.skip("Chromium is not installed")
    with launched(program) as browser:
        yield browser


@pytest.fixture(scope="session")
def _known_types() -> list[ContentType]:
    return []


@pytest.fixture(autouse=True)
def _content_types_that_the_server_knows(shop: Shop, _known_types: list[ContentType]) -> None:
    """The server remembers their keys, by which Django's admin notes what was done; and emptying
    the database between tests gives them new ones."""
    if _known_types:
        Permission.objects.all().delete()
        ContentType.objects.all().delete()
        ContentType.objects.bulk_create(_known_types)
        ContentType.objects.clear_cache()
    else:
        _known_types += ContentType.objects.order_by("pk")


@pytest.fixture
def desk_of(chromium: Browser, shop: Shop) -> Iterator[Opened]:
    """Opens desks. At the end none of their browsers may have had anything to complain of."""
    opened: list[Desk] = []

    def open_desk(person: User | None = None, **how: object) -> Desk:
        opened.append(sit_down(chromium, shop, person, **how))
        return opened[-1]

    yield open_desk
    complaints = [line for desk in opened for line in desk.watch.complaints]
    for desk in opened:
        desk.page.context.close()
    assert complaints == []


@pytest.fixture
def operator(shop: Shop) -> User:
    """Somebody who may do everything."""
    return UserFactory(store=shop.store, is_staff=True, is_superuser=True, full_name="Grace Hopper")


@pytest.fixture
def staff_with(shop: Shop) -> Callable[..., User]:
    """Makes members of staff with roles."""

    def make(*roles: str) -> User:
        return UserFactory(store=shop.store, is_staff=True, roles=roles)

    return make


@pytest.fixture
def desk(desk_of: Opened, operator: User) -> Desk:
    """The desk of somebody who may do everything."""
    return desk_of(operator)
