"""Two shops in one installation; in each two customers, several kinds of staff, their things."""

import json
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone
from rest_framework.test import APIClient

from apps.accounts.api_keys import make_key
from apps.accounts.models import ApiKey, Membership, OneTimeToken, User
from apps.accounts.scopes import Scope
from apps.accounts.tests.factories import AddressFactory, ApiKeyFactory, UserFactory
from apps.catalog.tests.factories import (
    CategoryFactory,
    ProductImageFactory,
    ReviewFactory,
    VariantFactory,
    WishlistItemFactory,
    listed,
)
from apps.events.services import number_events
from apps.interchange.tests.factories import ExportJobFactory
from apps.inventory.tests.factories import StockItemFactory, WarehouseFactory
from apps.orders.models import Invoice, InvoiceSeries
from apps.orders.tests.factories import CartLineFactory, OrderFactory
from apps.payments.tests.factories import PaymentFactory, RefundFactory, place_order
from apps.stores.models import Store
from apps.stores.tests.factories import StoreHostFactory
from conftest import client_of
from tests.walk.tables import ids_of

ADMIN_TOKEN = "the second secret of those who take everything out"
PASSWORD = "correct horse battery"
ROLES = ("admin", "read_only", "warehouse")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

_OTHER = "other name of "

# What belongs to one customer; everything else is the shop's.
PRIVATE = frozenset(
    """
    address cart_line cart customer invoice order order_line payment refund review settled_order
    shipment shipped_order
    """.split()  # noqa: SIM905 - a list of words reads better as text
)


def things_of(person: User) -> dict[str, str]:
    """This function will make one of everything that a request can name; its names by kind."""
    store = person.store
    own = uuid.uuid4().hex  # no name of one thing stands within another's
    variant = VariantFactory(
        product__store=store,
        product__options=["Size"],
        product__is_featured=True,
        option_values=["M"],
        sku=f"SKU-{own}",
    )
    StockItemFactory(variant=variant, on_hand=10)
    house = WarehouseFactory(store=store, code=f"house-{own}")
    StockItemFactory(variant=variant, warehouse=house, on_hand=10)
    category = CategoryFactory(store=store, slug=f"category-{own}")
    variant.product.categories.add(category)
    listed(variant.product)
    pending = place_order(customer=person)
    payment = PaymentFactory(order__customer=person)
    shipped = OrderFactory(customer=person, state="shipped")
    line = CartLineFactory(cart__owner=person, variant=variant)
    refund = RefundFactory(payment=payment, amount="1.00")
    settled = payment.order
    WishlistItemFactory(owner=person, product=variant.product)
    return {
        "address": str(AddressFactory(owner=person).public_id),
        "cart": str(line.cart.public_id),
        "cart_line": str(line.public_id),
        "category": category.slug,
        "customer": str(person.public_id),
        "email": person.email,
        "export": str(ExportJobFactory(store=store).public_id),
        "image": str(ProductImageFactory(product=variant.product).public_id),
        "invoice": Invoice.objects.get(order=settled).number,
        "order": str(pending.public_id),
        "order_line": str(settled.lines.get().public_id),
        "payment": str(payment.public_id),
        "product": str(variant.product.public_id),
        "refund": str(refund.public_id),
        "review": str(ReviewFactory(author=person, product=variant.product).public_id),
        "settled_order": str(settled.public_id),
        "shipment": str(shipped.shipments.get().public_id),
        "shipped_order": str(shipped.public_id),
        "sku": variant.sku,
        "variant": str(variant.public_id),
        "warehouse": house.code,
        "other name of category": str(category.public_id),
        "other name of order": pending.number,
        "other name of product": variant.product.slug,
        "other name of settled_order": settled.number,
        "other name of shipped_order": shipped.number,
    }


def by_other_names(things: dict[str, str]) -> dict[str, str]:
    """This function will name those by number, slug or id that are called by an id or slug."""
    return things | {
        kind.removeprefix(_OTHER): name for kind, name in things.items() if kind.startswith(_OTHER)
    }


def draft_of(store: Store) -> dict[str, str]:
    """This function will make a product that the public does not see yet; its names by kind."""
    variant = VariantFactory(
        product__store=store, product__published_at=None, sku=f"SKU-{uuid.uuid4().hex}"
    )
    StockItemFactory(variant=variant)
    return {
        "image": str(ProductImageFactory(product=variant.product).public_id),
        "product": str(variant.product.public_id),
        "sku": variant.sku,
        "variant": str(variant.public_id),
    }


@dataclass(frozen=True)
class Answer:
    """What came back, as text, and what was sent."""

    status: int
    headers: dict[str, str]
    text: str
    sent: str

    @cached_property
    def json(self) -> Any:
        """Its body, `None` where it is no JSON."""
        is_json = "json" in self.headers.get("Content-Type", "") and self.text != ""
        return json.loads(self.text) if is_json else None

    @property
    def code(self) -> str:
        """The problem's code, empty for a success."""
        return self.json.get("code", "") if isinstance(self.json, dict) else ""

    def without(self, *names: str) -> tuple[Any, ...]:
        """This function will return what a reader learns of it besides these names."""
        text = self.text
        if isinstance(self.json, dict):
            shown = {k: v for k, v in self.json.items() if k not in {"request_id", "instance"}}
            text = json.dumps(shown, sort_keys=True)
        for name in names:
            text = text.replace(name, "…")
        return self.status, sorted(self.headers), text


@dataclass
class Caller:
    """Somebody who calls one shop: their rights there, and what of it is not theirs to see."""

    name: str
    host: str
    who: User | ApiKey | None = None
    things: dict[str, str] = field(default_factory=dict)
    is_stranger: bool = False  # shows a token of the other shop
    hidden: set[str] = field(default_factory=set)
    client: APIClient = field(default_factory=APIClient)

    def has(self, scope: str) -> bool:
        """This function will tell whether the caller holds a scope in this shop."""
        return self.who is not None and not self.is_stranger and self.who.has_scope(scope)

    @property
    def is_machine(self) -> bool:
        """Whether it is an API key that calls."""
        return isinstance(self.who, ApiKey)

    def call(
        self, method: str, path: str, body: Any = None, *, kind: str = "", **headers: str
    ) -> Answer:
        """This function will send one request, and read the whole answer."""
        sent = {"HTTP_HOST": self.host, "HTTP_IDEMPOTENCY_KEY": str(uuid.uuid4())}
        sent |= {"HTTP_X_ADMIN_TOKEN": ADMIN_TOKEN} | headers
        if kind.startswith("multipart/"):
            response = self.client.post(path, body, format="multipart", **sent)
            return _answer(response, f"{path}")
        content = "" if body is None else json.dumps(body)
        response = self.client.generic(
            method, path, content, content_type=kind or "application/json", **sent
        )
        return _answer(response, f"{path} {content}")

    def leaked(self, answer: Answer) -> set[str]:
        """This function will find what the caller should never have been told."""
        told = answer.text + " ".join(answer.headers.values())
        ids = set(_UUID.findall(told)) & self.hidden
        names = {name for name in self.hidden if not _UUID.fullmatch(name) and name in told}
        return {one for one in ids | names if one not in answer.sent}


def _answer(response: HttpResponse, sent: str) -> Answer:
    streamed = response.streaming
    content = b"".join(response.streaming_content) if streamed else response.content
    return Answer(response.status_code, dict(response.items()), content.decode("latin-1"), sent)


@dataclass
class Shop:
    """One shop with its people."""

    store: Store
    host: str
    customers: list[User]
    things: list[dict[str, str]]
    draft: dict[str, str]
    staff: dict[str, User]
    keys: dict[str, tuple[ApiKey, str]]
    callers: list[Caller] = field(default_factory=list)

    def caller(self, name: str) -> Caller:
        """This function will find a caller by name."""
        return next(one for one in self.callers if one.name == name)


@dataclass
class World:
    """Both shops, and how many calls were made to them."""

    shops: list[Shop]
    calls: int = 0

    def other(self, shop: Shop) -> Shop:
        """This function will return the shop that this one must know nothing of."""
        return next(one for one in self.shops if one is not shop)


def missing(kind: str) -> str:
    """This function will name a thing of a kind that was never made."""
    made_up = {
        "category": "no-such-category",
        "email": "nobody@example.com",
        "invoice": f"{timezone.now().year}-999999",
        "sku": "NO-SUCH-SKU",
        "warehouse": "no-such-house",
    }
    return made_up.get(kind, "0190ffff-ffff-7fff-bfff-ffffffffffff")


def build_world() -> World:
    """This function will make both shops: one on every host, one on a host of its own."""
    default, _ = Store.objects.get_or_create(
        is_default=True, defaults={"slug": "default", "name": "Tradepost"}
    )
    other = StoreHostFactory(host="other.example").store
    # Else both would have an invoice of the same number, and each would rightly find its own.
    InvoiceSeries.objects.create(store=other, kind="invoice", year=timezone.now().year, last=500)
    shops = [_shop(default, "shop.example"), _shop(other, "other.example")]
    number_events()
    world = World(shops)
    for shop in shops:
        # Rights are those in the shop where somebody acts: to be more elsewhere counts for nothing.
        Membership.objects.create(
            person=shop.staff["read_only"], store=world.other(shop).store, role="admin"
        )
    for shop in shops:
        _fill_with_callers(shop, world.other(shop))
    return world


def _shop(store: Store, host: str) -> Shop:
    emails = [f"{uuid.uuid4().hex}@example.com" for _ in range(2)]
    customers = [UserFactory(store=store, email=email) for email in emails]
    staff = {role: UserFactory(store=store, is_staff=True, roles=[role]) for role in ROLES}
    things = [things_of(person) for person in customers]
    for names in things:
        body = {"username": names["email"], "password": PASSWORD}
        pair = APIClient().post("/api/v1/auth/token", body, HTTP_HOST=host).json()
        names["refresh"] = pair["refresh"]
    for names, person in zip(things, customers, strict=True):
        names["verification"] = _mailed_to(person, OneTimeToken.Purpose.VERIFY_EMAIL)
        names["reset"] = _mailed_to(person, OneTimeToken.Purpose.RESET_PASSWORD)
    keys = {"machine": _key(store, [*Scope]), "bare machine": _key(store, [Scope.READ_AUDIT])}
    return Shop(store, host, customers, things, things[0] | draft_of(store), staff, keys)


def _key(store: Store, scopes: list[str]) -> tuple[ApiKey, str]:
    made = make_key()
    soon = timezone.now() + timedelta(days=1)
    # As if used just now, until the walk is over: noting it is no change that matters here.
    key = ApiKeyFactory(
        store=store, prefix=made.prefix, digest=made.digest, scopes=scopes, last_used_at=soon
    )
    return key, made.text


def _mailed_to(person: User, purpose: OneTimeToken.Purpose) -> str:
    token = OneTimeToken.objects.create(
        store=person.store,
        person=person,
        purpose=purpose,
        expires_at=timezone.now() + timedelta(hours=1),
    )
    return token.written_for(person)


def _fill_with_callers(shop: Shop, other: Shop) -> None:
    foreign = ids_of(other.store) | {name for one in other.things for name in one.values()}
    own = shop.things[0]
    second = ids_of(shop.customers[1]) | {
        name for kind, name in shop.things[1].items() if kind in PRIVATE or kind == "email"
    }
    drafts = set(shop.draft.values()) - set(own.values())
    shop.callers = [
        Caller("nobody", shop.host, things=own, hidden=foreign | second | drafts),
        Caller("customer", shop.host, shop.customers[0], own, hidden=foreign | second | drafts),
        *(Caller(role, shop.host, who, own, hidden=foreign) for role, who in shop.staff.items()),
        Caller("machine", shop.host, shop.keys["machine"][0], own, hidden=foreign),
        Caller(
            "bare machine",
            shop.host,
            shop.keys["bare machine"][0],
            own,
            hidden=foreign | second | drafts,
        ),
        Caller("strange machine", shop.host, other.keys["machine"][0], own, is_stranger=True),
        Caller("stranger", shop.host, other.customers[0], own, is_stranger=True),
        Caller("strange admin", shop.host, other.staff["admin"], own, is_stranger=True),
    ]
    for caller in shop.callers:
        if isinstance(caller.who, User):
            caller.client = client_of(caller.who)
        for key, text in (*shop.keys.values(), *other.keys.values()):
            if key is caller.who:
                caller.client.credentials(HTTP_AUTHORIZATION=f"Api-Key {text}")
        caller.client.raise_request_exception = False
        if caller.is_stranger:
            caller.hidden = ids_of(shop.store)


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside is as if it had not happened. Gateways may be called in it: it counts as
    the transaction around a test case, which nothing of ours has opened."""
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]
    with block:
        yield
        transaction.set_rollback(True)
