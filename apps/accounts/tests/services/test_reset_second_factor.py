import pytest

from apps.accounts import services
from apps.accounts.errors import SecondFactorNotYours
from apps.accounts.models import SecondFactor
from apps.accounts.tests.factories import MembershipFactory, SecondFactorFactory, UserFactory
from apps.events.models import OutboxEvent
from apps.stores.tests.factories import StoreFactory


def test_an_admin_resets_that_of_staff_but_not_that_of_an_operator(store, staff):
    operator = UserFactory(store=store, is_staff=True, is_superuser=True)
    SecondFactorFactory(user=operator)

    with pytest.raises(SecondFactorNotYours):
        services.reset_second_factor(person=operator, by=staff)

    assert SecondFactor.objects.exists()
    assert not OutboxEvent.objects.exists()
    other = UserFactory(store=store, is_staff=True, is_superuser=True)
    assert services.reset_second_factor(person=operator, by=other)


def test_who_has_none_has_nothing_to_reset(store, staff):
    assert not services.reset_second_factor(person=UserFactory(store=store), by=staff)
    assert not OutboxEvent.objects.exists()


def test_it_takes_who_manages_staff_wherever_the_person_works(store, staff):
    person = UserFactory(store=store, is_staff=True, roles=["support"])
    elsewhere = MembershipFactory(person=person, role="admin", store=StoreFactory())
    SecondFactorFactory(user=person)

    with pytest.raises(SecondFactorNotYours):
        services.reset_second_factor(person=person, by=staff)

    assert SecondFactor.objects.exists()
    assert not OutboxEvent.objects.exists()
    MembershipFactory(person=staff, role="admin", store=elsewhere.store)
    assert services.reset_second_factor(person=person, by=staff)
