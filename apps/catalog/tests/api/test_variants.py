from datetime import UTC, datetime
from decimal import Decimal

import pytest

from apps.catalog.models import Product, Variant
from apps.catalog.tests.factories import ProductFactory, VariantFactory
from apps.events.models import OutboxEvent

ROUTE = "/api/v1/products/shirt/variants"


def euros(amount):
    return {"amount": amount, "currency": "EUR"}


@pytest.fixture
def shirt(store):
    return ProductFactory(store=store, slug="shirt", options=["Size", "Colour"])


@pytest.fixture
def medium(shirt):
    return VariantFactory(
        product=shirt,
        sku="SHIRT-M",
        title="M / Blue",
        option_values=["M", "Blue"],
        price_amount=Decimal("20"),
    )


def test_staff_add_a_variant(staff_client, shirt):
    answer = staff_client.post(
        ROUTE,
        {
            "sku": "SHIRT-L",
            "price": euros("19.90"),
            "compare_at": euros("25.00"),
            "option_values": ["L", "Blue"],
            "barcode": "4006381333931",
            "weight_grams": 250,
        },
    )

    assert answer.status_code == 201
    shown = answer.json()
    assert shown["title"] == "L / Blue"
    assert shown["price"] == euros("19.90")
    assert shown["compare_at"] == euros("25.00")
    assert shown["in_stock"] is False
    variant = Variant.objects.get(sku="SHIRT-L")
    assert answer["Location"] == f"{ROUTE.replace('shirt', str(shirt.public_id))}/{shown['id']}"
    assert (variant.price_amount, variant.currency) == (Decimal("19.90"), "EUR")
    shirt.refresh_from_db()
    assert shirt.version == 2
    event = OutboxEvent.objects.get()
    assert event.name == "variant.created"
    assert event.payload == {
        "product_id": str(shirt.public_id),
        "sku": "SHIRT-L",
        "price": euros("19.90"),
    }


def test_numbers_of_goods_are_no_card_numbers(staff_client, shirt):
    number = "4222222222222"
    names = {"sku": number, "barcode": number, "metadata": {"supplier": number}}
    body = {**names, "price": euros("19.90"), "option_values": ["L", "Blue"]}
    answer = staff_client.post(ROUTE, body)
    assert answer.status_code == 201
    assert answer.json() | names == answer.json()


def test_a_variant_comes_last_unless_it_says_where(staff_client, shirt, medium):
    body = {"sku": "SHIRT-L", "price": euros("20.00"), "option_values": ["L", "Blue"]}

    assert staff_client.post(ROUTE, body).json()["position"] == 1


def test_staff_change_a_variant(staff_client, shirt, medium):
    answer = staff_client.patch(
        f"{ROUTE}/{medium.public_id}", {"price": euros("22.00"), "option_values": ["M", "Red"]}
    )

    assert answer.status_code == 200
    assert answer.json()["title"] == "M / Red"
    assert answer.json()["price"] == euros("22.00")
    shirt.refresh_from_db()
    assert shirt.version == 2
    event = OutboxEvent.objects.get()
    assert event.name == "variant.updated"
    assert set(event.payload["changed"]) == {"price_amount", "option_values", "title"}


def test_a_title_of_its_own_survives_new_options(staff_client, shirt):
    variant = VariantFactory(product=shirt, title="The blue one", option_values=["M", "Blue"])

    answer = staff_client.patch(f"{ROUTE}/{variant.public_id}", {"option_values": ["L", "Blue"]})

    assert answer.json()["title"] == "The blue one"


def test_a_compare_at_price_can_be_taken_back(staff_client, shirt):
    variant = VariantFactory(
        product=shirt, option_values=["M", "Blue"], compare_at_amount=Decimal("30")
    )

    answer = staff_client.patch(f"{ROUTE}/{variant.public_id}", {"compare_at": None})

    assert answer.json()["compare_at"] is None


def test_anybody_reads_variants(anonymous, medium):
    listed = anonymous.get(ROUTE).json()
    shown = anonymous.get(f"{ROUTE}/{medium.public_id}").json()

    assert listed["count"] == 1
    assert listed["results"] == [shown]
    assert shown["sku"] == "SHIRT-M"


def test_a_variant_of_another_product_is_not_found(staff_client, shirt):
    other = VariantFactory(product__store=shirt.store)

    answer = staff_client.patch(f"{ROUTE}/{other.public_id}", {"title": "Mine"})

    assert answer.status_code == 404
    other.refresh_from_db()
    assert other.title == ""


def test_a_sku_belongs_to_one_variant_of_the_store(staff_client, shirt, medium):
    VariantFactory(sku="THEIRS")
    body = {"sku": "SHIRT-M", "price": euros("20.00"), "option_values": ["L", "Blue"]}

    answer = staff_client.post(ROUTE, body)

    assert (answer.status_code, answer.json()["code"]) == (409, "sku_taken")
    assert shirt.variants.count() == 1
    assert staff_client.post(ROUTE, body | {"sku": "THEIRS"}).status_code == 201


def test_a_choice_of_options_belongs_to_one_variant(staff_client, shirt, medium):
    answer = staff_client.post(
        ROUTE, {"sku": "SHIRT-2", "price": euros("20.00"), "option_values": ["M", "Blue"]}
    )

    assert (answer.status_code, answer.json()["code"]) == (409, "options_taken")
    assert shirt.variants.count() == 1


@pytest.mark.parametrize("values", [[], ["M"], ["M", "Blue", "Long"]])
def test_a_variant_has_a_value_for_each_option(staff_client, shirt, medium, values):
    created = staff_client.post(
        ROUTE, {"sku": "SHIRT-2", "price": euros("20.00"), "option_values": values}
    )
    changed = staff_client.patch(f"{ROUTE}/{medium.public_id}", {"option_values": values})

    for answer in (created, changed):
        assert (answer.status_code, answer.json()["code"]) == (422, "wrong_option_count")
        assert answer.json()["options"] == ["Size", "Colour"]
    assert shirt.variants.get().option_values == ["M", "Blue"]


@pytest.mark.parametrize("field", ["price", "compare_at"])
def test_prices_are_in_the_stores_currency(staff_client, shirt, medium, field):
    dollars = {"amount": "30.00", "currency": "USD"}
    body = {"sku": "SHIRT-L", "price": euros("20.00"), "option_values": ["L", "Blue"]}

    created = staff_client.post(ROUTE, body | {field: dollars})
    changed = staff_client.patch(f"{ROUTE}/{medium.public_id}", {field: dollars})

    for answer in (created, changed):
        assert (answer.status_code, answer.json()["code"]) == (422, "currency_mismatch")
        assert (answer.json()["expected"], answer.json()["given"]) == ("EUR", "USD")
    assert shirt.variants.get().price_amount == Decimal("20")
    assert not OutboxEvent.objects.exists()


@pytest.mark.parametrize("compare_at", ["20.00", "19.99", "-1.00"])
def test_a_compare_at_price_is_above_the_price(staff_client, medium, compare_at):
    answer = staff_client.patch(f"{ROUTE}/{medium.public_id}", {"compare_at": euros(compare_at)})

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_details")
    assert [error["field"] for error in answer.json()["errors"]] == ["compare_at"]
    medium.refresh_from_db()
    assert medium.compare_at_amount is None


def test_a_product_has_only_so_many_variants(staff_client, shirt):
    Variant.objects.bulk_create(
        VariantFactory.build(product=shirt, option_values=[str(size), "Blue"])
        for size in range(250)
    )

    answer = staff_client.post(
        ROUTE, {"sku": "SHIRT-L", "price": euros("20.00"), "option_values": ["L", "Blue"]}
    )

    assert (answer.status_code, answer.json()["code"]) == (409, "product_is_full")
    assert shirt.variants.count() == 250


def test_staff_delete_a_variant(staff_client, shirt, medium):
    assert staff_client.delete(f"{ROUTE}/{medium.public_id}").status_code == 204

    assert not Variant.objects.exists()
    assert Variant.with_deleted.get().deleted_at is not None
    shirt.refresh_from_db()
    assert shirt.version == 2
    assert OutboxEvent.objects.get().name == "variant.deleted"


def test_a_variant_of_a_sold_product_stays(staff_client, shirt, medium):
    Product.objects.update(first_sold_at=datetime(2026, 1, 1, tzinfo=UTC))

    answer = staff_client.delete(f"{ROUTE}/{medium.public_id}")

    assert (answer.status_code, answer.json()["code"]) == (409, "product_has_sales")
    assert Variant.objects.get() == medium


def test_a_stale_writer_is_refused(staff_client, medium):
    address = f"{ROUTE}/{medium.public_id}"
    seen = staff_client.get(address)["ETag"]
    assert staff_client.patch(address, {"price": euros("21.00")}).status_code == 200

    change = staff_client.patch(address, {"price": euros("1.00")}, headers={"If-Match": seen})
    delete = staff_client.delete(address, headers={"If-Match": seen})

    for answer in (change, delete):
        assert (answer.status_code, answer.json()["code"]) == (412, "stale_version")
    assert Variant.objects.get().price_amount == Decimal("21")
