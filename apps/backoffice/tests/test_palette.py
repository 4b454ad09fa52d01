"""Finding anything from anywhere."""

import pytest
from django.test import Client

from apps.accounts.tests.factories import UserFactory
from apps.catalog.tests.factories import VariantFactory
from apps.orders.tests.factories import InvoiceFactory, OrderFactory
from apps.stores.tests.factories import StoreFactory
from tests.statements import at_most

pytestmark = pytest.mark.django_db(databases=["default", "audit"])


@pytest.fixture
def browser_of(store, settings):
    settings.STORE_DIRECTORY_SECONDS = 3600

    def log_in(*roles):
        browser = Client()
        browser.force_login(UserFactory(store=store, is_staff=True, roles=roles))
        return browser

    return log_in


def found(browser, text):
    response = browser.get("/admin/search/", {"s": text})
    assert response.status_code == 200
    return [(one.title, one.description) for one in response.context["results"]]


@pytest.fixture
def order(store):
    return OrderFactory(
        customer=UserFactory(store=store, email="grace@navy.example"), number="K7QF-9W2M", line=None
    )


def test_an_order_is_found_by_its_number_however_it_is_typed(browser_of, order):
    manager = browser_of("manager")
    for typed in ["K7QF-9W2M", "k7qf9w2m", "  k7qf-9w2m "]:
        assert found(manager, typed) == [("K7QF-9W2M", "pending")]
    link = manager.get("/admin/search/", {"s": "k7qf9w2m"}).context["results"][0].link
    assert manager.get(link).context["original"] == order


def test_an_order_from_elsewhere_is_found_by_its_number_there(browser_of, store):
    OrderFactory(
        customer__store=store, number="K7QF-9W2M", source="shopify", external_number="#1001"
    )
    assert found(browser_of("manager"), "#1001") == [("K7QF-9W2M", "pending")]


def test_a_whole_address_finds_the_person_and_their_orders_a_part_of_it_nothing(browser_of, order):
    manager = browser_of("manager")
    assert found(manager, "Grace@Navy.example") == [
        ("K7QF-9W2M", "pending"),
        ("grace@navy.example", "Customer"),
    ]
    assert found(manager, "grace@navy") == []


def test_who_may_not_read_customers_finds_nothing_by_an_address(browser_of, order):
    answer = browser_of("warehouse").get("/admin/search/", {"s": "grace@navy.example"})
    assert [one.title for one in answer.context["results"]] == []
    assert b"grace" not in answer.content


def test_goods_are_found_by_the_beginning_of_sku_barcode_and_title(browser_of, store):
    lamp = VariantFactory(
        sku="LAMP-1", barcode="4006381333931", product__store=store, product__title="Straßenlampe"
    )
    VariantFactory(sku="XLAMP", product__store=store, product__title="A 50%_off chair")
    manager = browser_of("manager")
    assert found(manager, "lamp-") == [("LAMP-1", "Straßenlampe")]
    assert found(manager, "40063813") == [("LAMP-1", "Straßenlampe")]
    assert found(manager, "straßenl")[0][0] == "Straßenlampe"
    assert found(manager, "a 50%_o")[0][0] == "A 50%_off chair"
    assert found(manager, "%") == found(manager, "_AMP-1") == []
    lamp.product.deleted_at = lamp.product.created_at
    lamp.product.save()
    assert found(manager, "straßenl") == []


def test_an_invoice_is_found_by_its_number_by_who_may_read_invoices(browser_of, store):
    number = InvoiceFactory(order__customer__store=store).number
    assert found(browser_of("finance"), number.lower()) == [(number, "invoice")]
    assert found(browser_of("warehouse"), number) == []


def test_the_pages_of_the_menu_are_found_by_who_may_open_them(browser_of):
    assert found(browser_of("manager"), "INVOIC") == [("Invoices", "Sell")]
    assert found(browser_of("warehouse"), "invoic") == []


def test_another_shop_is_not_looked_into(browser_of, store):
    other = StoreFactory()
    theirs = UserFactory(store=other, email="them@other.example", external_id="C-9")
    OrderFactory(customer=theirs, number="K7QF-9W2M", line=None)
    InvoiceFactory(order__customer__store=other)
    VariantFactory(sku="SECRET", barcode="777", product__store=other, product__title="Secret")
    manager = browser_of("manager")
    for typed in ["K7QF-9W2M", "them@other.example", "secret", "777", "2026-000001", "C-9"]:
        assert found(manager, typed) == []


def test_hostile_words_find_nothing_and_break_nothing(browser_of, order):
    manager = browser_of("manager")
    for typed in [
        "",
        " ",
        "\x00",
        "a\x00b@c",
        "x" * 100_000,
        "'; --",
        "%",
        "\\",
        "\ud7ff",
        "@",
        "{{",
    ]:
        assert found(manager, typed) == []
    assert manager.get("/admin/search/?s=k7qf9w2m&page=x&extended=1").status_code == 200
    assert manager.get("/admin/search/?s=%ff%fe").status_code == 200
    assert Client().get("/admin/search/?s=k7qf9w2m").status_code == 302


def test_a_search_costs_at_most_six_statements_and_finds_few_of_many(browser_of, store):
    for place in range(20):
        VariantFactory(sku=f"AA-{place}", product__store=store, product__title=f"aa {place}")
    manager = browser_of("manager")
    manager.get("/admin/search/")
    for typed in ["aa", "somebody@example.com"]:
        with at_most(6):
            manager.get("/admin/search/", {"s": typed})
    assert len(found(manager, "aa")) == 12


def test_what_is_found_depends_on_the_rights_of_the_moment(browser_of, store, order):
    person = UserFactory(store=store, is_staff=True, roles=["manager"])
    browser = Client()
    browser.force_login(person)
    assert len(found(browser, "grace@navy.example")) == 2
    person.memberships.update(role="warehouse")
    assert found(browser, "grace@navy.example") == []
