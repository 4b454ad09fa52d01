"""Looking for something by what is written on it: whole, or by its beginning, and by an index."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.db.models import CharField, F, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Collate, Upper

from apps.accounts.models import User
from apps.accounts.scopes import Scope
from apps.catalog.models import Product, Variant
from apps.orders.models import Invoice, Order
from apps.orders.numbers import spelled_number
from apps.stores.models import Store

Kind = Literal["order", "invoice", "variant", "product"]
MOST_OF_A_KIND = 6

SCOPES: dict[Kind, Scope] = {
    "order": Scope.READ_ORDERS,
    "invoice": Scope.READ_INVOICES,
    "variant": Scope.READ_CATALOG,
    "product": Scope.READ_CATALOG,
}
PAGES: dict[Kind, str] = {
    "order": "orders_order",
    "invoice": "orders_invoice",
    "variant": "catalog_variant",
    "product": "catalog_product",
}


@dataclass(frozen=True, kw_only=True)
class Found:
    """A row that somebody may have meant."""

    kind: Kind
    pk: int
    title: str
    description: str


@dataclass(frozen=True, kw_only=True)
class Sought:
    """What was typed, and whom of the store it names."""

    store: Store
    text: str
    people: Sequence[User]


def find_rows(sought: Sought, *, kinds: Collection[Kind]) -> list[Found]:
    """This function will find orders by their number here or elsewhere or by their customer,
    invoices by their number, variants by the beginning of a SKU or barcode, and products by the
    beginning of their title: a few of each, in one statement."""
    parts = [rows for kind in SCOPES if kind in kinds for rows in _LOOKED_UP[kind](sought)]
    if not parts:
        return []
    first, *others = parts
    rows = first.union(*others, all=True) if others else first
    found = [
        Found(kind=kind, pk=pk, title=title, description=description)
        for kind, pk, title, description in rows
    ]
    order = list(SCOPES)
    return sorted(dict.fromkeys(found), key=lambda one: (order.index(one.kind), one.title, one.pk))


def find_people(*, store: Store, text: str) -> list[User]:
    """This function will find a person of the store by their whole address, or by the whole number
    that another shop gave them."""
    named = Q(email=text) if "@" in text else Q(external_id=text)
    return list(User.objects.for_store(store).filter(named)[:MOST_OF_A_KIND])


def _told(rows: QuerySet[Any], kind: Kind, title: str, description: Any) -> QuerySet[Any]:
    return rows.annotate(
        found=Value(kind, CharField()),
        told=Cast(title, TextField()),
        said=Cast(description, TextField()),
    ).values_list("found", "pk", "told", "said")[:MOST_OF_A_KIND]


def _beginning(rows: QuerySet[Any], column: str, text: str) -> QuerySet[Any]:
    """By the index of beginnings, which knows no case."""
    begins = rows.annotate(begins=Collate(Upper(column), "C"))
    return begins.filter(begins__startswith=Upper(Value(text))).order_by("begins")


def _orders(sought: Sought) -> list[QuerySet[Any]]:
    orders = Order.objects.for_store(sought.store)
    elsewhere = orders.filter(~Q(source=""), external_number=sought.text)
    named = [elsewhere.order_by()]
    if number := spelled_number(sought.text):
        named.append(orders.filter(number=number).order_by())
    # One by one, so that each is read from the end of a customer's own orders.
    named += [orders.filter(customer=one.pk).order_by("-public_id") for one in sought.people]
    return [_told(rows, "order", "number", F("state")) for rows in named]


def _invoices(sought: Sought) -> list[QuerySet[Any]]:
    named = Invoice.objects.for_store(sought.store).filter(number=sought.text.upper())
    return [_told(named.order_by(), "invoice", "number", F("kind"))]


def _variants(sought: Sought) -> list[QuerySet[Any]]:
    variants = Variant.objects.for_store(sought.store)
    by_sku = _beginning(variants, "sku", sought.text)
    by_barcode = _beginning(variants.exclude(barcode=""), "barcode", sought.text)
    return [_told(rows, "variant", "sku", F("product__title")) for rows in (by_sku, by_barcode)]


def _products(sought: Sought) -> list[QuerySet[Any]]:
    titled = _beginning(Product.objects.for_store(sought.store), "title", sought.text)
    return [_told(titled, "product", "title", F("vendor"))]


_LOOKED_UP = {
    "order": _orders,
    "invoice": _invoices,
    "variant": _variants,
    "product": _products,
}
