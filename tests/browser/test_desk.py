"""What the back office is lived in for: numbers that are right, and things that are found."""

import pytest
from django.urls import reverse

from apps.orders.models import Order
from tests.browser.scene import ship_one_of, sold_order

pytestmark = pytest.mark.browser


def test_the_numbers_of_the_start_page_equal_the_database(desk, shop):
    orders = [sold_order(shop.store) for _ in range(3)]
    ship_one_of(orders[0])
    desk.open("/admin/")

    today = desk.page.locator("section[aria-labelledby='desk-sales'] tbody tr").first
    assert today.locator("td").nth(0).locator("a").first.inner_text() == "3"
    assert "104.70 EUR" in today.locator("td").nth(1).inner_text()
    states = desk.page.locator("section[aria-labelledby='desk-states']").inner_text()
    assert dict(line.split("\t") for line in states.splitlines()[1:] if "\t" in line)["Paid"] == "3"
    assert Order.objects.filter(store=shop.store, state="paid").count() == 3

    today.locator("td").nth(0).locator("a").first.click()
    desk.page.wait_for_url("**/admin/orders/order/?sold=*")
    for order in orders:
        assert order.number in desk.text


def test_an_order_is_found_from_anywhere_by_keys_alone(desk, shop):
    wanted = sold_order(shop.store)
    sold_order(shop.store)
    desk.open("/admin/catalog/product/")

    desk.page.keyboard.press("Control+k")
    desk.page.locator("#search-input-command:focus").wait_for()
    desk.page.keyboard.type(wanted.number.lower())
    desk.page.locator("#command-results a").first.wait_for()
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_url(f"**{reverse('admin:orders_order_change', args=[wanted.pk])}")
    assert wanted.number in desk.text


def test_a_sku_and_a_customer_are_found_by_keys_too(desk, shop):
    order = sold_order(shop.store)
    line = order.lines.earliest("pk")
    desk.open("/admin/")
    for typed, page in [
        (line.sku, reverse("admin:catalog_variant_change", args=[line.variant_id])),
        (order.customer.email, reverse("admin:accounts_user_change", args=[order.customer_id])),
    ]:
        desk.page.keyboard.press("Control+k")
        desk.page.locator("#search-input-command").fill(typed)
        desk.page.locator(f"#command-results a[href='{page}']").wait_for()
        # The first empties the field, the second closes it.
        desk.page.keyboard.press("Escape")
        desk.page.keyboard.press("Escape")
        desk.page.locator("#search-input-command").wait_for(state="hidden")
