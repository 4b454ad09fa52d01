"""A shop under attack: goods, buyers with tokens, and requests that really come at once."""

import json
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlparse

from django.utils import timezone

from apps.accounts.api_keys import make_key
from apps.accounts.models import User
from apps.accounts.scopes import Scope
from apps.accounts.tests.factories import ApiKeyFactory, UserFactory, access_token_of
from apps.catalog.models import Variant
from apps.catalog.tests.factories import VariantFactory
from apps.inventory import services as inventory
from apps.inventory.models import StockItem
from apps.stores.models import Store

ADDRESS = {
    "full_name": "Ada Lovelace",
    "street": "12 St James's Square",
    "postal_code": "SW1Y 4JH",
    "city": "London",
    "country": "GB",
}


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: Any

    @property
    def code(self) -> str:
        """The problem's code, or "" for a success."""
        return self.body.get("code", "") if isinstance(self.body, dict) else ""


@dataclass
class Buyer:
    """Somebody with an access token, a guest with a cart token, or both."""

    url: str
    user: User | None = None
    cart_token: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.user is not None:
            self.headers["Authorization"] = f"Bearer {access_token_of(self.user)}"
        if self.cart_token:
            self.headers["X-Cart-Token"] = self.cart_token

    def call(self, method: str, path: str, body: Any = None, *, key: str = "") -> Answer:
        """This function will send one request on a connection of its own."""
        headers = self.headers | {"Connection": "close"}
        if key:
            headers["Idempotency-Key"] = key
        if body is not None:
            headers["Content-Type"] = "application/json"
        where = urlparse(self.url)
        connection = HTTPConnection(where.hostname or "", where.port, timeout=60)
        try:
            content = json.dumps(body) if body is not None else None
            connection.request(method, f"/api/v1/{path}", content, headers)
            response = connection.getresponse()
            text = response.read()
            return Answer(
                response.status,
                {name.lower(): value for name, value in response.getheaders()},
                json.loads(text) if text else None,
            )
        finally:
            connection.close()

    def order(self, *lines: tuple[Variant, int], key: str = "") -> Answer:
        """This function will order lines directly."""
        body = {
            "lines": [{"sku": variant.sku, "quantity": quantity} for variant, quantity in lines],
            "shipping_address": ADDRESS,
        }
        return self.call("POST", "orders", body, key=key or str(uuid.uuid4()))

    def check_out(self, key: str = "") -> Answer:
        """This function will order what is in the cart."""
        body = {"shipping_address": ADDRESS}
        return self.call("POST", "orders", body, key=key or str(uuid.uuid4()))

    def add_to_cart(self, variant: Variant, quantity: int = 1) -> Answer:
        """This function will put something into the cart."""
        return self.call("POST", "cart/items", {"sku": variant.sku, "quantity": quantity})


@dataclass
class Shop:
    store: Store
    url: str
    people: list[User] = field(default_factory=list)

    def goods(self, stock: int) -> Variant:
        """This function will put a new variant on sale, with so many in stock.

        Its product has been sold before: the first sale takes a lock of its own, and buyers who
        queue for that one do not race for the stock.
        """
        variant = VariantFactory(product__store=self.store, product__first_sold_at=timezone.now())
        inventory.receive_stock(store=self.store, variant=variant, quantity=stock, by=None)
        return variant

    def buyers(self, count: int) -> list[Buyer]:
        """This function will return so many different people."""
        while len(self.people) < count:
            self.people.append(UserFactory(store=self.store))
        return [Buyer(self.url, user) for user in self.people[:count]]

    def newcomer(self) -> Buyer:
        """This function will return somebody who was never here before."""
        return Buyer(self.url, UserFactory(store=self.store))

    def staff(self) -> Buyer:
        """This function will return a member of the store's staff."""
        return Buyer(self.url, UserFactory(store=self.store, is_staff=True))

    def machine(self) -> Buyer:
        """This function will return an API key that may do all that a key may do in the store."""
        key = make_key()
        ApiKeyFactory(
            store=self.store, prefix=key.prefix, digest=key.digest, scopes=[*map(str, Scope)]
        )
        return Buyer(self.url, headers={"Authorization": f"Api-Key {key.text}"})

    def guest(self) -> Buyer:
        """This function will return somebody without a name."""
        return Buyer(self.url)


def at_once(calls: Sequence[Callable[[], Answer]]) -> list[Answer]:
    """This function will make all calls at the same moment, each in a thread of its own."""
    ready = threading.Barrier(len(calls))
    answers: list[Answer | None] = [None] * len(calls)

    def run(place: int) -> None:
        ready.wait()
        answers[place] = calls[place]()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [answer for answer in answers if answer is not None]


def tally(answers: Sequence[Answer]) -> Counter[Any]:
    """This function will count the answers: successes by status, failures by status and code."""
    return Counter(
        (answer.status, answer.code) if answer.status >= 400 else answer.status
        for answer in answers
    )


def reserved(variant: Variant) -> int:
    """This function will return how many of a variant are promised to somebody."""
    return sum(StockItem.objects.filter(variant=variant).values_list("reserved", flat=True))
