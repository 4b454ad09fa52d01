import io

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from apps.catalog import services as catalog
from apps.catalog.models import Product, Variant
from apps.events.models import OutboxEvent
from apps.interchange import services
from apps.interchange.formats.lines import bounded_lines
from apps.interchange.formats.shopify import read_products
from apps.interchange.models import ImportBatch
from apps.interchange.tests.factories import continuation, shopify_csv, shopify_row
from apps.inventory.models import StockItem
from apps.orders import services as orders

pytestmark = pytest.mark.django_db


def import_rows(store, *rows) -> ImportBatch:
    lines = bounded_lines(io.BytesIO(shopify_csv(*rows)))
    report = services.import_products(
        store=store,
        records=read_products(lines, currency="EUR"),
        load_picture=lambda path: b"",
        by=None,
        now=timezone.now(),
    )
    return ImportBatch.objects.get(public_id=report.batch)


def revert(batch) -> str:
    return str(services.revert_import(batch=batch, by=None, now=timezone.now()))


def test_what_was_created_is_deleted_and_its_stock_taken_back(store):
    batch = import_rows(store, shopify_row(variant_sku="A1", variant_inventory_qty="5"))
    assert revert(batch) == "1 reverted, 0 refused"
    assert not Product.objects.exists()
    assert not Variant.objects.exists()
    item = StockItem.objects.get()
    assert (item.on_hand, item.reserved) == (0, 0)
    kinds = list(item.movements.order_by("pk").values_list("kind", "quantity", "reference"))
    assert kinds == [("received", 5, batch.public_id), ("adjusted", -5, batch.public_id)]
    batch.refresh_from_db()
    assert (batch.state, batch.reverted_by) == ("reverted", "system")
    assert OutboxEvent.objects.filter(name="data.import_reverted").count() == 1


def test_what_was_changed_is_as_before(store):
    small = {"option1_name": "Size", "option1_value": "S", "variant_sku": "A1"}
    import_rows(store, shopify_row(type="Baskets", variant_compare_at_price="45", **small))
    product = Product.objects.get()
    categories = list(product.categories.all())
    batch = import_rows(
        store,
        shopify_row(title="Big Trug", type="Trugs", image_src="https://pictures.example/a.jpg",
                    **small | {"option1_value": "Small", "variant_price": "19.90"}),
        continuation(option1_value="L", variant_sku="A2", variant_price="42",
                     variant_inventory_qty="3"),
    )  # fmt: skip
    assert revert(batch) == "1 reverted, 0 refused"
    product.refresh_from_db()
    assert (product.title, product.product_type) == ("Trug", "Baskets")
    assert list(product.categories.all()) == categories
    assert not product.images.exists()
    variant = Variant.objects.get()
    assert (variant.sku, variant.option_values, str(variant.price), str(variant.compare_at)) == (
        "A1",
        ["S"],
        "38.00 EUR",
        "45.00 EUR",
    )
    assert StockItem.objects.get().on_hand == 0


def test_what_was_touched_since_is_left_and_named(store):
    batch = import_rows(store, shopify_row(), shopify_row(handle="fern", title="Fern"))
    trug = Product.objects.get(slug="trug")
    catalog.update_product(store=store, product_id=trug.pk, by=None, title="Theirs")
    out, err = io.StringIO(), io.StringIO()
    with pytest.raises(CommandError, match="Some rows were left as they are") as stopped:
        call_command("revert_import", str(batch.public_id), stdout=out, stderr=err)
    assert stopped.value.returncode == 1
    assert out.getvalue() == "1 reverted, 1 refused\n"
    assert err.getvalue() == "left trug, line 2: It has changed since it was imported\n"
    assert [one.title for one in Product.objects.all()] == ["Theirs"]


def test_twice_changes_nothing_more(store):
    batch = import_rows(store, shopify_row(variant_inventory_qty="2"))
    revert(batch)
    events = OutboxEvent.objects.count()
    assert revert(batch) == "0 reverted, 0 refused"
    assert OutboxEvent.objects.count() == events


def test_what_was_sold_is_kept_and_hidden(store, shopper):
    batch = import_rows(store, shopify_row(variant_sku="A1", variant_inventory_qty="5"))
    orders.place_order_from_lines(
        store=store,
        customer=shopper,
        lines=[orders.RequestedLine(variant="A1", quantity=3)],
        shipping_address={"full_name": "Ada Lovelace", "city": "London", "country": "GB"},
        by=shopper,
        now=timezone.now(),
    )
    assert revert(batch) == "1 reverted, 0 refused"
    assert Product.objects.get().published_at is None
    assert StockItem.objects.get().on_hand == 5
    assert batch.rows.get().remark == (
        "It was sold since, so it was not deleted but hidden from the public."
    )


def test_an_interrupted_import_that_is_reverted_does_not_go_on(store):
    batch = import_rows(store, shopify_row())
    ImportBatch.objects.filter(pk=batch.pk).update(state="running", beginning="abc")
    revert(batch)
    assert not ImportBatch.objects.unfinished().exists()


def test_an_unknown_import_is_status_2(store):
    with pytest.raises(CommandError, match="There is no import nothing") as stopped:
        call_command("revert_import", "nothing")
    assert stopped.value.returncode == 2
