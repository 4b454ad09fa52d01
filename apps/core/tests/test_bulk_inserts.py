from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.catalog.models import Product, Variant
from apps.catalog.tests.factories import ProductFactory
from apps.core.bulk_inserts import insert_rows, insert_values
from apps.core.transactions import TransactionRequired
from apps.stores.models import StoreHost

STRANGE = 'tab\t, line\nend, return\r, back\\slash, \\N, "quoted", {brace}, ü, \u2028, 🪑'


@pytest.mark.django_db
def test_every_character_arrives_as_it_is(store):
    now = timezone.now()
    product = Product(
        store=store,
        slug="chair",
        title=STRANGE,
        description=STRANGE,
        tags=[STRANGE, "NULL"],
        options=['"', "\\", "a,b"],
        metadata={"a": {STRANGE: None}},
        published_at=now,
    )
    insert_rows([product])
    found = Product.objects.get(pk=product.pk)
    assert found.title == found.description == STRANGE
    assert found.tags == [STRANGE, "NULL"]
    assert found.options == ['"', "\\", "a,b"]
    assert found.metadata == {"a": {STRANGE: None}}
    assert found.published_at == now
    assert found.version == 1
    assert found.updated_at is not None
    found.touch()
    assert Product.objects.get(pk=product.pk).version == 2


@pytest.mark.django_db
def test_keys_are_given_in_the_order_of_the_rows(store):
    product = ProductFactory(store=store)
    rows = [
        Variant(
            store=store,
            product=product,
            sku=f"A{number}",
            option_values=[str(number)],
            price_amount=Decimal("9.90"),
            compare_at_amount=None,
            currency="EUR",
        )
        for number in range(3)
    ]
    insert_rows(rows)
    found = Variant.objects.filter(sku__startswith="A").order_by("pk")
    assert [(one.pk, one.sku, one.price_amount, one.weight_grams) for one in found] == [
        (rows[0].pk, "A0", Decimal("9.90"), None),
        (rows[1].pk, "A1", Decimal("9.90"), None),
        (rows[2].pk, "A2", Decimal("9.90"), None),
    ]


@pytest.mark.django_db
def test_what_the_database_refuses_is_an_integrity_error(store):
    ProductFactory(store=store, slug="chair")
    with pytest.raises(IntegrityError, match="product_slug_once_in_store"), transaction.atomic():
        insert_rows([Product(store=store, slug="chair", title="Chair")])
    assert Product.objects.count() == 1


def test_plain_values_arrive_as_they_are(store):
    insert_values(
        table="stores_storehost",
        columns=["host", "store_id"],
        rows=[("a\tb\\.example", store.pk), ("ü.example", store.pk)],
    )
    assert StoreHost.objects.filter(host__in=["a\tb\\.example", "ü.example"]).count() == 2


@pytest.mark.django_db(transaction=True)
def test_it_needs_a_transaction():
    with pytest.raises(TransactionRequired):
        insert_values(table="catalog_product", columns=["slug"], rows=[("chair",)])
    with pytest.raises(TransactionRequired):
        insert_rows([])
