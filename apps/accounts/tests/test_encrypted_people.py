"""People are kept encrypted, and found all the same."""

import pytest
from django.core.exceptions import FieldError, ValidationError
from django.db import IntegrityError, connection, transaction

from apps.accounts import services
from apps.accounts.models import Address, User
from apps.accounts.tests.factories import AddressFactory, UserFactory
from apps.core.encryption import current_key_id
from apps.events.models import OutboxEvent
from apps.stores.tests.factories import StoreFactory
from tests.statements import at_most
from tests.threads import at_once

pytestmark = pytest.mark.django_db


def kept(table, column):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table}")
        return [text for (text,) in cursor.fetchall()]


def test_nothing_of_a_person_is_in_the_table(store):
    UserFactory(store=store, email="ada@example.com", full_name="Ada King")

    for column in ("email", "full_name"):
        (text,) = kept("accounts_user", column)
        assert text.startswith(f"{current_key_id()}$gAAAA")
        assert not any(told in text for told in ("ada@example.com", "Ada King"))


def test_nothing_of_an_address_but_the_country(store):
    AddressFactory(owner__store=store, company="Engines Ltd", phone="+44 20 7946 0958")

    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(one)::text FROM accounts_address AS one")
        ((row,),) = cursor.fetchall()
    for told in ("Lovelace", "Engines", "James", "SW1Y", "London", "7946"):
        assert told not in row
    assert '"country":"GB"' in row
    address = Address.objects.get()
    assert (address.company, address.phone, address.region) == (
        "Engines Ltd",
        "+44 20 7946 0958",
        "",
    )


def test_no_text_stays_no_text(store):
    UserFactory(store=store, full_name="")

    assert kept("accounts_user", "full_name") == [""]


# --- look-up -------------------------------------------------------------------------------------
@pytest.mark.parametrize("asked", ["ada@example.com", "ADA@Example.COM", " ada@example.com"])
def test_a_whole_address_finds_its_person(store, asked):
    ada = UserFactory(store=store, email="Ada@example.com")
    UserFactory(store=store)

    assert User.objects.with_email(store=store, email=asked) == ada
    assert User.objects.get(email=asked) == ada
    assert User.objects.get(email__iexact=asked) == ada
    assert list(User.objects.filter(email__in=[asked, "x@example.com"])) == [ada]
    assert ada not in User.objects.exclude(email=asked)


@pytest.mark.parametrize("known", [True, False])
def test_one_statement_finds_somebody_or_nobody(store, known):
    UserFactory(store=store, email="ada@example.com" if known else "ida@example.com")

    with at_most(1):
        found = User.objects.with_email(store=store, email="ada@example.com")
    assert (found is not None) is known


def test_an_operator_is_found_everywhere(store):
    operator = UserFactory(store=store, is_superuser=True, email="root@example.com")
    other = StoreFactory()
    own = UserFactory(store=other, email="ROOT@example.com")

    assert User.objects.with_email(store=store, email="root@example.com") == operator
    assert User.objects.with_email(store=other, email="root@example.com") == own
    third = StoreFactory()
    assert User.objects.with_email(store=third, email="root@example.com") == operator


@pytest.mark.parametrize("lookup", ["contains", "icontains", "startswith", "gt", "regex"])
def test_a_part_of_an_address_is_refused(lookup):
    with pytest.raises(FieldError, match="blind index"):
        User.objects.filter(**{f"email__{lookup}": "ada"})


@pytest.mark.parametrize("lookup", ["full_name", "full_name__exact", "full_name__lower"])
def test_a_name_is_not_looked_up_at_all(lookup):
    with pytest.raises(FieldError, match="encrypted"):
        User.objects.filter(**{lookup: "Ada"})


@pytest.mark.parametrize("update_fields", [None, ["email"]])
def test_the_index_follows_the_address(store, update_fields):
    ada = UserFactory(store=store, email="ada@example.com")
    ada.email = "king@example.com"
    ada.save(update_fields=update_fields)

    assert User.objects.get(email="king@example.com") == ada
    assert not User.objects.filter(email="ada@example.com").exists()


def test_one_address_once_in_a_store(store):
    UserFactory(store=store, email="ada@example.com")
    UserFactory(store=StoreFactory(), email="ada@example.com")

    with pytest.raises(IntegrityError, match="user_email_once_in_store"), transaction.atomic():
        UserFactory(store=store, email="ADA@example.com")


def test_what_is_too_long_or_no_address_is_no_valid_person(store):
    person = UserFactory.build(store=store, email="nobody", full_name="x" * 151, password="x")

    with pytest.raises(ValidationError) as refusal:
        person.full_clean()
    assert set(refusal.value.error_dict) == {"email", "full_name"}


# --- erasure -------------------------------------------------------------------------------------
def test_who_is_forgotten_is_nobody_by_constraint(store):
    for columns in ("is_active = true", "email_index = 'x'"):
        gone = UserFactory(store=store)
        services.erase_person(person=gone, by=None)
        with (
            pytest.raises(IntegrityError, match="user_erased_is_nobody"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"UPDATE accounts_user SET {columns} WHERE id = %s", [gone.pk])


@pytest.mark.django_db(transaction=True)
def test_four_erasures_at_once_are_one(store):
    gone = UserFactory(store=store)
    AddressFactory.create_batch(3, owner=gone)

    at_once(*[lambda: services.erase_person(person=gone, by=None)] * 4)

    names = list(OutboxEvent.objects.values_list("name", flat=True))
    assert sorted(names) == ["address.deleted"] * 3 + ["customer.erased"]
