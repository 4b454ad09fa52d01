from datetime import UTC, datetime

import pytest
from django.db import transaction

from apps.catalog import services as catalog
from apps.catalog.errors import ProductUnavailable
from apps.catalog.tests.factories import ProductFactory
from apps.events.models import OutboxEvent
from tests.statements import at_most

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_remembers_the_first_sale_and_no_later_one(store):
    product = ProductFactory(store=store)

    for moment in (NOON, LATER):
        with transaction.atomic(), at_most(2):
            catalog.record_first_sale(store=store, product_ids=[product.pk], now=moment)

    product.refresh_from_db()
    assert product.first_sold_at == NOON
    assert product.version == 1
    assert OutboxEvent.objects.filter(name="product.first_sold").count() == 1


def test_refuses_when_a_product_was_deleted_meanwhile(store):
    here = ProductFactory(store=store)
    deleted = ProductFactory(store=store, deleted_at=NOON)

    with pytest.raises(ProductUnavailable) as refusal, transaction.atomic():
        catalog.record_first_sale(store=store, product_ids=[here.pk, deleted.pk], now=NOON)

    here.refresh_from_db()
    assert refusal.value.code == "product_unavailable"
    assert here.first_sold_at is None
    assert OutboxEvent.objects.count() == 0
