"""Who sees what on the staff site: every page, by every role."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from apps.accounts.scopes import SCOPES_OF, Role, Scope
from apps.accounts.tests.factories import UserFactory
from apps.backoffice.tests.factories import factory_of, row_of
from apps.backoffice.tests.test_admin_pages import page
from apps.core.admin import ForScopes, LedgerAdmin
from tests.test_access import declared

pytestmark = pytest.mark.django_db(databases=["default", "audit"])

PAGES = admin.site._registry
# Buttons that take another scope than the page they are on: label -> scope.
SPECIAL = {
    "cancel": "write_orders",
    "clear_attention": "write_orders",
    "ship_rest": "fulfil_orders",
    "mark_delivered": "fulfil_orders",
    "ship": "fulfil_orders",
    "mark_arrived": "fulfil_orders",
    "cancel_order": "write_orders",
    "note": "write_orders",
    "mail": "write_orders",
    "packing_slip": "read_orders",
    "invoice": "read_invoices",
    "refund": "refund_payments",
    "capture": "refund_payments",
    "pdf": "read_invoices",
    "refund_what_is_left": "refund_payments",
    "ask_the_gateway": "refund_payments",
    "send_back_what_was_held": "refund_payments",
    "try_again": "refund_payments",
    "deliver_again": "write_events",
    "receive": "write_stock",
    "adjust": "write_stock",
    "transfer": "write_stock",
    "refused_file": "read_stock",
    "watch": "write_stock",
    "give_role": "manage_staff",
    "reset_second_factors": "manage_staff",
    "end": "manage_staff",
    "hide_rude": "moderate_reviews",
    "hide_off_topic": "moderate_reviews",
    "hide_private": "moderate_reviews",
    "show_again": "moderate_reviews",
    "delete_reviews": "moderate_reviews",
    "hide": "moderate_reviews",
    "show": "moderate_reviews",
    # Of exports: for admins alone, as that scope is.
    "file": "manage_staff",
    "call_off": "export_data",
}


@pytest.fixture
def log_in(store, settings):
    settings.STORE_DIRECTORY_SECONDS = 3600

    def browser_of(role):
        browser = Client()
        person = UserFactory(store=store, is_staff=True, roles=[role])
        browser.force_login(person)
        return browser

    return browser_of


def row_in(store, model):
    if isinstance(store, model):
        return store.pk
    return row_of(model, store=store).pk if factory_of(model) else 0


def inlines():
    return sorted({inline for entry in PAGES.values() for inline in entry.inlines}, key=str)


@pytest.mark.parametrize("entry", [*PAGES.values(), *inlines()], ids=str)
def test_every_page_says_which_scopes_open_it(entry):
    assert isinstance(entry, ForScopes) or issubclass(entry, ForScopes)
    assert entry.read_scope in set(Scope)
    if not isinstance(entry, LedgerAdmin):
        assert entry.write_scope in {"", *Scope}


def test_pages_where_something_is_written_say_so():
    silent = {str(one) for one in PAGES.values() if not one.write_scope}
    ledgers = {str(one) for one in PAGES.values() if isinstance(one, LedgerAdmin)}
    assert silent == ledgers


def test_each_scope_opens_something():
    opened = {access.scope for _, access in declared() if access}
    for entry in [*PAGES.values(), *inlines()]:
        opened |= {entry.read_scope, entry.write_scope}
    assert set(Scope) - opened - set(SPECIAL.values()) == set()


# What a button is called in its address.
NAMED = {
    "adjust": "count",
    "give_role": "role",
    "mark_arrived": "deliver",
    "cancel_order": "cancel",
    "packing_slip": "packing-slip",
}


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("model", PAGES, ids=lambda model: model._meta.label_lower)
def test_a_role_opens_what_its_scopes_open_and_nothing_else(log_in, store, model, role):
    entry, held, browser = PAGES[model], SCOPES_OF[role], log_in(role)
    row = row_in(store, model)
    reads = entry.read_scope in held
    writes = entry.write_scope in held

    for name, args, may in [
        ("changelist", [], reads),
        ("change", [row], reads),
        ("history", [row], reads),
        ("add", [], writes),
        ("delete", [row], False),
    ]:
        status = browser.get(page(model, name, *args)).status_code
        if name == "add" and may:
            assert status in {200, 403}  # some are made elsewhere: see the test of all forms
        elif row or name != "history":
            assert status in ({200, 302} if may else {403}), name
    if row and not writes:
        assert browser.post(page(model, "change", row), {"name": "x"}).status_code == 403


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("model", PAGES, ids=lambda model: model._meta.label_lower)
def test_a_role_is_offered_the_buttons_it_may_press(rf, store, model, role):
    entry, held = PAGES[model], SCOPES_OF[role]
    request = rf.get("/admin/")
    request.store = store
    request.user = UserFactory(store=store, is_staff=True, roles=[role])
    buttons = {
        name for name in entry.get_actions(request) if not name.startswith("delete_selected")
    }
    buttons |= {one.path.split("/")[-1] for one in entry.get_actions_detail(request, 0)}

    offered = [*(entry.actions or []), *entry.actions_detail]
    for name in offered:
        scope = SPECIAL.get(name, entry.write_scope)
        may_press = any(NAMED.get(name, name) in button for button in buttons)
        assert may_press == (scope in held), name


def test_nothing_is_offered_to_who_lacks_the_scope_and_a_forged_press_does_nothing(log_in, store):
    from apps.orders.tests.factories import OrderFactory

    order = OrderFactory(customer__store=store, state="paid")
    listing = "/admin/orders/order/"
    for role, action in [("support", "ship_rest"), ("warehouse", "cancel")]:
        browser = log_in(role)
        assert f'value="{action}"' not in browser.get(listing).content.decode()
        browser.post(listing, {"action": action, "_selected_action": [order.pk]})
        order.refresh_from_db()
        assert order.state == "paid"
    ship = reverse("admin:orders_order_ship", args=[order.pk])
    assert log_in("support").get(ship).status_code == 403
    assert log_in("warehouse").get(ship).status_code == 200


@pytest.mark.parametrize("role", list(Role))
def test_every_link_in_the_menu_opens(log_in, role):
    browser = log_in(role)
    groups = browser.get("/admin/").context["sidebar_navigation"]
    for link in [item["link"] for group in groups for item in group["items"]]:
        assert browser.get(link).status_code == 200, link


def test_who_works_for_another_shop_is_a_customer_here(store):
    browser = Client()
    browser.force_login(UserFactory(store=store, is_staff=True, roles=[]))
    assert browser.get("/admin/").status_code == 302
    assert browser.get("/admin/orders/order/").status_code == 302
