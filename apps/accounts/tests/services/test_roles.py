"""Who is what, where: given and taken by those who may, in each store for itself."""

import time
from functools import partial

import pytest
from django.db import transaction

from apps.accounts import services
from apps.accounts.errors import (
    EmailTaken,
    LastAdmin,
    PersonAmbiguous,
    PersonNotFound,
    RightsExceeded,
    RoleNotHeld,
)
from apps.accounts.models import Membership, User
from apps.accounts.tests.factories import UserFactory
from apps.core.access import MissingScope
from apps.core.locking import LockingQuerySet
from apps.events.models import OutboxEvent
from apps.stores.tests.factories import StoreFactory
from tests.threads import at_once, ended_at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def other():
    return StoreFactory()


def roles_of(person, store):
    return set(person.memberships.filter(store=store).values_list("role", flat=True))


def grant(person, store, role="support", by=None):
    return services.grant_role(person=person, store=store, role=role, by=by)


def withdraw(person, store, role="support", by=None):
    services.withdraw_role(person=person, store=store, role=role, by=by)


def test_a_role_makes_a_customer_staff_and_is_told(store, shopper, staff):
    grant(shopper, store, by=staff)

    shopper.refresh_from_db()
    assert (shopper.is_staff, roles_of(shopper, store)) == (True, {"support"})
    event = OutboxEvent.objects.get()
    assert (event.name, event.aggregate_id, event.store, event.actor) == (
        "role.granted", shopper.public_id, store.public_id, f"user:{staff.public_id}",
    )  # fmt: skip
    assert event.payload == {"role": "support", "changes": {"roles": [[], ["support"]]}}


def test_a_role_given_twice_is_there_once(store, shopper):
    assert grant(shopper, store) == grant(shopper, store)
    assert OutboxEvent.objects.count() == 1


def test_the_last_role_withdrawn_makes_a_customer_again(store, other, shopper, staff):
    grant(shopper, store)
    grant(shopper, other, role="finance")

    withdraw(shopper, store, by=staff)
    shopper.refresh_from_db()
    assert (shopper.is_staff, shopper.has_scope("read_orders")) == (True, False)

    withdraw(shopper, other, role="finance")
    shopper.refresh_from_db()
    assert (shopper.is_staff, Membership.objects.filter(person=shopper).count()) == (False, 0)
    event = OutboxEvent.objects.filter(name="role.withdrawn").order_by("pk").first()
    assert event.payload == {"role": "support", "changes": {"roles": [["support"], []]}}


def test_what_is_not_held_is_not_withdrawn(store, shopper):
    with pytest.raises(RoleNotHeld):
        withdraw(shopper, store)
    assert not OutboxEvent.objects.exists()


@pytest.mark.parametrize("role", ["manager", "support", "warehouse", "finance", "read_only"])
def test_only_who_manages_staff_gives_and_takes(store, shopper, role):
    member = UserFactory(store=store, is_staff=True, roles=[role])
    for act in (grant, withdraw):
        with pytest.raises(MissingScope) as refusal:
            act(shopper, store, by=member)
        assert refusal.value.extensions == {"scope": "manage_staff"}
    with pytest.raises(MissingScope):
        grant(member, store, role="admin", by=member)
    assert roles_of(member, store) == {role}


def test_an_admin_is_nobody_in_another_store(other, staff):
    with pytest.raises(MissingScope):
        grant(staff, other, role="admin", by=staff)
    assert roles_of(staff, other) == set()


def test_nobody_gives_more_than_they_have(store, shopper, monkeypatch):
    from apps.accounts import scopes

    narrow = scopes.SCOPES_OF | {scopes.Role.MANAGER: frozenset({"manage_staff", "read_orders"})}
    monkeypatch.setattr(scopes, "SCOPES_OF", narrow)
    member = UserFactory(store=store, is_staff=True, roles=["manager"])
    with pytest.raises(RightsExceeded):
        grant(shopper, store, role="support", by=member)
    assert roles_of(shopper, store) == set()


def test_a_store_keeps_an_admin(store, staff):
    with pytest.raises(LastAdmin):
        withdraw(staff, store, role="admin", by=staff)
    assert roles_of(staff, store) == {"admin"}

    second = UserFactory(store=store, is_staff=True)
    withdraw(staff, store, role="admin", by=second)
    assert roles_of(staff, store) == set()


def test_who_may_not_log_in_is_no_other_admin(store, staff):
    UserFactory(store=store, is_staff=True, is_active=False)

    with pytest.raises(LastAdmin):
        withdraw(staff, store, role="admin", by=staff)
    assert roles_of(staff, store) == {"admin"}


def test_an_operator_stays_staff_without_a_role(store):
    operator = UserFactory(store=store, is_staff=True, is_superuser=True)
    grant(operator, store)
    withdraw(operator, store)
    operator.refresh_from_db()
    assert operator.is_staff


def test_a_member_is_known_by_one_address_in_each_store(other, shopper):
    """Somebody else with the address would be who logs in."""
    UserFactory(store=other, email=shopper.email.upper())
    with pytest.raises(EmailTaken):
        grant(shopper, other)
    assert roles_of(shopper, other) == set()


def test_finds_whom_an_address_means(store, other, shopper):
    assert services.find_person(email=shopper.email.upper(), store=other) == shopper
    twin = UserFactory(store=other, email=shopper.email)
    assert services.find_person(email=shopper.email, store=other) == twin
    with pytest.raises(PersonAmbiguous):
        services.find_person(email=shopper.email, store=StoreFactory())
    with pytest.raises(PersonNotFound):
        services.find_person(email="nobody@example.com", store=store)


@pytest.mark.django_db(transaction=True)
def test_of_two_admins_who_withdraw_each_other_one_stays(store):
    for _ in range(5):
        Membership.objects.all().delete()
        User.objects.all().delete()
        first, second = UserFactory.create_batch(2, store=store, is_staff=True)
        ended = ended_at_once(
            partial(withdraw, second, store, role="admin", by=User.objects.get(pk=first.pk)),
            partial(withdraw, first, store, role="admin", by=User.objects.get(pk=second.pk)),
        )
        assert ended[0] == "done"
        assert ended[1] in {"last_admin", "missing_scope"}
        assert Membership.objects.filter(role="admin").count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_its_lock_a_store_would_lose_its_last_admin(store, monkeypatch):
    def unlocked(rows, **_):
        read = list(rows.order_by("pk"))
        time.sleep(0.3)
        return read

    first, second = UserFactory.create_batch(2, store=store, is_staff=True)
    monkeypatch.setattr(LockingQuerySet, "locked", unlocked)
    ended = ended_at_once(
        partial(withdraw, second, store, role="admin"),
        partial(withdraw, first, store, role="admin"),
    )
    assert ended == ["done", "done"]
    assert not Membership.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_role_given_while_the_last_is_withdrawn_leaves_staff_what_they_are(store, staff, shopper):
    for _ in range(5):
        grant(shopper, store, role="support")
        at_once(
            partial(withdraw, shopper, store, role="support"),
            partial(grant, shopper, store, role="finance"),
        )
        shopper.refresh_from_db()
        assert shopper.is_staff
        withdraw(shopper, store, role="finance")


def test_roles_are_kept_with_the_event(store, shopper):
    with pytest.raises(RuntimeError), transaction.atomic():
        grant(shopper, store)
        raise RuntimeError
    assert not OutboxEvent.objects.exists()
    shopper.refresh_from_db()
    assert not shopper.is_staff
