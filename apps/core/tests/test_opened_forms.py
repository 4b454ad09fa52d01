"""What two people see of each other who edit one row: on the pages of several apps."""

import re
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from apps.accounts import services as accounts
from apps.accounts.tests.factories import AddressFactory, UserFactory
from apps.catalog import services as catalog
from apps.catalog.tests.factories import (
    CategoryFactory,
    ProductFactory,
    ProductImageFactory,
    VariantFactory,
)
from apps.core.money import Money
from apps.core.opened_forms import plain
from apps.events.models import OutboxEvent
from apps.inventory import services as inventory
from apps.inventory.tests.factories import WarehouseFactory
from apps.stores import services as stores

pytestmark = pytest.mark.django_db(databases=["default", "audit"])


@pytest.fixture
def ada(store):
    return UserFactory(store=store, is_staff=True, is_superuser=True, full_name="Ada Lovelace")


@pytest.fixture
def browser(store, settings):
    settings.STORE_DIRECTORY_SECONDS = 3600
    browser = Client()
    browser.force_login(UserFactory(store=store, is_staff=True, is_superuser=True))
    return browser


def opened(browser, address):
    """This function will open a page and return what a browser would send back from its form."""
    page = browser.get(address)
    assert page.status_code == 200
    form = page.context["adminform"].form
    sent = dict(_inputs(form))
    for below in page.context["inline_admin_formsets"]:
        sent |= dict(_inputs(below.formset.management_form))
        for row in below.formset.initial_forms:
            sent |= dict(_inputs(row))
    return sent


def _inputs(form):
    for bound in form:
        value = bound.value()
        widget = getattr(bound.field.widget, "widget", bound.field.widget)  # with buttons around it
        if bound.field.disabled or value is None or value is False or "upload" in bound.name:
            continue
        if hasattr(widget, "decompress"):
            parts = widget.decompress(value)
            yield from (
                (f"{bound.html_name}_{at}", str(one)) for at, one in enumerate(parts) if one
            )
        elif hasattr(widget, "allow_multiple_selected") and widget.allow_multiple_selected:
            yield bound.html_name, [getattr(one, "pk", one) for one in value]
        else:
            yield bound.html_name, _text(widget, bound)


def _text(widget, bound):
    if bound.value() is True:
        return "on"
    shown = widget.format_value(bound.value())
    return shown[0] if isinstance(shown, list) else ("" if shown is None else shown)


def refusals(page):
    """This function will return every error that a page shows, for whoever reads a failed test."""
    below = [one.formset.errors for one in page.context["inline_admin_formsets"]]
    return [page.context["adminform"].form.errors, *below]


def text_of(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def renamed_by(ada, product):
    catalog.update_product(
        store=product.store, product_id=product.pk, by=ada, title="Beaker", vendor="Kiln"
    )


def test_what_somebody_else_changed_is_shown_and_nothing_typed_is_lost(browser, ada, store):
    product = ProductFactory(store=store, title="Cup", vendor="Clay")
    at = f"/admin/catalog/product/{product.pk}/change/"
    sent = opened(browser, at) | {"title": "Mug", "product_type": "Drinkware"}
    renamed_by(ada, product)

    refused = browser.post(at, sent)

    said = text_of(refused)
    assert refused.status_code == 200
    assert "Title Cup Beaker Mug" in said
    assert "Vendor Clay Kiln not changed by you: theirs stays" in said
    assert "Ada Lovelace" in said
    assert "product.updated (title, vendor)" in said
    assert 'value="Mug"' in refused.content.decode()
    assert 'value="Drinkware"' in refused.content.decode()
    product.refresh_from_db()
    assert (product.title, product.vendor, product.product_type) == ("Beaker", "Kiln", "")
    assert OutboxEvent.objects.count() == 1


def test_mine_is_saved_over_it_once_it_was_shown_and_theirs_stays_elsewhere(browser, ada, store):
    product = ProductFactory(store=store, title="Cup", vendor="Clay")
    at = f"/admin/catalog/product/{product.pk}/change/"
    sent = opened(browser, at) | {"title": "Mug"}
    renamed_by(ada, product)
    shown = browser.post(at, sent).context["overtaken"].version

    assert browser.post(at, sent).status_code == 200  # saving as before is refused again
    catalog.update_product(store=store, product_id=product.pk, by=ada, title="Goblet")
    assert browser.post(at, sent | {"_overwrite": shown}).status_code == 200  # changed once more
    again = browser.post(at, sent).context["overtaken"]
    assert [(one.theirs, one.mine) for one in again.differences] == [
        ("Goblet", "Mug"),
        ("Kiln", None),
    ]
    assert browser.post(at, sent | {"_overwrite": again.version}).status_code == 302

    product.refresh_from_db()
    assert (product.title, product.vendor) == ("Mug", "Kiln")


def test_rows_below_a_product_are_compared_too(browser, ada, store):
    variant = VariantFactory(product__store=store, sku="CUP")
    image = ProductImageFactory(product=variant.product)
    at = f"/admin/catalog/product/{variant.product_id}/change/"
    sent = opened(browser, at)
    own = {"store": store, "product_id": variant.product_id, "by": ada}
    catalog.update_variant(**own, variant_id=variant.pk, price=Money(Decimal(12), "EUR"))

    refused = browser.post(at, sent | {"variants-0-barcode": "4006381333931", "title": "Mug"})

    assert "overtaken" in refused.context, refusals(refused)
    assert "CUP: Price 10 12 not changed by you: theirs stays" in text_of(refused)
    shown = refused.context["overtaken"].version
    again = browser.post(
        at, sent | {"variants-0-barcode": "4006381333931", "_overwrite": str(shown)}
    )
    assert again.status_code == 302
    variant.refresh_from_db()
    assert (variant.price_amount, variant.barcode) == (Decimal(12), "4006381333931")
    image.refresh_from_db()
    assert image.version == 1


def test_a_row_that_somebody_took_away_keeps_nobody_from_saving_the_rest(browser, ada, store):
    product = ProductFactory(store=store, title="Cup", options=["Size"])
    sizes = [VariantFactory(product=product, option_values=[one], sku=one) for one in "SML"]
    at = f"/admin/catalog/product/{product.pk}/change/"
    sent = opened(browser, at) | {"title": "Mug", "variants-2-barcode": "123"}
    catalog.delete_variant(
        store=store, product_id=product.pk, variant_id=sizes[0].pk, by=ada, now=timezone.now()
    )

    refused = browser.post(at, sent)
    assert "variant.deleted" in text_of(refused)
    assert [str(one.instance) for one in _variant_rows(refused)] == ["M", "L"]
    shown = refused.context["overtaken"].version
    assert browser.post(at, sent | {"_overwrite": str(shown)}).status_code == 302
    sizes[2].refresh_from_db()
    product.refresh_from_db()
    assert (product.title, sizes[2].barcode) == ("Mug", "123")


def _variant_rows(page):
    return page.context["inline_admin_formsets"][0].formset.initial_forms


def test_every_page_that_edits_a_row_says_what_somebody_else_changed(browser, ada, store):
    shelf = CategoryFactory(store=store, name="Cups")
    house = WarehouseFactory(store=store, name="North")
    person = UserFactory(store=store, full_name="Grace", email="grace@example.com")
    address = AddressFactory(owner=person, store=store, city="Bonn")
    variant = VariantFactory(product__store=store, barcode="1")

    def by_ada(name):
        acts = {
            "catalog/category": lambda: catalog.update_category(
                store=store, category_id=shelf.pk, by=ada, name="Mugs"
            ),
            "catalog/variant": lambda: catalog.update_variant(
                store=store,
                product_id=variant.product_id,
                variant_id=variant.pk,
                by=ada,
                barcode="2",
            ),
            "inventory/warehouse": lambda: inventory.update_warehouse(
                store=store, warehouse_id=house.pk, by=ada, name="South", priority=3,
                is_default=False,
            ),
            "accounts/user": lambda: accounts.update_customer(
                store=store, customer_id=person.public_id, by=ada, changes={"full_name": "Hopper"}
            ),
            "accounts/address": lambda: accounts.update_address(
                store=store, owner=person, address_id=address.public_id, by=ada,
                changes={"city": "Köln"},
            ),
            "stores/store": lambda: stores.update_store(store=store, by=ada, country="FR"),
        }  # fmt: skip
        acts[name]()

    for name, row, typed, then, now in [
        ("catalog/category", shelf, {"name": "Glasses"}, "Cups", "Mugs"),
        ("catalog/variant", variant, {"barcode": "3"}, "1", "2"),
        ("inventory/warehouse", house, {"name": "East"}, "North", "South"),
        ("accounts/user", person, {"full_name": "Amazing"}, "Grace", "Hopper"),
        ("accounts/address", address, {"city": "Ulm"}, "Bonn", "Köln"),
        ("stores/store", store, {"country": "ES"}, "Germany", "France"),
    ]:
        at = f"/admin/{name}/{row.pk}/change/"
        sent = opened(browser, at) | typed
        by_ada(name)
        row.refresh_from_db()
        version = row.version

        refused = browser.post(at, sent)

        assert refused.status_code == 200, name
        assert "overtaken" in refused.context, (name, refusals(refused))
        told = [(one.opened, one.theirs) for one in refused.context["overtaken"].differences]
        assert (then, now) in told, name
        assert "Ada Lovelace" in text_of(refused), name
        row.refresh_from_db()
        assert row.version == version, name
        assert browser.post(at, sent | {"_overwrite": str(version)}).status_code == 302, name
        row.refresh_from_db()
        (field, mine), *_ = typed.items()
        assert str(getattr(row, field)) == mine, name


def test_a_log_in_is_nobodys_change_of_a_person(browser, store):
    person = UserFactory(store=store, full_name="Grace")
    at = f"/admin/accounts/user/{person.pk}/change/"
    sent = opened(browser, at) | {"full_name": "Hopper"}
    person.save(update_fields=["last_login"])

    assert browser.post(at, sent).status_code == 302
    person.refresh_from_db()
    assert person.full_name == "Hopper"


@pytest.mark.parametrize("told", ["", "x", "[1]", "[" * 5000, '{"title": {"a": [1]}}', "a\x00b"])
def test_what_a_page_says_it_showed_may_be_anything(browser, store, told):
    product = ProductFactory(store=store, title="Cup")
    at = f"/admin/catalog/product/{product.pk}/change/"
    sent = opened(browser, at) | {"title": "Mug", "opened": told}
    product.touch()

    answer = browser.post(at, sent)

    assert answer.status_code == 200
    product.refresh_from_db()
    assert product.title == "Cup"


def test_values_that_mean_the_same_are_the_same():
    assert plain(Decimal("10.0000")) == plain(Decimal(10)) == "10"
    assert plain("a\r\nb ") == plain("a\nb") == "a\nb"
    assert plain(None) == plain("") == plain([]) == plain({}) == ""
    assert plain("x" * 5000) != plain("x" * 5001)
