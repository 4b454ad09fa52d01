import pytest
from django.db import transaction

from apps.catalog import services as catalog
from apps.catalog.tests.factories import VariantFactory
from apps.core.transactions import TransactionRequired
from apps.events.models import OutboxEvent
from tests.statements import at_most


def test_flips_what_is_told_and_announces_only_that(store):
    come = VariantFactory(product__store=store, sku="COME", in_stock=False)
    gone = VariantFactory(product__store=store, sku="GONE", in_stock=True)
    same = VariantFactory(product__store=store, sku="SAME", in_stock=True)

    with transaction.atomic(), at_most(6):
        catalog.record_availability(in_stock=[come.pk, same.pk], out_of_stock=[gone.pk])

    for variant in (come, gone, same):
        variant.refresh_from_db()
    assert (come.in_stock, gone.in_stock, same.in_stock) == (True, False, True)
    events = OutboxEvent.objects.filter(name="variant.availability_changed").order_by("pk")
    assert [(one.payload["sku"], one.payload["in_stock"]) for one in events] == [
        ("COME", True),
        ("GONE", False),
    ]
    assert events[0].aggregate_id == come.public_id
    assert events[0].payload["product_id"] == str(come.product.public_id)


def test_counts_no_version_up(store):
    variant = VariantFactory(product__store=store)

    with transaction.atomic():
        catalog.record_availability(in_stock=[variant.pk], out_of_stock=[])

    variant.refresh_from_db()
    variant.product.refresh_from_db()
    assert (variant.version, variant.product.version) == (1, 1)


def test_announces_to_each_store_what_is_its_own(store):
    ours = VariantFactory(product__store=store)
    theirs = VariantFactory()

    with transaction.atomic():
        catalog.record_availability(in_stock=[theirs.pk, ours.pk], out_of_stock=[])

    assert OutboxEvent.objects.get(aggregate_id=ours.public_id).store == store.public_id
    assert OutboxEvent.objects.get(aggregate_id=theirs.public_id).store == theirs.store.public_id


def test_one_statement_is_enough_when_nothing_flips(store):
    variant = VariantFactory(product__store=store, in_stock=True)

    with transaction.atomic(), at_most(1):
        catalog.record_availability(in_stock=[variant.pk], out_of_stock=[])


@pytest.mark.django_db(transaction=True)
def test_needs_the_transaction_of_its_caller(store):
    with pytest.raises(TransactionRequired):
        catalog.record_availability(in_stock=[], out_of_stock=[])
