"""How staff change many prices: asked, shown, and then exactly what was shown."""

from decimal import Decimal

import pytest
from django.test import Client

from apps.accounts.tests.factories import UserFactory
from apps.catalog import services as catalog
from apps.catalog.admin import repricing_forms
from apps.catalog.models import Variant
from apps.catalog.tests.factories import (
    CategoryFactory,
    ProductFactory,
    VariantFactory,
    listed,
)
from apps.core.money import Money
from apps.events.models import OutboxEvent
from tests.statements import at_most

PAGE = "/admin/catalog/product/reprice/"
LIST = "/admin/catalog/product/"
TEN_DOWN = {
    "direction": "down",
    "value": "10",
    "unit": "percent",
    "rounding": "exact",
    "compare_at": "leave",
}


@pytest.fixture
def browser(store, settings):
    settings.STORE_DIRECTORY_SECONDS = 3600
    return browser_of(store, "manager")


def browser_of(store, role):
    browser = Client()
    browser.force_login(UserFactory(store=store, is_staff=True, roles=[role]))
    return browser


@pytest.fixture
def shelf(store):
    """A category below another, with a shirt in two sizes and a cup."""
    shelf = CategoryFactory(store=store, parent=CategoryFactory(store=store))
    shirt = ProductFactory(store=store, title="Shirt", options=["Size"], vendor="Loom")
    for size, price in (("S", "20.00"), ("L", "24.99")):
        VariantFactory(product=shirt, option_values=[size], sku=size, price_amount=Decimal(price))
    cup = VariantFactory(product__store=store, product__title="Cup", sku="CUP").product
    for one in (shirt, cup):
        one.categories.add(shelf)
        listed(one)
    return shelf


def preview(browser, **asked):
    answer = browser.post(PAGE, TEN_DOWN | asked)
    assert answer.status_code == 200
    return answer


def refused(answer):
    return [str(one) for errors in answer.context["form"].errors.values() for one in errors]


def said(answer):
    return [str(one) for one in answer.context["messages"]]


def prices():
    return {sku: str(price) for sku, price in Variant.objects.values_list("sku", "price_amount")}


def test_prices_are_shown_first_and_then_changed_to_just_that(store, browser, shelf):
    shown = preview(browser, category=shelf.parent_id)

    totals = shown.context["totals"]
    assert (totals["changing"], totals["refused"], totals["lowered"]) == (3, 0, 3)
    assert (str(totals["before"]), str(totals["after"])) == ("54.99 EUR", "49.49 EUR")
    page = shown.content.decode()
    assert "22.49 EUR" in page
    assert "Shirt, L" in page or "Shirt" in page
    assert prices() == {"S": "20.0000", "L": "24.9900", "CUP": "10.0000"}
    assert not OutboxEvent.objects.exists()

    done = browser.post(PAGE, {"plan": shown.context["plan"], "apply": "1"}, follow=True)

    assert said(done) == ["3 prices changed."]
    assert prices() == {"S": "18.0000", "L": "22.4900", "CUP": "9.0000"}
    told = OutboxEvent.objects.values_list("name", "actor_role")
    assert list(told) == [("variant.updated", "manager")] * 3
    row = done.content.decode()
    assert "18.00 EUR - 22.49 EUR" in row  # the list shows what is true now

    again = browser.post(PAGE, {"plan": shown.context["plan"], "apply": "1"}, follow=True)
    assert said(again) == ["0 prices changed. 3 were so already."]
    assert prices() == {"S": "18.0000", "L": "22.4900", "CUP": "9.0000"}
    assert OutboxEvent.objects.count() == 3


def test_what_somebody_changed_since_the_preview_is_left_alone_and_named(store, browser, shelf):
    shown = preview(browser, category=shelf.pk)
    cup = Variant.objects.get(sku="CUP")
    price = Money(Decimal("11.11"), "EUR")
    catalog.update_variant(
        store=store, product_id=cup.product_id, variant_id=cup.pk, by=None, price=price
    )

    done = browser.post(PAGE, {"plan": shown.context["plan"], "apply": "1"}, follow=True)

    assert said(done) == ["2 prices changed.", "CUP: Somebody has changed it meanwhile."]
    assert prices() == {"S": "18.0000", "L": "22.4900", "CUP": "11.1100"}


def test_what_cannot_be_is_refused_in_the_preview_and_stays(store, browser, shelf):
    shown = preview(browser, category=shelf.pk, value="15", unit="amount")

    assert "Nothing would be left of the price." in shown.content.decode()
    totals = shown.context["totals"]
    assert (totals["changing"], totals["refused"]) == (2, 1)
    browser.post(PAGE, {"plan": shown.context["plan"], "apply": "1"})
    assert prices() == {"S": "5.0000", "L": "9.9900", "CUP": "10.0000"}


def test_a_sale_is_rounded_and_compared_with_the_price_before(store, browser, shelf):
    asked = {"vendor": "Loom", "rounding": "ends_99", "compare_at": "old_price"}
    shown = preview(browser, **asked)
    browser.post(PAGE, {"plan": shown.context["plan"], "apply": "1"})

    rows = Variant.objects.order_by("pk").values_list("sku", "price_amount", "compare_at_amount")
    assert [(sku, str(price), str(before)) for sku, price, before in rows] == [
        ("S", "17.9900", "20.0000"),
        ("L", "22.9900", "24.9900"),
        ("CUP", "10.0000", "None"),
    ]


def test_the_list_leads_to_the_products_chosen_there(store, browser, shelf):
    cup = Variant.objects.get(sku="CUP").product

    asked = browser.post(LIST, {"action": "change_prices", "_selected_action": [cup.pk]})

    assert asked.url == f"{PAGE}?products={cup.pk}"
    form = browser.get(asked.url).context["form"]
    assert form["products"].value() == str(cup.pk)
    assert preview(browser, products=str(cup.pk)).context["totals"]["all"] == 1


def test_a_preview_has_pages_and_leads_back(store, browser, monkeypatch, shelf):
    monkeypatch.setattr("apps.catalog.admin.repricing_page._ON_A_PAGE", 2)
    shown = preview(browser, category=shelf.pk)
    assert len(shown.context["rows"]) == 2

    sent = {**shown.context["asked"], "plan": shown.context["plan"]}
    second = browser.post(PAGE, sent | {"page": "2"})
    assert [str(step.new_price) for step, _ in second.context["rows"]] == ["9.00 EUR"]
    assert browser.post(PAGE, sent | {"page": "-1"}).context["number"] == 1
    assert browser.post(PAGE, sent | {"page": "9" * 40}).context["number"] == 1
    again = browser.post(PAGE, sent | {"edit": "1"})
    assert again.context["form"]["category"].value() == str(shelf.pk)


def test_no_more_are_changed_at_once_than_a_request_can_bear(store, browser, monkeypatch, shelf):
    monkeypatch.setattr(repricing_forms, "MOST_VARIANTS", 2)
    monkeypatch.setattr("apps.catalog.admin.repricing_page.MOST_VARIANTS", 2)

    assert refused(preview(browser, category=shelf.pk)) == [
        "These are more than 2 variants: choose fewer products at a time."
    ]


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"category": "abc"},
        {"category": "9" * 30},
        {"vendor": "a\x00b"},
        {"vendor": "Nobody"},
        {"products": "1,x"},
        {"products": "9" * 17},
        {"vendor": "Loom", "value": ""},
        {"vendor": "Loom", "value": "0"},
        {"vendor": "Loom", "value": "-5"},
        {"vendor": "Loom", "value": "NaN"},
        {"vendor": "Loom", "value": "1e999"},
        {"vendor": "Loom", "value": "0.001", "unit": "amount"},
        {"vendor": "Loom", "rounding": "tens of thousands"},
        {"vendor": "Loom", "unit": "USD"},
    ],
)
def test_nonsense_gets_a_reason_and_changes_nothing(store, browser, shelf, asked):
    assert refused(preview(browser, **asked))
    assert prices() == {"S": "20.0000", "L": "24.9900", "CUP": "10.0000"}


def test_another_stores_goods_are_out_of_reach(store, browser, shelf):
    theirs = VariantFactory(product__vendor="Loom", sku="THEIRS")
    category = CategoryFactory(store=theirs.store)

    assert refused(preview(browser, products=str(theirs.product_id)))
    assert refused(preview(browser, category=category.pk))
    assert preview(browser, vendor="Loom").context["totals"]["all"] == 2


def test_a_plan_is_worth_something_only_as_it_was_shown_to_who_shows_it(store, browser, shelf):
    plan = preview(browser, category=shelf.pk).context["plan"]
    other = browser_of(store, "manager")

    for sender, sent in [(other, plan), (browser, plan + "x"), (browser, "a\x00b"), (browser, "")]:
        answer = sender.post(PAGE, {"plan": sent, "apply": "1"})
        assert "too old, or not yours" in answer.content.decode()
    clerk = browser_of(store, "warehouse")
    assert clerk.get(PAGE).status_code == 403
    assert clerk.post(PAGE, {"plan": plan, "apply": "1"}).status_code == 403
    assert "Change prices" not in clerk.get(LIST).content.decode()
    assert prices() == {"S": "20.0000", "L": "24.9900", "CUP": "10.0000"}


def test_a_shop_without_cents_is_offered_no_cents(store, browser):
    store.currency = "JPY"
    store.save()
    VariantFactory(product__store=store, sku="TEA", price_amount=Decimal(1985))

    offered = [key for key, _ in browser.get(PAGE).context["form"].fields["rounding"].choices]
    assert offered == ["exact", "tens", "hundreds"]
    tea = str(Variant.objects.get().product_id)
    shown = preview(browser, products=tea, direction="up", rounding="tens")
    browser.post(PAGE, {"plan": shown.context["plan"], "apply": "1"})
    assert prices() == {"TEA": "2180.0000"}


def test_a_preview_takes_a_handful_of_statements(store, browser, shelf):
    browser.get(PAGE)
    with at_most(10):
        preview(browser, category=shelf.pk)
