from datetime import UTC, datetime

import pytest
from django.db import transaction

from apps.accounts import services
from apps.accounts.errors import EmailTaken, ExternalIdTaken, PersonErased
from apps.accounts.models import User
from apps.accounts.past import PastPerson
from apps.accounts.tests.factories import UserFactory
from apps.core.errors import PreconditionFailed
from apps.events.models import Delivery, OutboxEvent
from apps.stores.tests.factories import StoreFactory


def imported(store, *people):
    with transaction.atomic():
        return services.import_people(store=store, people=people, by=None)


def updated(store, person, said):
    with transaction.atomic():
        return services.update_people(store=store, people={person.pk: said}, by=None)[person.pk]


def test_they_are_customers_who_choose_a_password_later(store):
    since = datetime(2009, 5, 1, tzinfo=UTC)
    (ada,) = imported(
        store,
        PastPerson(
            email="ada@Example.com",
            external_id="17",
            full_name="Ada Lovelace",
            created_at=since,
            metadata={"phone": "0123"},
        ),
    )
    ada.refresh_from_db()
    assert (ada.email, ada.external_id, ada.full_name) == ("ada@example.com", "17", "Ada Lovelace")
    assert (ada.created_at, ada.metadata) == (since, {"phone": "0123"})
    assert not ada.has_usable_password()
    assert User.objects.with_email(store=store, email="ADA@example.com") == ada


def test_nobody_writes_to_them_and_events_do_not_say_who_they_are(store):
    imported(store, PastPerson(email="ada@example.com", full_name="Ada"))
    event = OutboxEvent.objects.get()
    assert (event.name, event.payload) == ("customer.imported", {})
    assert not Delivery.objects.exists()


def test_guests_have_nothing_and_nobody_can_be_one(store):
    one, other = imported(store, PastPerson(), PastPerson())
    assert one.label == other.label == "a guest"
    assert User.objects.with_email(store=store, email="") is None


def test_an_address_or_a_number_is_one_person_and_nobody_is_added(store):
    UserFactory(store=store, email="ada@example.com", external_id="17")
    with pytest.raises(EmailTaken):
        imported(store, PastPerson(), PastPerson(email="ada@example.com"))
    with pytest.raises(ExternalIdTaken):
        imported(store, PastPerson(), PastPerson(external_id="17"))
    assert User.objects.count() == 1


def test_another_store_has_numbers_of_its_own(store):
    imported(store, PastPerson(external_id="17"))
    imported(StoreFactory(), PastPerson(external_id="17"))
    assert User.objects.filter(external_id="17").count() == 2


def test_somebody_known_gets_what_was_missing_and_keeps_what_is_theirs(store):
    ada = UserFactory(store=store, email="ada@example.com", full_name="Ada")
    said = PastPerson(email="old@example.com", external_id="17", metadata={"phone": "0123"})
    updated(store, ada, said)
    ada.refresh_from_db()
    assert (ada.email, ada.full_name, ada.external_id) == ("ada@example.com", "Ada", "17")
    assert ada.metadata == {"phone": "0123"}
    assert ada.version == 2


def test_who_is_known_by_a_number_alone_can_be_written_to_once_there_is_an_address(store):
    (guest,) = imported(store, PastPerson(external_id="17"))
    updated(store, guest, PastPerson(email="ada@example.com", external_id="17"))
    assert User.objects.with_email(store=store, email="ada@example.com") == guest


def test_who_was_forgotten_stays_forgotten(store):
    ada = UserFactory(store=store, email="ada@example.com", external_id="17")
    services.erase_person(person=ada, by=None)
    with pytest.raises(PersonErased):
        updated(store, ada, PastPerson(external_id="17", full_name="Ada"))
    ada.refresh_from_db()
    assert (ada.full_name, ada.external_id, ada.metadata) == ("", "17", None)
    assert ada.label == "forgotten"


def test_a_few_statements_write_however_many_people(store, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        imported(store, *(PastPerson(external_id=str(n)) for n in range(100)))


def test_who_was_changed_since_they_were_read_is_read_again(store):
    """What was noted of them, to be given back, would be older than what staff wrote."""
    ada = UserFactory(store=store)
    seen = {ada.pk: ada.version}
    ada.save()
    said = {ada.pk: PastPerson(full_name="Ada Lovelace")}
    with pytest.raises(PreconditionFailed), transaction.atomic():
        services.update_people(store=store, people=said, by=None, versions=seen)
