import pytest
from django.db import transaction

from apps.catalog import services as catalog
from apps.catalog.models import Product, ProductListing
from apps.catalog.tests.factories import ProductFactory
from apps.core.transactions import TransactionRequired
from apps.events.models import OutboxEvent
from tests.statements import at_most


def test_writes_what_has_changed_in_bulk_and_tells_nobody(store):
    mug, tea, pot = ProductFactory.create_batch(3, store=store, popularity=1.5)
    with transaction.atomic(), at_most(3):
        assert catalog.record_popularity(scores={tea.pk: 1.5, pot.pk: 0.0, mug.pk: 2.25}) == 2
    popularity = dict(Product.objects.values_list("pk", "popularity"))
    assert popularity == {mug.pk: 2.25, tea.pk: 1.5, pot.pk: 0.0}
    assert dict(ProductListing.objects.values_list("pk", "popularity")) == popularity
    assert set(Product.objects.values_list("version", flat=True)) == {mug.version}
    assert not OutboxEvent.objects.filter(name="product.updated").exists()


def test_nothing_to_write_is_nothing_written(store):
    with transaction.atomic():
        assert catalog.record_popularity(scores={}) == 0
        assert catalog.record_popularity(scores={17_000_000: 1.0}) == 0


@pytest.mark.django_db(transaction=True)
def test_needs_the_transaction_of_its_caller():
    with pytest.raises(TransactionRequired):
        catalog.record_popularity(scores={1: 1.0})
