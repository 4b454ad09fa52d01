"""One person's way through every flow, leaving marked values wherever a value can be left."""

import json
from dataclasses import dataclass, field
from io import StringIO
from smtplib import SMTPRecipientsRefused
from typing import Any
from unittest.mock import patch
from uuid import uuid4

from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from apps.accounts.models import Address, User
from apps.accounts.tests.factories import UserFactory
from apps.events import services as events
from apps.interchange import services as interchange
from apps.orders.models import Order
from apps.orders.tests.factories import goods
from apps.payments.gateways.simulated_webhooks import HEADER, sign
from apps.stores.models import Store
from tests.canary import marks

ADMIN_TOKEN = "canary-second-secret-of-admins"


@dataclass
class Visit:
    """What happens, in the order in which it does. `secrets` grows: tokens that were handed out."""

    store: Store
    client: APIClient = field(default_factory=lambda: APIClient(raise_request_exception=False))
    secrets: set[str] = field(default_factory=set)

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """This function will send a request, with a key where one is taken; it returns the body."""
        if method == "post":
            headers = {"HTTP_IDEMPOTENCY_KEY": str(uuid4())} | headers
        response = getattr(self.client, method)(f"/api/v1/{path}", body, format="json", **headers)
        return json.loads(response.content) if getattr(response, "content", b"") else None

    def enter(self) -> None:
        """Registers, mistypes, logs in."""
        person = {"email": marks.EMAIL, "password": marks.PASSWORD, "full_name": marks.NAME}
        assert self.call("post", "auth/register", person)["email"] == marks.EMAIL
        assert self.call("post", "auth/register", person)["code"] == "email_taken"
        self.call("post", "auth/register", person | {"email": marks.EMAIL * 20})
        self.call("post", "auth/register", person | {"password": marks.NAME, marks.NAME: "x"})
        log_in = {"username": marks.EMAIL, "password": marks.PASSWORD}
        assert "code" in self.call(
            "post", "auth/token", log_in | {"password": marks.WRONG_PASSWORD}
        )
        pair = self.call("post", "auth/token", log_in)
        self.secrets |= {pair["access"], pair["refresh"]}
        refreshed = self.call("post", "auth/token/refresh", {"refresh": pair["refresh"]})
        self.secrets |= {
            value for name, value in refreshed.items() if name in {"access", "refresh"}
        }
        self.call("post", "auth/token/refresh", {"refresh": marks.PASSWORD})
        self.client.credentials(HTTP_AUTHORIZATION=f"Bearer {refreshed['access']}")
        assert self.call("patch", "me", {"full_name": marks.NAME})["full_name"] == marks.NAME
        self.call("patch", "me", {"full_name": marks.CARD})
        self.call("get", "me")

    def keep_addresses(self) -> str:
        """Fills, corrects and empties an address book."""
        kept = self.call("post", "addresses", marks.ADDRESS)
        gone = self.call("post", "addresses", marks.ADDRESS | {"is_default": True})
        self.call("patch", f"addresses/{kept['id']}", {"city": marks.CITY})
        self.call("post", "addresses", marks.ADDRESS | {"country": marks.CITY})
        self.call("delete", f"addresses/{gone['id']}")
        self.call("get", "addresses")
        return str(kept["id"])

    def order(self, address_id: str) -> dict[str, Any]:
        """Fills a cart as a guest, orders it, and says more of it."""
        sku = goods(store=self.store).sku
        guest = APIClient()
        cart = guest.post("/api/v1/cart/items", {"sku": sku, "quantity": 1}, format="json").json()
        self.secrets.add(cart["token"])
        order = self.call(
            "post",
            "orders",
            {"address_id": address_id, "customer_note": marks.NOTE},
            HTTP_X_CART_TOKEN=cart["token"],
        )
        where = f"orders/{order['id']}"
        self.call("patch", where, {"shipping_address": marks.ADDRESS, "customer_note": marks.NOTE})
        self.call("patch", where, {"customer_note": marks.CARD})
        seen = [self.client.get(f"/api/v1/{where}")["X-Cache-Hit"] for _ in range(2)]
        assert seen == ["false", "true"]
        self.call("get", "orders")
        return order

    def direct_order(self) -> dict[str, Any]:
        """Orders one thing without a cart."""
        lines = [{"sku": goods(store=self.store).sku, "quantity": 1}]
        body = {"lines": lines, "shipping_address": marks.ADDRESS, "customer_note": marks.NOTE}
        return self.call("post", "orders", body)  # type: ignore[no-any-return]

    def pay(self, order: dict[str, Any]) -> dict[str, Any]:
        """Is declined, gives up at 3-D Secure, and pays."""
        where = f"orders/{order['id']}/payments"
        self.call("post", where, {"gateway": "simulated", "payment_method": marks.CARD})
        for method in ("decline", "requires_action"):
            payment = self.call("post", where, {"gateway": "simulated", "payment_method": method})
            assert "client_secret" in payment, payment
        self.secrets |= {payment["client_secret"], payment["next_action_url"]} - {""}
        page = payment["next_action_url"].partition("testserver")[2]
        self.client.post(page, {"answer": "fail"})
        self.deliver()
        paid = self.call("post", where, {"gateway": "simulated", "payment_method": "success"})
        assert paid["state"] == "captured", paid
        return paid  # type: ignore[no-any-return]

    def tell_by_webhook(self) -> None:
        """Bodies full of what a gateway knows, signed and unsigned."""
        told = {"id": "evt_1", "type": "charge.updated", "billing_details": marks.ADDRESS}
        body = json.dumps(told | {"receipt_email": marks.EMAIL}).encode()
        signature = sign(body, at=int(timezone.now().timestamp()))
        for header in (signature, "t=1,v1=forged"):
            self.client.post(
                "/api/v1/payments/webhooks/simulated",
                body,
                content_type="application/json",
                headers={HEADER: header},
            )

    def call_off(self, order: dict[str, Any]) -> None:
        """Cancels with a reason."""
        canceled = self.call("post", f"orders/{order['id']}/cancel", {"reason": marks.REASON})
        assert canceled["state"] == "canceled"

    def judge(self) -> None:
        """Reviews two things, thinks better of one and takes the other back; wishes for both."""
        told = {"rating": "4.5", "title": marks.OPINION, "body": marks.OPINION, "show_name": True}
        products = [str(goods(store=self.store).product.public_id) for _ in range(2)]
        kept, gone = [
            self.call("post", "reviews", told | {"product": product}) for product in products
        ]
        self.call("post", "reviews", told | {"product": products[0]})  # reviewed by now
        self.call("post", "reviews", told | {"product": marks.OPINION, "title": marks.CARD})
        assert self.call("patch", f"reviews/{kept['id']}", {"body": marks.NOTE})["rating"] == "4.5"
        self.call("delete", f"reviews/{gone['id']}")
        self.call("get", f"products/{products[0]}/reviews")
        for product in products:
            self.call("post", "wishlist", {"product": product})
        self.call("delete", f"wishlist/{products[1]}")

    def deliver(self) -> None:
        """Lets every subscriber run: mails go out."""
        events.deliver_pending(seconds=20)

    def fail_to_deliver(self) -> None:
        """The mail server refuses, and repeats the address in doing so."""
        refusal = SMTPRecipientsRefused({marks.EMAIL: (450, f"{marks.EMAIL} is busy".encode())})
        with patch.object(mail.EmailMultiAlternatives, "send", side_effect=refusal):
            self.deliver()

    def break_down(self) -> None:
        """Something fails in the middle of a request that holds all of it."""
        with patch("apps.accounts.services.add_address.Address.objects.create", _fails):
            self.call("post", "addresses", marks.ADDRESS)
        with patch("apps.accounts.services.update_person.events.publish", _fails):
            self.call("patch", "me", {"full_name": marks.NAME})

    def leave(self) -> None:
        """Asks what is known, and is forgotten."""
        export = self.client.get("/api/v1/me/export")
        told = b"".join(export.streaming_content).decode()
        assert marks.STREET in told
        assert marks.OPINION in told
        self.call("delete", "me", {"password": marks.WRONG_PASSWORD})
        assert self.call("delete", "me", {"password": marks.PASSWORD})["kept"]


def _fails(*_: Any, **__: Any) -> Any:
    raise RuntimeError("the unexpected")


@dataclass
class Clerk:
    """What staff do meanwhile, in the API and on their site."""

    store: Store
    api: APIClient
    browser: Client = field(default_factory=Client)

    def enter(self) -> None:
        """Logs in, at the second attempt."""
        clerk = UserFactory(
            store=self.store, is_staff=True, is_superuser=True, email="staff@x.example"
        )
        clerk.set_password(marks.PASSWORD)
        clerk.save()
        for password in (marks.WRONG_PASSWORD, marks.PASSWORD):
            self.browser.post("/admin/login/", {"username": clerk.email, "password": password})
        assert self.browser.get("/admin/").status_code == 200

    def correct(self, person: User) -> None:
        """Looks for the person, and corrects name and address."""
        people, books = "/admin/accounts/user/", "/admin/accounts/address/"
        found = self.browser.get(people, {"q": marks.EMAIL})
        assert list(found.context["cl"].queryset) == [person]
        form = {"email": marks.EMAIL, "full_name": marks.NAME, "is_active": "on"}
        assert self.browser.post(f"{people}{person.pk}/change/", form).status_code == 302
        address = Address.objects.get(owner=person)
        form = marks.ADDRESS | {"street_extra": marks.STREET}
        assert self.browser.post(f"{books}{address.pk}/change/", form).status_code == 302
        newcomer = {"email": marks.NEW_EMAIL, "full_name": marks.NAME}
        passwords = {"password1": marks.PASSWORD, "password2": marks.PASSWORD}
        assert self.browser.post(f"{people}add/", newcomer | passwords).status_code == 302
        self.browser.post(f"{people}add/", newcomer | passwords)  # known by now

    def handle(self, order: dict[str, Any], payment: dict[str, Any]) -> None:
        """Notes something, ships, sees it arrive, and gives money back."""
        where = f"/api/v1/orders/{order['id']}"
        self.api.patch(where, {"staff_note": marks.STAFF_NOTE}, format="json")
        parcel = {"carrier": "DHL", "tracking_number": "00340"}
        key = {"HTTP_IDEMPOTENCY_KEY": "ship"}
        shipped = self.api.post(f"{where}/shipments", parcel, format="json", **key)
        assert shipped.status_code == 201, shipped.content
        self.api.post(f"{where}/shipments/{shipped.json()['id']}/deliver", format="json")
        refunds = f"/api/v1/payments/{payment['id']}/refunds"
        key = {"HTTP_IDEMPOTENCY_KEY": "refund"}
        back = self.api.post(refunds, {"reason": marks.REASON}, format="json", **key)
        assert back.status_code == 201, back.content

    def moderate(self) -> None:
        """Hides what was written, and shows it again."""
        (review,) = self.api.get("/api/v1/reviews").json()["results"]
        reason = {"reason": marks.REASON}
        for step, body in (("hide", reason), ("show", None), ("hide", reason)):
            where = f"/api/v1/reviews/{review['id']}/{step}"
            assert self.api.post(where, body, format="json").status_code == 200

    def take_along(self) -> None:
        """Has everything about people made into files, and fetches them."""
        shown = {"HTTP_X_ADMIN_TOKEN": ADMIN_TOKEN}
        for kind in ("customers", "orders"):
            asked = self.api.post("/api/v1/admin/exports", {"kind": kind}, format="json", **shown)
            assert asked.status_code == 201, asked.content
            interchange.run_exports()
            file = self.api.get(f"{asked['Location']}/file", **shown)
            assert marks.EMAIL in b"".join(file.streaming_content).decode()

    def look(self) -> None:
        """Opens what there is to look at, and asks the doctor."""
        order = Order.objects.order_by("pk").first()
        for page in (
            "orders/order",
            "orders/invoice",
            "mail/sentmail",
            "payments/refund",
            "catalog/review",
        ):
            assert self.browser.get(f"/admin/{page}/").status_code == 200
        assert self.browser.get(f"/admin/orders/order/{order.pk}/change/").status_code == 200
        call_command("doctor", stdout=StringIO())
