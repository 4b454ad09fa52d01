"""A day's work, in a browser: find, ship, cancel, receive, answer."""

from decimal import Decimal

import pytest
from django.urls import reverse

from apps.audit import services as audit
from apps.audit.models import AuditRecord
from apps.catalog.models import Review, Variant
from apps.catalog.tests.factories import ReviewFactory, VariantFactory
from apps.inventory.models import StockItem, StockMovement
from apps.inventory.tests.factories import StockItemFactory
from apps.payments.models import Refund
from tests.browser.scene import sold_order

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "audit"]),
]


def recorded(person):
    """What stands on record of a person's acts, oldest first."""
    audit.record_events()
    rows = AuditRecord.objects.order_by("pk")
    return [row.name for row in rows if row.actor == f"user:{person.public_id}"]


def choose_action(desk, action, *rows):
    for row in rows:
        desk.page.locator(f"input.action-select[value='{row.pk}']").check()
    desk.page.locator("select[name='action']").select_option(label=action)
    desk.press("Run")


def test_an_order_is_found_by_its_number(desk, shop):
    other, wanted = sold_order(shop.store), sold_order(shop.store)

    desk.open("/admin/orders/order/")
    desk.page.keyboard.press("/")
    desk.page.keyboard.type(wanted.number)
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_url(f"**q={wanted.number}*")
    assert wanted.number in desk.text
    assert other.number not in desk.text

    desk.follow(wanted.number)
    assert desk.page.title().strip().startswith(wanted.number)


def test_an_order_is_shipped_in_two_parcels(desk, shop, operator):
    order = sold_order(shop.store)
    first, *others = order.lines.order_by("position")
    desk.open(f"/admin/orders/order/{order.pk}/change/")
    desk.follow("Ship")
    desk.fill(carrier="Parcel Post", tracking_number="PP 1")
    for line in others:
        desk.fill(**{f"line_{line.pk}": "0"})
    desk.press("Ship")

    assert "was shipped as you said" in desk.text
    assert "1 x " + first.sku in desk.text
    order.refresh_from_db()
    assert order.state == "paid"
    assert sorted(order.lines.values_list("shipped_quantity", flat=True)) == [0, 0, 1]

    desk.follow("Ship")
    desk.fill(**{f"line_{others[0].pk}": "2"})
    desk.press("Ship")
    assert "was shipped" not in desk.text
    order.refresh_from_db()
    assert sorted(order.lines.values_list("shipped_quantity", flat=True)) == [0, 0, 1]
    desk.fill(**{f"line_{others[0].pk}": "1"})
    desk.press("Ship")
    order.refresh_from_db()
    assert order.state == "shipped"
    assert recorded(operator) == ["shipment.created", "shipment.created", "order.shipped"]


def test_an_order_is_canceled_from_the_list(desk, shop):
    order, kept = sold_order(shop.store), sold_order(shop.store)
    desk.open("/admin/orders/order/")
    choose_action(desk, "Cancel", order)
    assert order.number in desk.text
    assert kept.number not in desk.text
    desk.fill(reason="Ordered twice")
    desk.press("Cancel orders")

    assert "1 done, 0 refused." in desk.text
    order.refresh_from_db()
    kept.refresh_from_db()
    assert (order.state, kept.state) == ("canceled", "paid")


def test_a_part_is_refunded_and_the_timeline_says_so(desk, shop, operator):
    order = sold_order(shop.store)
    desk.open(reverse("admin:orders_order_change", args=[order.pk]))
    desk.follow("Refund")
    desk.fill(amount="99.00", reason="Came broken")
    desk.press("Refund")
    assert Refund.objects.count() == 0
    assert desk.page.locator("[name='reason']").input_value() == "Came broken"

    desk.fill(amount="10.00")
    desk.press("Refund")
    assert "10.00 EUR went back." in desk.text
    assert "Came broken" in timeline(desk)
    (refund,) = Refund.objects.all()
    assert (str(refund.money), refund.state, refund.reason) == (
        "10.00 EUR",
        "succeeded",
        "Came broken",
    )
    order.refresh_from_db()
    assert order.state == "paid"
    assert "refund.requested" in recorded(operator)


def test_an_order_is_canceled_from_its_page_and_a_note_kept(desk, shop):
    order = sold_order(shop.store)
    desk.open(reverse("admin:orders_order_change", args=[order.pk]))
    desk.follow("Add note")
    desk.fill(text="Rang: wants it blue")
    desk.press("Add note")
    desk.follow("Cancel")
    desk.fill(reason="Wants another one")
    desk.press("Cancel order")

    assert "Rang: wants it blue" in timeline(desk)
    assert "Wants another one" in timeline(desk)
    assert not desk.sees_button("Ship")
    order.refresh_from_db()
    assert order.state == "canceled"


def test_prices_change_as_the_preview_shows_them(desk, shop, operator):
    dear = VariantFactory(product__store=shop.store, price_amount="20.00")
    kept = VariantFactory(product__store=shop.store, price_amount="30.00")
    desk.open("/admin/catalog/product/")
    choose_action(desk, "Change prices", dear.product)
    desk.fill(value="10")
    desk.press("Preview")

    row = desk.page.locator("tr", has_text=dear.sku).inner_text()
    assert "20.00 EUR" in row
    assert "18.00 EUR" in row
    assert kept.sku not in desk.text
    assert price_of(dear) == Decimal("20.00")

    desk.press("Change 1 prices")
    assert "1 prices changed." in desk.text
    assert (price_of(dear), price_of(kept)) == (Decimal("18.00"), Decimal("30.00"))
    assert "variant.updated" in recorded(operator)


def timeline(desk):
    return desk.page.locator("section[aria-labelledby='timeline-heading']").inner_text()


def price_of(variant):
    return Variant.objects.get(pk=variant.pk).price_amount


def test_goods_are_received_and_a_count_of_what_is_no_longer_so_is_refused(
    desk_of, desk, shop, staff_with
):
    item = StockItemFactory(variant__product__store=shop.store, on_hand=4)
    page = f"/admin/inventory/stockitem/{item.pk}/change/"
    colleague = desk_of(staff_with("warehouse"))
    colleague.open(page)
    colleague.follow("Count")
    colleague.fill(quantity="3", reason="Counted")

    desk.open(page)
    desk.follow("Receive")
    desk.fill(quantity="6", note="From the printer")
    desk.press("Save")
    assert "10 on hand" in desk.text

    colleague.press("Save")
    assert StockItem.objects.get(pk=item.pk).on_hand == 10
    assert colleague.page.locator("[name='reason']").input_value() == "Counted"
    desk.open("/admin/inventory/stockmovement/")
    assert "From the printer" in desk.text
    assert StockMovement.objects.latest("pk").quantity == 6


def test_a_review_is_hidden_and_shown_again(desk, shop, operator):
    review = ReviewFactory(product__store=shop.store, title="Rubbish")
    desk.open("/admin/catalog/review/")
    choose_action(desk, "Hide: It insults or threatens somebody.", review)
    assert "1 hidden." in desk.text
    assert Review.objects.get().state == "hidden"

    choose_action(desk, "Show again", review)
    assert "1 shown." in desk.text
    assert Review.objects.get().state == "published"
    assert recorded(operator) == ["review.hidden", "review.shown"]


def test_who_saves_over_the_change_of_somebody_else_is_told_and_loses_nothing(
    desk_of, desk, shop, staff_with
):
    product = VariantFactory(product__store=shop.store, product__title="Mug").product
    page = f"/admin/catalog/product/{product.pk}/change/"
    colleague = desk_of(staff_with("manager"))
    for one in (desk, colleague):
        one.open(page)
    colleague.fill(title="Mug of clay")
    colleague.press("Save")

    desk.fill(title="Cup")
    desk.press("Save")
    product.refresh_from_db()
    assert product.title == "Mug of clay"
    assert desk.page.locator("[name='title']").input_value() == "Cup"
    assert "Mug of clay" in desk.text
