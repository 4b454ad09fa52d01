"""Every address of the staff site beside lists and rows, walked by every role."""

from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, reverse

from apps.accounts.scopes import SCOPES_OF, Role
from apps.accounts.tests.factories import UserFactory
from apps.backoffice.tests.factories import row_of
from tests.walk.tables import Seal, changed

pytestmark = pytest.mark.django_db(databases=["default", "audit"])

# What lists and rows have is walked in test_admin_rights.
ORDINARY = ("_changelist", "_add", "_history", "_delete", "_change")
# What everybody on the site may do, and what is about oneself.
FOR_ALL = {
    "app_list",
    "autocomplete",
    "index",
    "jsi18n",
    "login",
    "logout",
    "password_change",
    "password_change_done",
    "recovery-codes",
    "search",
    "second-factor",
    "toggle_sidebar",
    "view_on_site",
}
# The address -> the scopes of which one opens it.
OPENED_BY = {
    "accounts_address_reveal": {"read_customers"},
    "accounts_user_export_list": {"export_data"},
    "accounts_user_forget": {"write_customers"},
    "accounts_user_give_role": {"manage_staff"},
    "accounts_user_reveal": {"read_customers"},
    "catalog_category_move": {"write_catalog"},
    "catalog_product_export_list": {"export_data"},
    "catalog_product_reprice": {"write_catalog"},
    "catalog_review_hide": {"moderate_reviews"},
    "catalog_review_reveal": {"moderate_reviews"},
    "catalog_review_show": {"moderate_reviews"},
    "catalog_wishlistitem_reveal": {"read_customers"},
    "inbox": {"read_orders", "read_stock", "read_payments", "read_events", "export_data"},
    "inbox_settle": {"write_orders"},  # of the fix that is walked here
    "interchange_exportjob_file": {"export_data"},
    "interchange_exportjob_progress": {"export_data"},
    "interchange_goodsreceipt_refused_file": {"read_stock"},
    "interchange_importbatch_refused": {"write_stock"},
    "interchange_importbatch_revert": {"write_stock"},
    "interchange_importjob_apply": {"write_stock"},
    "interchange_importjob_begin": {"write_catalog", "write_stock", "write_customers"},
    "interchange_importjob_cancel": {"write_stock"},
    "interchange_importjob_progress": {"write_stock"},
    "interchange_importjob_refused": {"write_stock"},
    "interchange_importjob_revert": {"write_stock"},
    "interchange_importjob_upload": {"write_catalog", "write_stock", "write_customers"},
    "inventory_stockitem_adjust": {"write_stock"},
    "inventory_stockitem_export_list": {"export_data"},
    "inventory_stockitem_receive": {"write_stock"},
    "inventory_stockitem_take_stock": {"write_stock"},
    "inventory_stockitem_transfer": {"write_stock"},
    "inventory_stockitem_watch": {"write_stock"},
    "orders_cart_reveal": {"read_customers"},
    "orders_invoice_pdf": {"read_invoices"},
    "orders_invoice_reveal": {"read_customers"},
    "orders_order_cancel_order": {"write_orders"},
    "orders_order_capture": {"refund_payments"},
    "orders_order_export_list": {"export_data"},
    "orders_order_invoice": {"read_invoices"},
    "orders_order_mail": {"write_orders"},
    "orders_order_mark_arrived": {"fulfil_orders"},
    "orders_order_note": {"write_orders"},
    "orders_order_packing_slip": {"read_orders"},
    "orders_order_refund": {"refund_payments"},
    "orders_order_reveal": {"read_customers"},
    "orders_order_ship": {"fulfil_orders"},
}
# Some are only sent to, some lead on, and some have nothing to give of such a row.
OPEN = {200, 302, 405, 409}


def named(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from named(pattern.url_patterns)
        elif pattern.name and not pattern.name.endswith(ORDINARY):
            yield pattern.name


def address(name: str, store) -> str:
    if name == "inbox_settle":
        return reverse("admin:inbox_settle", args=["flagged-order", 1, "clear"])
    try:
        return reverse(f"admin:{name}")
    except NoReverseMatch:  # it is about a row
        (model,) = (
            model
            for model in admin.site._registry
            if name.startswith(f"{model._meta.app_label}_{model._meta.model_name}_")
        )
        return reverse(f"admin:{name}", args=[row_of(model, store=store).pk])


def browser_of(role, store):
    browser = Client()
    browser.force_login(UserFactory(store=store, is_staff=True, roles=[role]))
    return browser


def test_no_address_is_forgotten():
    assert set(named(admin.site.get_urls())) - FOR_ALL == set(OPENED_BY)


@pytest.mark.parametrize("name", OPENED_BY)
def test_who_lacks_the_scope_is_refused_and_changes_nothing(store, settings, name):
    settings.STORE_DIRECTORY_SECONDS = 3600
    at = address(name, store)
    lacking = [role for role in Role if not SCOPES_OF[role] & OPENED_BY[name]]
    browsers = [browser_of(role, store) for role in lacking]
    everything = Seal()
    before = everything.read()
    for role, browser in zip(lacking, browsers, strict=True):
        for answer in (browser.get(at), browser.post(at, {"x": "y"})):
            assert answer.status_code in {403, 404, 405}, (role, answer.status_code)
    assert changed(before, everything.read()) == []


@pytest.mark.parametrize("name", OPENED_BY)
def test_who_has_every_scope_is_let_in(store, settings, name):
    settings.STORE_DIRECTORY_SECONDS = 3600
    assert browser_of(Role.ADMIN, store).get(address(name, store)).status_code in OPEN


def test_nothing_is_taken_that_does_not_come_from_a_page_of_ours(store, settings):
    settings.STORE_DIRECTORY_SECONDS = 3600
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(UserFactory(store=store, is_staff=True, is_superuser=True))
    places = [address(name, store) for name in OPENED_BY]
    for model in admin.site._registry:
        rows = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        places += [reverse(f"{rows}_changelist"), reverse(f"{rows}_add")]
        places += [reverse(f"{rows}_{act}", args=[1]) for act in ("change", "delete")]
    everything = Seal()
    before = everything.read()

    taken = [place for place in places if browser.post(place, {"x": "y"}).status_code != 403]

    assert taken == []
    assert changed(before, everything.read()) == []
