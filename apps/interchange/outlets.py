"""How each kind of thing leaves: which rows are read, and what a batch of them becomes."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from typing import Any, TypeVar

from django.conf import settings
from django.db import connection
from django.db.models import F, Model, QuerySet, Sum
from django.db.models.expressions import CombinedExpression

from apps.accounts.models import Address, User
from apps.catalog.models import Category, Product, ProductImage, Variant
from apps.interchange.exporting import Kind, Layout, Outlet, Wanted, Writing
from apps.interchange.formats.native_columns import (
    CUSTOMER_COLUMNS,
    ORDER_COLUMNS,
    PRODUCT_COLUMNS,
    STOCK_COLUMNS,
)
from apps.interchange.formats.native_out import ProductOut, Shelf, product_document, product_rows
from apps.interchange.formats.people_out import (
    customer_document,
    customer_row,
    order_document,
    order_rows,
)
from apps.interchange.formats.shopify_out import ShopifyLayout, extra_columns
from apps.inventory.models import StockItem
from apps.orders.models import Order, OrderLine
from apps.stores.models import Store

M = TypeVar("M", bound=Model)

# Deciphering takes its time: only what is written is read.
_OF_ORDERS = (
    "public_id",
    "number",
    "placed_at",
    "state",
    "currency",
    "discount_amount",
    "shipping_amount",
    "tax_amount",
    "total_amount",
    "shipping_address",
    "customer__email",
    "customer__external_id",
)
# What Shopify's files have brought that we have no columns for: names only, each once.
_KEPT_COLUMNS = """
SELECT DISTINCT name FROM (
    SELECT metadata -> 'shopify' AS kept FROM {table} WHERE store_id = %s AND deleted_at IS NULL
) AS row, jsonb_object_keys(CASE jsonb_typeof(kept) WHEN 'object' THEN kept ELSE '{{}}' END) AS name
ORDER BY name
"""


def outlet_for(*, store: Store, wanted: Wanted) -> Outlet:
    """This function will return how an export leaves a store. It reads what the header needs."""
    if wanted.layout is Layout.SHOPIFY:
        outlet = _shopify(store, wanted)
    else:
        outlet = _OUTLETS[wanted.kind](store, wanted)
    if wanted.chosen is None:
        return outlet
    return replace(outlet, things=outlet.things.filter(pk__in=wanted.chosen))


def _orders(store: Store, wanted: Wanted) -> Outlet:
    orders = Order.objects.for_store(store).select_related("customer").only(*_OF_ORDERS)
    if wanted.since is not None:
        orders = orders.filter(placed_at__gte=wanted.since)
    if wanted.states:
        orders = orders.filter(state__in=wanted.states)
    is_csv = wanted.writing is Writing.CSV

    def lines(some: list[Order]) -> Iterator[Any]:
        found = OrderLine.objects.filter(order__in=some).order_by("order_id", "position")
        lines_of = grouped(found, by="order_id")
        for order in some:
            own = lines_of.get(order.pk, ())
            if is_csv:
                yield from order_rows(order, own)
            else:
                yield order_document(order, own)

    header = ORDER_COLUMNS if is_csv else ()
    return Outlet(things=orders, header=header, key="public_id", lines=lines)


def _customers(store: Store, wanted: Wanted) -> Outlet:
    """Who is forgotten is nobody's customer any more, and guests of another shop were nobody's."""
    known = User.objects.customers(store=store).filter(erased_at__isnull=True)
    customers = known.exclude(email_index__isnull=True, external_id__isnull=True)
    if wanted.since is not None:
        customers = customers.filter(created_at__gte=wanted.since)
    is_csv = wanted.writing is Writing.CSV
    written = customer_row if is_csv else customer_document

    def lines(some: list[User]) -> Iterator[Any]:
        usual = Address.objects.filter(owner__in=some, is_default=True)
        phones = dict(usual.values_list("owner_id", "phone"))
        return (written(customer, phone=phones.get(customer.pk, "")) for customer in some)

    return Outlet(things=customers, header=CUSTOMER_COLUMNS if is_csv else (), lines=lines)


def _stock(store: Store, wanted: Wanted) -> Outlet:
    things = (
        StockItem.objects.for_store(store)
        .filter(variant__deleted_at__isnull=True)
        .select_related("variant", "warehouse")
        .only("on_hand", "reserved", "variant__sku", "warehouse__code")
    )
    is_csv = wanted.writing is Writing.CSV

    def lines(items: list[StockItem]) -> Iterator[Any]:
        rows = ([one.variant.sku, one.warehouse.code, one.on_hand, one.reserved] for one in items)
        return rows if is_csv else (dict(zip(STOCK_COLUMNS, row, strict=True)) for row in rows)

    return Outlet(things=things, header=STOCK_COLUMNS if is_csv else (), lines=lines, size=1000)


def _products(store: Store, wanted: Wanted) -> Outlet:
    things = _products_of(store, wanted)
    shelves = Shelves(store)
    if wanted.writing is Writing.JSONL:
        return Outlet(
            things=things,
            header=(),
            lines=lambda some: map(product_document, _outs(some, shelves)),
            size=200,
        )
    return Outlet(
        things=things,
        header=PRODUCT_COLUMNS,
        lines=lambda some: (row for out in _outs(some, shelves) for row in product_rows(out)),
        size=200,
    )


def _shopify(store: Store, wanted: Wanted) -> Outlet:
    shelves = Shelves(store)
    layout = ShopifyLayout(extra=extra_columns(_kept_columns(store)), media=_media_of(store))

    def lines(products: list[Product]) -> Iterator[list[Any]]:
        for out in _outs(products, shelves, held=F("on_hand") - F("reserved")):
            yield from layout.rows(out)

    things = _products_of(store, wanted)
    return Outlet(things=things, header=layout.header, lines=lines, size=200)


def _products_of(store: Store, wanted: Wanted) -> QuerySet[Product]:
    products = Product.objects.for_store(store)
    if wanted.published is not None:
        shown = Product.objects.published()
        products = (
            products.filter(pk__in=shown) if wanted.published else products.exclude(pk__in=shown)
        )
    return products


class Shelves:
    """The categories of a store, read once for a file."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @cached_property
    def _all(self) -> dict[int, Category]:
        return {one.pk: one for one in Category.objects.for_store(self._store)}

    def above(self, category_ids: Iterable[int]) -> tuple[Shelf, ...]:
        """This function will return each of the categories that is live, with those above it, the
        topmost first."""
        return tuple(self._path_to(one) for each in category_ids if (one := self._all.get(each)))

    def _path_to(self, category: Category) -> Shelf:
        path = [category]
        while (higher := self._all.get(path[0].parent_id or 0)) and higher not in path:
            path.insert(0, higher)
        return tuple(path)


def _outs(
    products: list[Product], shelves: Shelves, *, held: str | CombinedExpression = "on_hand"
) -> Iterator[ProductOut]:
    """Stock is counted over all warehouses."""
    variants = grouped(Variant.objects.filter(product__in=products), by="product_id")
    images = grouped(ProductImage.objects.filter(product__in=products), by="product_id")
    joined = Product.categories.through.objects.filter(product__in=products).order_by("pk")
    own = grouped(joined, by="product_id")
    items = StockItem.objects.filter(variant__product__in=products).values("variant")
    stock = dict(items.annotate(held=Sum(held)).values_list("variant", "held"))
    for product in products:
        yield ProductOut(
            product=product,
            variants=variants.get(product.pk, ()),
            images=images.get(product.pk, ()),
            shelves=shelves.above(one.category_id for one in own.get(product.pk, ())),
            stock=stock,
        )


def grouped(rows: Iterable[M], *, by: str) -> dict[int, tuple[M, ...]]:
    """This function will return rows by what they belong to.

    Prefetching would do so too, but what it leaves behind refers to itself in circles, and stays in
    memory until the garbage is looked through: a large table is read faster than that happens.
    """
    groups: defaultdict[int, list[M]] = defaultdict(list)
    for row in rows:
        groups[getattr(row, by)].append(row)
    return {owner: tuple(own) for owner, own in groups.items()}


def _kept_columns(store: Store) -> list[str]:
    with connection.cursor() as cursor:
        found = []
        for table in ("catalog_product", "catalog_variant"):
            cursor.execute(_KEPT_COLUMNS.format(table=table), [store.pk])
            found += [name for (name,) in cursor.fetchall()]
    return found


def _media_of(store: Store) -> str:
    """Where our own pictures are on the web; beside the file where the store has no host."""
    host = store.hosts.order_by("pk").values_list("host", flat=True).first()
    return f"https://{host}{settings.MEDIA_URL}" if host else ""


_OUTLETS = {
    Kind.ORDERS: _orders,
    Kind.CUSTOMERS: _customers,
    Kind.STOCK: _stock,
    Kind.PRODUCTS: _products,
}
