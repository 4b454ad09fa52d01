"""The staff site's menu: by job, not by table."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse

from apps.backoffice.inbox_page import INBOX, inbox_badge, may_open_inbox

_ICONS_BY_JOB = {
    "Sell": {
        "orders.order": "receipt_long",
        "orders.cart": "shopping_cart",
        "orders.invoice": "description",
        "orders.pastreturn": "assignment_return",
    },
    "Stock": {
        "inventory.stockitem": "inventory_2",
        "inventory.lowstock": "production_quantity_limits",
        "interchange.goodsreceipt": "local_shipping",
        "inventory.reservation": "lock_clock",
        "inventory.stockmovement": "swap_vert",
        "inventory.warehouse": "warehouse",
    },
    "Catalogue": {
        "catalog.product": "sell",
        "catalog.variant": "style",
        "catalog.category": "account_tree",
        "catalog.productimage": "image",
        "catalog.review": "reviews",
        "recommendations.copurchase": "recommend",
        "recommendations.similarproducts": "hub",
        "recommendations.rebuild": "model_training",
    },
    "Customers": {
        "accounts.user": "person",
        "accounts.address": "home_pin",
        "catalog.wishlistitem": "favorite",
    },
    "Money": {
        "payments.payment": "payments",
        "payments.refund": "currency_exchange",
    },
    "System": {
        "stores.store": "storefront",
        "accounts.membership": "badge",
        "accounts.apikey": "vpn_key",
        "accounts.tokenfamily": "devices",
        "accounts.signingkey": "signature",
        "audit.auditrecord": "history_edu",
        "interchange.importjob": "drive_folder_upload",
        "interchange.importbatch": "upload_file",
        "interchange.importrow": "checklist",
        "events.outboxevent": "bolt",
        "events.delivery": "outbox",
        "mail.sentmail": "mail",
        "interchange.exportjob": "download",
        "idempotency.idempotencykey": "key",
    },
}
_ELSEWHERE = "System"
_OTHER_ICON = "table"

Item = dict[str, Any]


def store_name(request: HttpRequest) -> str:
    """This function will return what the staff site is called: the name of the store it is for."""
    return str(request.store.name)  # type: ignore[attr-defined]


def menu(request: HttpRequest) -> list[dict[str, Any]]:
    """This function will return the groups of links that this member of staff may follow.

    A registered model that no job claims stands at the end, so that nothing is ever out of reach.
    """
    links = _links(request)
    groups = [
        {"title": job, "items": [_item(links.pop(key), icon) for key, icon in icons.items()
                                 if key in links]}
        for job, icons in _ICONS_BY_JOB.items()
    ]  # fmt: skip
    last = next(group for group in groups if group["title"] == _ELSEWHERE)
    last["items"] += [_item(link, _OTHER_ICON) for link in links.values()]
    last["items"].append({"title": "API", "icon": "api", "link": reverse("swagger")})
    if may_open_inbox(request):
        groups.insert(0, {"title": "To do", "items": [_inbox(request)]})
    return [group for group in groups if group["items"]]


def _inbox(request: HttpRequest) -> Item:
    """How many there are stands beside it, if there are any."""
    item = {"title": "Exception inbox", "icon": "inbox", "link": reverse(INBOX)}
    return item | ({"badge": badge} if (badge := inbox_badge(request)) else {})


def _links(request: HttpRequest) -> dict[str, Item]:
    return {
        model._meta.label_lower: {
            "title": str(model._meta.verbose_name_plural).capitalize(),
            "link": reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"),
        }
        for model, page in admin.site._registry.items()  # noqa: SLF001 - Django has no other way
        if page.has_module_permission(request) and page.has_view_permission(request)
    }


def _item(link: Item, icon: str) -> Item:
    return {**link, "icon": icon}
