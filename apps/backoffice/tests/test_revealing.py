"""Personal data on the staff site: masked, and shown on record to who may read it."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from apps.accounts.admin.revealing import Revealing
from apps.accounts.tests.factories import AddressFactory, UserFactory
from apps.catalog.tests.factories import ReviewFactory, WishlistItemFactory
from apps.events.actors import actor_reference
from apps.events.models import OutboxEvent
from apps.orders.tests.factories import CartFactory, InvoiceFactory, OrderFactory
from apps.stores.tests.factories import StoreFactory
from tests.canary import marks
from tests.statements import at_most

pytestmark = pytest.mark.django_db(databases=["default", "audit"])


def browser_of(store, role):
    browser = Client()
    browser.clerk = UserFactory(store=store, is_staff=True, roles=[role])
    browser.force_login(browser.clerk)
    return browser


@pytest.fixture
def customer(store):
    return UserFactory(store=store, email=marks.EMAIL, full_name=marks.NAME)


@pytest.fixture
def rows(customer):
    order = OrderFactory(
        customer=customer, shipping_address=marks.ADDRESS, customer_note=marks.NOTE
    )
    return {
        "orders_order": order,
        "orders_cart": CartFactory(owner=customer),
        "orders_invoice": InvoiceFactory(order=order, customer=customer),
        "catalog_review": ReviewFactory(author=customer, product__store=customer.store),
        "catalog_wishlistitem": WishlistItemFactory(owner=customer, product__store=customer.store),
        "accounts_user": customer,
        "accounts_address": AddressFactory(owner=customer, **marks.ADDRESS),
    }


def text(response):
    return response.content.decode()


def change(page, row):
    return reverse(f"admin:{page}_change", args=[row.pk])


def reveal(page, row):
    return reverse(f"admin:{page}_reveal", args=[row.pk])


# What a role that only reads sees of a page when it has asked, and not before.
HIDDEN = {
    "orders_order": (marks.EMAIL, marks.PHONE),
    "orders_cart": (marks.EMAIL,),
    "orders_invoice": (marks.EMAIL,),
    "catalog_wishlistitem": (marks.EMAIL,),
    "accounts_user": (marks.EMAIL, marks.NAME),
    "accounts_address": (marks.NAME, marks.STREET, marks.CITY, marks.PHONE),
    "catalog_review": (marks.EMAIL,),
}
OPENED_BY = {"catalog_review": "manager"}  # where it is not who only reads


def test_no_page_that_reveals_is_forgotten():
    revealing = {
        f"{model._meta.app_label}_{model._meta.model_name}"
        for model, page in admin.site._registry.items()
        if isinstance(page, Revealing)
    }
    assert revealing == set(HIDDEN)


@pytest.mark.parametrize(("page", "hidden"), HIDDEN.items())
def test_what_is_hidden_is_shown_once_somebody_asks_and_that_is_on_record(
    store, rows, customer, page, hidden
):
    row, browser = rows[page], browser_of(store, OPENED_BY.get(page, "read_only"))
    before = text(browser.get(change(page, row)))
    assert [value for value in hidden if value in before] == []
    assert f'formaction="{reveal(page, row)}"' in before

    shown = browser.post(reveal(page, row))

    assert shown.status_code == 200
    assert [value for value in hidden if value not in text(shown)] == []
    assert "no-store" in shown.headers["Cache-Control"]
    event = OutboxEvent.objects.get(name="personal_data.revealed")
    assert (event.actor, event.aggregate_id) == (
        actor_reference(browser.clerk),
        customer.public_id,
    )
    assert event.payload["record"] == page.split("_")[1]
    assert event.payload["record_id"] == str(row.public_id)
    assert [mark for mark in marks.MARKS if mark in str(event.payload)] == []
    after = text(browser.get(change(page, row)))
    assert [value for value in hidden if value in after] == []


def test_who_may_not_read_customers_reveals_nothing(store, rows):
    packer, order = browser_of(store, "warehouse"), rows["orders_order"]

    page = text(packer.get(change("orders_order", order)))

    assert marks.STREET in page  # it stands on the parcel
    assert marks.NOTE in page
    assert "/reveal/" not in page
    for name, row in rows.items():
        assert packer.post(reveal(name, row)).status_code == 403
    assert not OutboxEvent.objects.filter(name="personal_data.revealed").exists()


def test_a_role_without_the_scope_never_receives_whom_to_write_to_or_to_call(store, rows):
    packer = browser_of(store, "warehouse")
    heard = ""
    for model in admin.site._registry:
        place = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        heard += text(packer.get(reverse(f"{place}_changelist")))
        row = rows.get(place.removeprefix("admin:"))
        if row is not None:
            for name in ("change", "history"):
                heard += text(packer.get(reverse(f"{place}_{name}", args=[row.pk])))
    heard += text(packer.get("/admin/inbox/")) + text(packer.get("/admin/"))

    assert [value for value in (marks.EMAIL, marks.PHONE) if value.lower() in heard.lower()] == []
    assert "C•••@a•••.example" in heard


def test_who_may_not_read_customers_finds_nothing_by_their_address(store, rows):
    def found(role):
        page = browser_of(store, role).get("/admin/orders/order/", {"q": marks.EMAIL})
        return list(page.context["cl"].queryset)

    assert found("support") == [rows["orders_order"]]
    assert found("warehouse") == []


def test_nothing_is_revealed_by_following_a_link_or_of_another_shop(store, rows):
    browser = browser_of(store, "support")
    foreign = OrderFactory(customer__store=StoreFactory())

    assert browser.get(reveal("orders_order", rows["orders_order"])).status_code == 405
    assert browser.post(reveal("orders_order", foreign)).status_code == 302
    assert browser.post("/admin/orders/order/x%00/reveal/").status_code in {302, 404}
    assert Client().post(reveal("orders_order", rows["orders_order"])).status_code == 302
    assert not OutboxEvent.objects.filter(name="personal_data.revealed").exists()


def test_what_is_sent_along_with_a_reveal_is_not_saved(store, rows, customer):
    browser = browser_of(store, "read_only")

    browser.post(reveal("accounts_user", customer), {"email": "mine@x.example", "is_active": ""})

    customer.refresh_from_db()
    assert (customer.email, customer.is_active) == (marks.EMAIL, True)


def test_who_may_change_a_customer_has_them_in_the_form(store, rows, customer):
    page = text(browser_of(store, "support").get(change("accounts_user", customer)))

    assert f'value="{marks.EMAIL}"' in page
    assert "/reveal/" not in page


def test_a_page_of_a_person_leads_to_what_else_there_is_of_them(store, rows, customer):
    OrderFactory.create_batch(12, customer=customer)
    browser = browser_of(store, "admin")
    browser.get("/admin/")

    with at_most(20):
        page = browser.get(change("accounts_user", customer))

    sections = {one["title"]: one for one in page.context["person_sections"]}
    assert len(sections["Orders"]["rows"]) == 10
    assert set(sections) >= {"Orders", "Addresses", "Sessions", "Letters", "Reviews", "Invoices"}
    for one in sections.values():
        assert browser.get(one["all"]).status_code == 200
    few = browser_of(store, "finance").get(change("accounts_user", customer))
    assert {one["title"] for one in few.context["person_sections"]} == {
        "Orders", "Addresses", "Wishes", "Carts", "Invoices", "Acts on record",
    }  # fmt: skip
