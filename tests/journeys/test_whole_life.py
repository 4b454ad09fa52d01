"""The whole life of an order, with every server a shop has in production and nothing pretended but
the bank: HTTP, PostgreSQL, Redis, RabbitMQ, a worker, beat, and a Stripe that keeps books."""

import email
import json
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import default as modern
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from apps.catalog.models import Variant
from apps.inventory.models import StockItem
from apps.payments.models import Payment, ProviderEvent
from apps.stores.models import Store
from tests.broker import Listener
from tests.serving import served
from tests.shop import Answer, Buyer, Shop
from tests.stripe_double import StripeDouble, stripe_double
from tests.workers import Pipeline, wait_until, workers

pytestmark = [
    pytest.mark.services,
    # Workers record what happens: what they wrote is looked at, and wiped.
    pytest.mark.django_db(transaction=True, databases=["default", "audit"]),
]

WEBHOOK = "/api/v1/payments/webhooks/stripe"


@dataclass
class Installation:
    """A shop with all its processes, and the two parties outside: the bank and a follower."""

    shop: Shop
    stripe: StripeDouble
    pipeline: Pipeline
    follower: Listener
    mail_folder: Path

    def mails(self, to: str) -> list[EmailMessage]:
        """This function will return the mails to an address, in the order they were sent."""
        written = sorted(self.mail_folder.glob("*.log"), key=lambda path: path.stat().st_mtime)
        letters = [letter for path in written for letter in _letters(path)]
        return [one for one in letters if to in one["To"]]

    def wait_for_mails(self, buyer: Buyer, count: int) -> None:
        """This function will wait until somebody has so many mails."""
        self.wait_for(lambda: len(self.mails(buyer.user.email)) >= count)

    def wait_for(self, condition: Callable[[], object]) -> None:
        """This function will wait for what the pipeline does; at most a minute."""
        wait_until(condition, seconds=60, told=self.pipeline.log)


def _letters(path: Path) -> list[EmailMessage]:
    """A file holds the mails of one connection, each ended by a line of dashes."""
    parts = path.read_bytes().split(b"\n" + b"-" * 79 + b"\n")
    return [
        email.message_from_bytes(part, policy=modern)  # type: ignore[misc]
        for part in parts
        if part.strip()
    ]


@contextmanager
def installed(store: Store, mail_folder: Path, **more: str) -> Iterator[Installation]:
    """This function will run everything, on the servers that the environment names."""
    with stripe_double() as stripe:
        variables = {
            "STRIPE_SECRET_KEY": stripe.client_key,
            "STRIPE_API_BASE": stripe.url,
            "STRIPE_WEBHOOK_SECRETS": stripe.webhook_secret,
            "EMAIL_URL": f"filemail:///{mail_folder}",
            **more,
        }
        broker_url = settings.CELERY_BROKER_URL
        with served(**variables) as url, workers(broker_url=broker_url, **variables) as pipeline:
            stripe.webhooks.url = f"{url}{WEBHOOK}"
            follower = Listener(broker_url, f"follower-{uuid.uuid4()}")
            try:
                yield Installation(Shop(store, url), stripe, pipeline, follower, mail_folder)
            finally:
                follower.forget()


@pytest.fixture
def installation(store: Store, tmp_path: Path) -> Iterator[Installation]:
    with installed(store, tmp_path) as running:
        yield running


def done(answer: Answer) -> Any:
    """This function will return what a request was answered with; it must have succeeded."""
    assert answer.status in {200, 201}, answer.body
    return answer.body


def file_of(buyer: Buyer, path: str) -> tuple[str, bytes]:
    """This function will download something that is not JSON: its type and its bytes."""
    request = urllib.request.Request(f"{buyer.url}/api/v1/{path}", headers=buyer.headers)
    with urllib.request.urlopen(request, timeout=30) as response:
        return response.headers["Content-Type"], response.read()


def on_hand(*variants: Variant) -> list[int]:
    items = StockItem.objects.filter(variant__in=variants).order_by("variant")
    return list(items.values_list("on_hand", flat=True))


def test_an_order_is_placed_paid_shipped_in_parts_and_refunded_in_part(installation, promises_kept):
    goods = [installation.shop.goods(10) for _ in range(3)]
    ada, staff = installation.shop.newcomer(), installation.shop.staff()

    order = place(installation, ada, goods)
    payment = pay_in_stripes_form(installation, ada, order)
    assert on_hand(*goods) == [8, 9, 9]
    receive_the_invoice(installation, ada, order)
    hear_it_from_stripe_again(installation, payment)
    ship_in_two_parcels(installation, ada, staff, order)
    give_a_part_back(installation, ada, staff, payment)

    assert state_of(ada, order) == "delivered"
    total = int(order["total"]["amount"].replace(".", ""))
    stripe = installation.stripe
    assert (stripe.captured_total(), stripe.refunded_total()) == (total, 500)
    assert len(stripe.movements("captured")) == 1
    installation.wait_for(Announced(installation.follower))
    assert len(installation.mails(ada.user.email)) == 5
    promises_kept()


def state_of(buyer: Buyer, order: Any) -> str:
    return str(buyer.call("GET", f"orders/{order['id']}").body["state"])


def place(installation: Installation, ada: Buyer, goods: list[Variant]) -> Any:
    """The stock is reserved, and a confirmation arrives."""
    order = done(ada.order(*zip(goods, (2, 1, 1), strict=True)))
    assert order["state"] == "pending"
    assert on_hand(*goods) == [10, 10, 10]
    installation.wait_for_mails(ada, 1)
    assert order["number"] in installation.mails(ada.user.email)[0]["Subject"]
    return order


def pay_in_stripes_form(installation: Installation, ada: Buyer, order: Any) -> Any:
    """We hear of it by webhook alone."""
    wish = {"gateway": "stripe"}
    opened = done(ada.call("POST", f"orders/{order['id']}/payments", wish, key="pay"))
    assert opened["state"] == "requires_action"
    installation.stripe.pay(opened["client_secret"].split("_secret_")[0], "pm_card_visa")
    installation.wait_for(lambda: state_of(ada, order) == "paid")
    payment = done(ada.call("GET", f"payments/{opened['id']}"))
    assert (payment["state"], payment["amount"]) == ("captured", order["total"])
    assert payment["client_secret"] == ""
    return payment


def receive_the_invoice(installation: Installation, ada: Buyer, order: Any) -> None:
    """It is there to be downloaded, and comes by mail."""
    kind, document = file_of(ada, f"orders/{order['id']}/invoice")
    assert (kind, document[:5]) == ("application/pdf", b"%PDF-")
    installation.wait_for_mails(ada, 2)
    receipt = installation.mails(ada.user.email)[1]
    assert [part.get_content_type() for part in receipt.iter_attachments()] == ["application/pdf"]


def hear_it_from_stripe_again(installation: Installation, payment: Any) -> None:
    """Nothing changes by it."""
    stripe, heard = installation.stripe, ProviderEvent.objects.count()
    version = Payment.objects.get(public_id=payment["id"]).version
    stripe.send_again(stripe.event("payment_intent.succeeded")["id"], copies=3)
    stripe.webhooks.wait_until_quiet()
    assert {one.status for one in stripe.deliveries} == {200}
    assert ProviderEvent.objects.count() == heard
    assert Payment.objects.get(public_id=payment["id"]).version == version


def ship_in_two_parcels(installation: Installation, ada: Buyer, staff: Buyer, order: Any) -> None:
    """Each of them is announced."""
    here = f"orders/{order['id']}/shipments"
    first = {"line_id": order["lines"][0]["id"], "quantity": order["lines"][0]["quantity"]}
    parcel = {"carrier": "Post", "tracking_number": "P1", "lines": [first]}
    done(staff.call("POST", here, parcel, key="parcel-1"))
    assert state_of(ada, order) == "paid"
    done(staff.call("POST", here, {"carrier": "Post", "tracking_number": "P2"}, key="parcel-2"))
    assert state_of(ada, order) == "shipped"
    installation.wait_for_mails(ada, 4)
    for shipment in done(ada.call("GET", here))["results"]:
        done(staff.call("POST", f"{here}/{shipment['id']}/deliver", key=shipment["id"]))


def give_a_part_back(installation: Installation, ada: Buyer, staff: Buyer, payment: Any) -> None:
    """Money, credit note and mail."""
    wish = {"amount": {"amount": "5.00", "currency": "EUR"}, "reason": "a scratch"}
    refund = done(staff.call("POST", f"payments/{payment['id']}/refunds", wish, key="refund"))
    assert refund["state"] == "succeeded"
    documents = done(ada.call("GET", "invoices"))["results"]
    assert sorted(one["kind"] for one in documents) == ["credit_note", "invoice"]
    installation.wait_for_mails(ada, 5)


class Announced:
    """Whether whoever bound a queue has heard of the whole life."""

    whole = frozenset(
        {
            "order.placed",
            "payment.captured",
            "order.paid",
            "invoice.issued",
            "shipment.created",
            "order.shipped",
            "order.delivered",
            "refund.succeeded",
            "credit_note.issued",
        }
    )

    def __init__(self, follower: Listener) -> None:
        self.follower = follower
        self.heard: set[str] = set()

    def __call__(self) -> bool:
        self.heard |= {json.loads(body)["type"] for _, body in self.follower.heard()}
        return self.heard >= self.whole


def test_money_that_the_bank_took_but_did_not_tell_of_is_found_and_taken_once(
    store, tmp_path, promises_kept
):
    """The answer is lost after the effect and every webhook is dropped: beat asks and heals."""
    with installed(store, tmp_path) as installation:
        shop, stripe = installation.shop, installation.stripe
        stripe.webhooks.turn(drop=("*",))
        mug, ada = shop.goods(10), shop.newcomer()
        order = done(ada.order((mug, 1)))
        here = f"orders/{order['id']}"
        stripe.fault("reset_after", "payment_intents.confirm", times=0)
        wish = {"gateway": "stripe", "payment_method": "pm_card_visa"}
        silent = ada.call("POST", f"{here}/payments", wish, key="pay")
        assert (silent.status, silent.code) == (503, "gateway_unavailable")
        assert int(silent.headers["retry-after"]) > 0
        stripe.clear_faults()

        installation.wait_for(lambda: ada.call("GET", here).body["state"] == "paid")
        again = ada.call("POST", f"{here}/payments", wish, key="pay")
        assert (again.status, again.body["state"]) == (201, "captured")
        assert len(stripe.movements("captured")) == 1
        assert stripe.deliveries == []
        promises_kept()
