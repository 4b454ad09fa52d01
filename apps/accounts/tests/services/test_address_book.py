"""What holds when one person writes from several places at once."""

import pytest

from apps.accounts import services
from apps.accounts.models import Address, User
from apps.accounts.tests.factories import AddressFactory, UserFactory
from apps.stores.models import Store
from tests.threads import ended_at_once

DETAILS = {"full_name": "Ada", "street": "1 Main St", "city": "Cork", "country": "IE"}


@pytest.fixture
def home(transactional_db):
    store, _ = Store.objects.get_or_create(is_default=True, defaults={"slug": "default"})
    return store


def test_eight_new_defaults_at_once_leave_one(home):
    ada = UserFactory(store=home)

    def add() -> None:
        services.add_address(store=home, owner=ada, details={**DETAILS, "is_default": True}, by=ada)

    assert ended_at_once(*[add] * 8) == ["done"] * 8
    assert Address.objects.count() == 8
    assert Address.objects.filter(is_default=True).count() == 1


def test_eight_at_once_do_not_overfill_the_book(home):
    ada = UserFactory(store=home)
    AddressFactory.create_batch(48, owner=ada)

    def add() -> None:
        services.add_address(store=home, owner=ada, details=DETAILS, by=ada)

    assert ended_at_once(*[add] * 8) == ["address_book_full"] * 6 + ["done"] * 2
    assert Address.objects.count() == 50


def test_eight_registrations_of_one_address_at_once_are_one_person(home):
    def register() -> None:
        services.register_person(store=home, email="ada@example.com", password="difference engine")

    assert ended_at_once(*[register] * 8) == ["done"] + ["email_taken"] * 7
    assert User.objects.count() == 1
