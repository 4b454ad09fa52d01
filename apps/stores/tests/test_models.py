from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from apps.core.money import Money
from apps.stores.models import Store
from apps.stores.tests.factories import StoreFactory, StoreHostFactory


def test_a_fresh_installation_has_a_default_store(store):
    assert Store.objects.default() == store
    assert (store.currency, store.country.code, store.time_zone) == ("EUR", "DE", "UTC")
    assert store.prices_include_tax
    assert store.tax_rate == Decimal("0.19")
    assert store.shipping == Money(Decimal("4.90"), "EUR")
    assert (store.legal_name, store.legal_address, store.tax_number, store.email) == ("",) * 4
    assert store.capture_at_shipment is False


def test_the_version_before_can_still_open_a_store(store):
    known = (
        "currency, country, time_zone, prices_include_tax, tax_rate, shipping_amount, "
        "version, created_at, updated_at"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO stores_store (public_id, slug, name, is_default, {known}) "
            f"SELECT gen_random_uuid(), 'second', 'Second', false, {known} FROM stores_store"
        )
    second = Store.objects.get(slug="second")
    assert (second.legal_name, second.legal_address, second.tax_number, second.email) == ("",) * 4
    assert second.capture_at_shipment is False


def test_days_begin_where_the_store_is():
    instant = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    days = [Store(time_zone=zone).day_of(instant) for zone in ("UTC", "Europe/Berlin")]
    assert days == [date(2026, 12, 31), date(2027, 1, 1)]


def test_only_one_store_is_the_default(store):
    with pytest.raises(IntegrityError, match="only_one_default_store"), transaction.atomic():
        StoreFactory(is_default=True)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"tax_rate": Decimal("1.01")}, "store_tax_rate_is_share"),
        ({"tax_rate": Decimal("-0.01")}, "store_tax_rate_is_share"),
        ({"shipping_amount": Decimal("-0.01")}, "store_shipping_not_negative"),
    ],
)
def test_the_database_refuses_impossible_numbers(db, fields, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        StoreFactory(**fields)


@pytest.mark.parametrize(
    ("field", "value"),
    [("currency", "EURO"), ("currency", "XXY"), ("time_zone", "Europe/Nowhere")],
)
def test_refuses_what_is_no_currency_or_time_zone(db, field, value):
    with pytest.raises(ValidationError) as refused:
        StoreFactory.build(**{field: value}).full_clean()

    assert set(refused.value.message_dict) == {field}


@pytest.mark.parametrize("host", ["shop.example", "localhost", "a-b.c-d.example", "127.0.0.1"])
def test_a_host_is_a_lower_case_name(db, host):
    StoreHostFactory.build(store=StoreFactory(), host=host).full_clean()


@pytest.mark.parametrize(
    "host", ["Shop.example", "shop.example:80", "http://shop", "-a.example", "a..b", "a_b", ""]
)
def test_refuses_what_is_no_host(db, host):
    with pytest.raises(ValidationError):
        StoreHostFactory.build(store=StoreFactory(), host=host).full_clean()


def test_two_stores_never_claim_one_host(db):
    StoreHostFactory(host="shop.example")

    with pytest.raises(IntegrityError, match="store_host_is_claimed_once"), transaction.atomic():
        StoreHostFactory(host="SHOP.example")


def test_knows_the_decimals_of_its_money(db):
    assert [StoreFactory(currency=c).currency_decimals for c in ("EUR", "JPY", "KWD")] == [2, 0, 3]
