"""Who lacks a scope sees no button, and finds the address closed."""

import pytest
from django.urls import reverse

from apps.inventory.tests.factories import StockItemFactory
from tests.browser.scene import sold_order

pytestmark = pytest.mark.browser


def test_who_only_reads_sees_no_button_and_is_refused_the_address(desk_of, shop, staff_with):
    order = sold_order(shop.store)
    item = StockItemFactory(variant__product__store=shop.store, on_hand=4)
    reader, packer = desk_of(staff_with("read_only")), desk_of(staff_with("warehouse"))
    for of_model, row, button in [
        ("orders_order", order, "Ship"),
        ("inventory_stockitem", item, "Receive"),
    ]:
        action = reverse(f"admin:{of_model}_{button.lower()}", args=[row.pk])
        page = reverse(f"admin:{of_model}_change", args=[row.pk])
        assert packer.open(page) == 200
        assert packer.sees_button(button)
        assert packer.open(action) == 200
        assert reader.open(page) == 200
        assert not reader.sees_button(button)
        assert reader.open(action) == 403
        reader.watch.expect("403")
    assert reader.open("/admin/audit/auditrecord/") == 403
    assert packer.open("/admin/accounts/user/") == 403
    reader.watch.expect("403")
    packer.watch.expect("403")


def test_a_menu_holds_what_its_reader_may_open(desk_of, staff_with):
    desk = desk_of(staff_with("warehouse"))
    desk.open("/admin/")

    menu = desk.page.locator("#nav-sidebar").inner_text()
    assert "Stock items" in menu
    assert "Orders" in menu
    assert "Payments" not in menu
    assert "Records" not in menu
