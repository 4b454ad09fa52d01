"""What every test may ask for."""

import time
from collections.abc import Iterator
from importlib import import_module
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections
from django.db.models import QuerySet
from hypothesis import HealthCheck, settings
from pytest_django import DjangoDbBlocker
from rest_framework.test import APIClient

from apps.accounts import key_pairs, key_ring
from apps.accounts.models import User
from apps.accounts.tests.factories import UserFactory, access_token_of, made_key_pairs
from apps.core import answer_cache
from apps.core.locking import LockingQuerySet
from apps.stores import directory
from apps.stores.models import Store

# How long an example takes says something of the machine and nothing of the code.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Lets the record be emptied between tests, where one of them asked for its database:
    `pytest.mark.django_db(databases=["default", "audit"])`."""
    record = connections["audit"]
    if record.settings_dict["NAME"].startswith("test_"):
        with django_db_blocker.unblock(), record.cursor() as cursor:
            cursor.execute(
                "ALTER TABLE audit_auditrecord DISABLE TRIGGER audit_records_are_never_emptied"
            )
        record.close()


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    directory.forget()
    key_ring.forget()
    yield
    directory.forget()
    key_ring.forget()


@pytest.fixture(autouse=True)
def _keys_at_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Making an RSA key takes a while: each test begins with the same ones."""
    ready = made_key_pairs()
    monkeypatch.setattr(key_pairs, "new_key_pair", lambda: next(ready))


@pytest.fixture
def kept_answers(settings: Any) -> Iterator[None]:
    """Rendered answers are kept, as they are outside of tests; none is there at the beginning."""
    settings.ANSWER_SECONDS = dict.fromkeys(settings.ANSWER_SECONDS, 300)
    settings.ANSWER_GENERATION = str(uuid4())
    answer_cache.forget()
    yield
    answer_cache.forget()


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


@pytest.fixture
def unprinted_invoices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Letters bring a blank document: printing takes longer than all the rest of an order."""
    letters = import_module("apps.orders.services.mail_customer")
    monkeypatch.setattr(letters, "render_invoice", lambda _: BytesIO(b"%PDF-1.7"))


@pytest.fixture
def without_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """For mutants: what should be locked is only read, and a moment passes before it is written."""

    def unlocked(rows: QuerySet[Any], **_: Any) -> list[Any]:
        read = list(rows.order_by("pk"))
        time.sleep(0.2)
        return read

    monkeypatch.setattr(LockingQuerySet, "locked", unlocked)


def client_of(user: User) -> APIClient:
    """This function will return a client that carries a real access token."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {access_token_of(user)}")
    return client
