"""Many prices at once: exactly what somebody was shown, and nothing of what changed meanwhile."""

from decimal import Decimal

import pytest
from django.utils import timezone

from apps.catalog import services as catalog
from apps.catalog.errors import CurrencyMismatch, PriceTooPrecise
from apps.catalog.models import Variant
from apps.catalog.services import PriceChange
from apps.catalog.tests.factories import ProductFactory, VariantFactory
from apps.core.money import Money
from apps.events.models import OutboxEvent
from tests.statements import at_most

pytestmark = pytest.mark.django_db


def to(variant, amount, *, compare_at=None, version=None):
    return PriceChange(
        product_id=variant.product_id,
        variant_id=variant.pk,
        version=version or variant.version,
        price=Money(Decimal(amount), "EUR"),
        compare_at=Money(Decimal(compare_at), "EUR") if compare_at else None,
    )


def prices(*variants):
    rows = Variant.objects.in_bulk([one.pk for one in variants])
    return [str(rows[one.pk].price_amount) for one in variants]


def test_prices_listings_versions_and_the_record_follow(store):
    shirt = ProductFactory(store=store, options=["Size"])
    small, large = (VariantFactory(product=shirt, option_values=[one]) for one in "SL")
    cup = VariantFactory(product__store=store)

    report = catalog.reprice_variants(
        store=store,
        changes=[to(cup, "12"), to(large, "8", compare_at="10"), to(small, "9")],
        by=None,
    )

    assert (report.changed, report.unchanged, report.refused) == (3, 0, [])
    assert prices(small, large, cup) == ["9.0000", "8.0000", "12.0000"]
    shirt.refresh_from_db()
    small.refresh_from_db()
    assert (shirt.version, small.version) == (2, 2)
    listing = shirt.listing
    assert [str(one) for one in (listing.price_from, listing.price_to, listing.price_before)] == [
        "8.0000",
        "9.0000",
        "10.0000",
    ]
    told = {one.aggregate_id: one.payload for one in OutboxEvent.objects.all()}
    assert len(told) == 3
    assert told[large.public_id]["changed"] == ["price_amount", "compare_at_amount"]
    assert told[large.public_id]["changes"]["price"] == [
        {"amount": "10.00", "currency": "EUR"},
        {"amount": "8.00", "currency": "EUR"},
    ]
    assert told[cup.public_id]["product_id"] == str(cup.product.public_id)


def test_what_changed_since_it_was_seen_is_left_alone_and_reported(store):
    cup, mug, gone = (VariantFactory(product__store=store) for _ in range(3))
    seen = [to(one, "12") for one in (cup, mug, gone)]
    catalog.update_variant(
        store=store,
        product_id=cup.product_id,
        variant_id=cup.pk,
        by=None,
        price=Money(Decimal(7), "EUR"),
    )
    catalog.delete_variant(
        store=store, product_id=gone.product_id, variant_id=gone.pk, by=None, now=timezone.now()
    )

    report = catalog.reprice_variants(store=store, changes=seen, by=None)

    assert report.changed == 1
    assert {(one.sku, one.reason) for one in report.refused} == {
        (cup.sku, "Somebody has changed it meanwhile."),
        ("", "It is not there any more."),
    }
    assert prices(cup, mug) == ["7.0000", "12.0000"]


def test_the_same_twice_changes_once(store):
    cup = VariantFactory(product__store=store)
    wanted = [to(cup, "12")]

    catalog.reprice_variants(store=store, changes=wanted, by=None)
    again = catalog.reprice_variants(store=store, changes=wanted, by=None)

    assert (again.changed, again.unchanged, again.refused) == (0, 1, [])
    assert OutboxEvent.objects.count() == 1


def test_a_price_that_cannot_be_keeps_no_other_from_changing(store):
    cup, mug = (VariantFactory(product__store=store) for _ in range(2))

    report = catalog.reprice_variants(
        store=store, changes=[to(cup, "12", compare_at="11"), to(mug, "12")], by=None
    )

    assert report.changed == 1
    assert "must be above the price" in report.refused[0].reason
    assert prices(cup, mug) == ["10.0000", "12.0000"]


def test_another_stores_variants_are_not_there(store):
    theirs = VariantFactory()

    report = catalog.reprice_variants(store=store, changes=[to(theirs, "12")], by=None)

    assert [one.reason for one in report.refused] == ["It is not there any more."]
    assert prices(theirs) == ["10.0000"]


@pytest.mark.parametrize(
    ("money", "refusal"),
    [
        (Money(Decimal(12), "USD"), CurrencyMismatch),
        (Money(Decimal("12.001"), "EUR"), PriceTooPrecise),
    ],
)
def test_money_that_nobody_can_pay_changes_nothing(store, money, refusal):
    cup, mug = (VariantFactory(product__store=store) for _ in range(2))
    wrong = PriceChange(
        product_id=mug.product_id, variant_id=mug.pk, version=1, price=money, compare_at=None
    )

    with pytest.raises(refusal):
        catalog.reprice_variants(store=store, changes=[to(cup, "12"), wrong], by=None)

    assert prices(cup, mug) == ["10.0000", "10.0000"]
    assert not OutboxEvent.objects.exists()


def test_forty_products_take_a_handful_of_statements(store):
    variants = [VariantFactory(product__store=store) for _ in range(40)]

    with at_most(11):
        report = catalog.reprice_variants(
            store=store, changes=[to(one, "12") for one in variants], by=None
        )

    assert report.changed == 40
