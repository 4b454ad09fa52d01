"""What staff write about an order, and that it stays."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from apps.accounts import services as accounts
from apps.accounts.tests.factories import UserFactory
from apps.events.models import OutboxEvent
from apps.idempotency.errors import IdempotencyKeyReused
from apps.orders import services
from apps.orders.errors import OrderNotFound
from apps.orders.models import OrderNote
from apps.orders.tests.factories import OrderFactory


def write(order, text="Called her", *, by, key=None, store=None):
    return services.record_note(
        store=store or order.store,
        order_id=order.public_id,
        text=text,
        key=key or uuid4(),
        by=by,
        now=timezone.now(),
    )


def test_a_note_has_an_author_and_is_told_of_without_its_text(store, staff):
    order = OrderFactory(customer__store=store)
    note = write(order, by=staff)
    assert (note.text, note.author) == ("Called her", f"user:{staff.public_id}")
    event = OutboxEvent.objects.get()
    assert (event.name, event.actor) == ("order.note_added", f"user:{staff.public_id}")
    assert "Called" not in str(event.payload)
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM orders_ordernote")
        assert "Called" not in cursor.fetchone()[0]


def test_a_form_that_is_sent_twice_makes_one_note(store, staff):
    order, key = OrderFactory(customer__store=store), uuid4()
    assert write(order, by=staff, key=key) == write(order, by=staff, key=key)
    with pytest.raises(IdempotencyKeyReused):
        write(order, "Something else", by=staff, key=key)
    with pytest.raises(IdempotencyKeyReused):
        write(order, by=UserFactory(store=store), key=key)
    assert OrderNote.objects.count() == 1
    assert OutboxEvent.objects.count() == 1


def test_an_order_of_another_store_takes_no_note(store, staff):
    with pytest.raises(OrderNotFound):
        write(OrderFactory(), by=staff, store=store)
    assert not OrderNote.objects.exists()


def test_a_note_is_neither_changed_nor_deleted(store, staff):
    note = write(OrderFactory(customer__store=store), by=staff)
    for change in (
        {"text": "I never said that"},
        {"author": "user:x"},
        {"text": "", "author": "x"},
    ):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            OrderNote.objects.filter(pk=note.pk).update(**change)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        note.delete()
    note.refresh_from_db()
    assert note.text == "Called her"


def test_notes_are_told_to_the_customer_and_forgotten_with_them(store, staff, shopper):
    gone, coming = [OrderFactory(customer=shopper, state=one) for one in ("delivered", "paid")]
    write(gone, "She sounded sad", by=staff)
    write(coming, "Leave it next door", by=staff)
    assert "She sounded sad" in "".join(accounts.export_person(person=shopper))
    accounts.erase_person(person=shopper, by=None)
    assert [one.text for one in OrderNote.objects.all()] == ["", "Leave it next door"]
    event = OutboxEvent.objects.get(name="order.updated")
    assert event.payload["fields"] == ["notes"]
