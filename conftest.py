"""What every test may ask for."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from rest_framework.test import APIClient
from rest_framework_simplejwt.tokens import AccessToken

from apps.accounts.models import User
from apps.accounts.tests.factories import UserFactory
from apps.stores import directory
from apps.stores.models import Store

# How long an example takes says something of the machine and nothing of the code.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    directory.forget()
    yield
    directory.forget()


@pytest.fixture
def store(db: None) -> Store:
    """The default store: EUR, prices include 19 % tax, 4.90 shipping."""
    store, _ = Store.objects.get_or_create(
        is_default=True, defaults={"slug": "default", "name": "Tradepost"}
    )
    return store


@pytest.fixture
def shopper(store: Store) -> User:
    return UserFactory(store=store)


@pytest.fixture
def staff(store: Store) -> User:
    return UserFactory(store=store, is_staff=True)


@pytest.fixture
def anonymous(store: Store) -> APIClient:
    return APIClient()


@pytest.fixture
def shopper_client(shopper: User) -> APIClient:
    """A client with an access token of `shopper`, so that authentication is real."""
    return client_of(shopper)


@pytest.fixture
def staff_client(staff: User) -> APIClient:
    return client_of(staff)


def client_of(user: User) -> APIClient:
    """This function will return a client that carries a real access token."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {AccessToken.for_user(user)}")
    return client
