"""What holds when one person writes from several places at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from apps.accounts import services
from apps.accounts.errors import AddressBookFull, EmailTaken
from apps.accounts.models import Address, User
from apps.accounts.tests.factories import AddressFactory, UserFactory
from apps.stores.models import Store

DETAILS = {"full_name": "Ada", "street": "1 Main St", "city": "Cork", "country": "IE"}


def at_once(times, work):
    """This function will run work in so many threads and return what each returned or raised."""

    def run(_):
        try:
            return work()
        except (AddressBookFull, EmailTaken) as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as threads:
        return list(threads.map(run, range(times)))


@pytest.fixture
def home(transactional_db):
    store, _ = Store.objects.get_or_create(is_default=True, defaults={"slug": "default"})
    return store


def test_eight_new_defaults_at_once_leave_one(home):
    ada = UserFactory(store=home)

    outcomes = at_once(
        8,
        lambda: services.add_address(
            store=home, owner=ada, details={**DETAILS, "is_default": True}, by=ada
        ),
    )

    assert all(isinstance(one, Address) for one in outcomes)
    assert Address.objects.count() == 8
    assert Address.objects.filter(is_default=True).count() == 1


def test_eight_at_once_do_not_overfill_the_book(home):
    ada = UserFactory(store=home)
    AddressFactory.create_batch(48, owner=ada)

    outcomes = at_once(
        8, lambda: services.add_address(store=home, owner=ada, details=DETAILS, by=ada)
    )

    assert sum(isinstance(one, AddressBookFull) for one in outcomes) == 6
    assert Address.objects.count() == 50


def test_eight_registrations_of_one_address_at_once_are_one_person(home):
    outcomes = at_once(
        8,
        lambda: services.register_person(
            store=home, email="ada@example.com", password="difference engine"
        ),
    )

    assert sum(isinstance(one, User) for one in outcomes) == 1
    assert sum(isinstance(one, EmailTaken) for one in outcomes) == 7
    assert User.objects.count() == 1
