"""Machines show a key: for some scopes, in one store, for some time."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone
from rest_framework.test import APIClient

from apps.accounts import services
from apps.accounts.errors import ApiKeyNotFound, ApiKeyRefused, RightsExceeded
from apps.accounts.models import ApiKey
from apps.accounts.tests.factories import UserFactory
from apps.catalog.tests.factories import VariantFactory
from apps.core.access import MissingScope
from apps.events.models import OutboxEvent
from apps.orders.tests.factories import OrderFactory
from apps.stores.tests.factories import StoreHostFactory
from tests.statements import at_most

pytestmark = pytest.mark.django_db
ORDERS = "/api/v1/orders"


def make(store, *scopes, by=None, days=30, name="ERP"):
    now = timezone.now()
    return services.create_api_key(
        store=store, name=name, scopes=scopes, expires_at=now + timedelta(days=days), by=by, now=now
    )


def client_with(text, **headers):
    client = APIClient(**headers)
    client.credentials(HTTP_AUTHORIZATION=f"Api-Key {text}")
    return client


def machine(store, *scopes):
    return client_with(make(store, *scopes).text)


def code(answer, status):
    assert answer.status_code == status
    return answer.json()["code"]


# --- making and ending ---------------------------------------------------------------------------
def test_is_made_by_who_manages_keys_and_told_without_its_secret(store, staff):
    made = make(store, "read_orders", "read_stock", by=staff)

    assert made.text.startswith(f"tpk_{made.key.prefix}_")
    stored = ApiKey.objects.values().get()
    assert made.text not in str(stored)
    assert made.text.rsplit("_")[2] not in str(stored)
    event = OutboxEvent.objects.get()
    assert (event.name, event.actor) == ("api_key.created", f"user:{staff.public_id}")
    assert event.payload == {
        "prefix": made.key.prefix,
        "scopes": ["read_orders", "read_stock"],
        "expires_at": made.key.expires_at.isoformat(),
    }


@pytest.mark.parametrize("role", ["manager", "support", "warehouse", "finance", "read_only"])
def test_others_make_and_end_none(store, role):
    member = UserFactory(store=store, is_staff=True, roles=[role])
    known = make(store, "read_orders").key
    with pytest.raises(MissingScope):
        make(store, "read_orders", by=member)
    with pytest.raises(MissingScope):
        services.revoke_api_key(store=store, key_id=known.public_id, by=member, now=timezone.now())
    assert list(ApiKey.objects.values_list("revoked_at", flat=True)) == [None]


def test_a_key_that_makes_keys_gives_no_more_than_it_has(store):
    key = make(store, "manage_api_keys", "read_orders").key
    assert make(store, "read_orders", by=key).key.created_by is None
    with pytest.raises(RightsExceeded) as refusal:
        make(store, "read_orders", "refund_payments", by=key)
    assert refusal.value.extensions == {"scopes": ["refund_payments"]}
    assert ApiKey.objects.count() == 2


@pytest.mark.parametrize(
    ("scopes", "days"),
    [([], 30), (["root"], 30), (["read_orders"], 0), (["read_orders"], -1), (["read_orders"], 367)],
)
def test_refuses_keys_that_make_no_sense(store, scopes, days):
    with pytest.raises(ApiKeyRefused):
        make(store, *scopes, days=days)
    assert not ApiKey.objects.exists()


def test_the_database_knows_the_vocabulary_too(store):
    key = make(store, "read_orders").key
    with pytest.raises(IntegrityError, match="api_key_scopes_are_known"), transaction.atomic():
        ApiKey.objects.filter(pk=key.pk).update(scopes=["read_orders", "root"])


# --- who is asking -------------------------------------------------------------------------------
def test_reads_what_its_scopes_are_for(store):
    order = OrderFactory(customer__store=store)
    client = machine(store, "read_orders")
    assert client.get(f"{ORDERS}/{order.public_id}").json()["number"] == order.number
    assert [one["number"] for one in client.get(ORDERS).json()["results"]] == [order.number]


def test_costs_one_statement(store):
    OrderFactory(customer__store=store)
    client = machine(store, "read_orders")
    client.get(ORDERS)
    with at_most(2):  # key, page
        client.get(ORDERS)


def test_is_told_which_scope_it_lacks(store):
    client = machine(store, "read_orders")
    order = OrderFactory(customer__store=store)
    for answer in (
        client.get("/api/v1/stock"),
        client.post("/api/v1/products", {"title": "Cup"}),
        client.patch(f"{ORDERS}/{order.public_id}", {"staff_note": "x"}),
        client.get("/api/v1/invoices"),
    ):
        assert code(answer, 403) == "missing_scope"
        assert answer.json()["scope"] in {
            "read_stock", "write_catalog", "write_orders", "read_invoices",
        }  # fmt: skip
    order.refresh_from_db()
    assert order.staff_note == ""


def test_has_nothing_of_its_own(store):
    client = machine(store, "read_orders", "write_orders")
    variant = VariantFactory(product__store=store)
    lines = {"lines": [{"variant_id": str(variant.public_id), "quantity": 1}]}
    for answer in (
        client.get("/api/v1/me"),
        client.get("/api/v1/addresses"),
        client.get("/api/v1/cart"),
        client.post("/api/v1/cart/items", {"variant_id": str(variant.public_id), "quantity": 1}),
        client.post(ORDERS, lines, headers={"Idempotency-Key": "1"}),
        client.post(f"{ORDERS}/{OrderFactory().public_id}/payments", {}),
    ):
        assert code(answer, 403) == "person_required"


def test_writes_with_one_scope_alone_and_is_the_actor(store):
    order = OrderFactory(customer__store=store, state="pending")
    made = make(store, "write_orders")
    answer = client_with(made.text).patch(f"{ORDERS}/{order.public_id}", {"staff_note": "packed"})
    assert answer.status_code == 200
    order.refresh_from_db()
    assert order.staff_note == "packed"
    event = OutboxEvent.objects.get(name="order.updated")
    assert event.actor == f"key:{made.key.public_id}"


def test_changes_the_catalogue_that_is_not_published(store):
    variant = VariantFactory(product__store=store, product__published_at=None)
    place = f"/api/v1/products/{variant.product.slug}"
    assert machine(store, "write_catalog").patch(place, {"title": "Mug"}).status_code == 200
    assert machine(store, "read_orders").get(place).status_code == 404


def test_its_idempotency_keys_are_its_own(store):
    """Two callers use one key: neither sees the other's answer."""
    first, second = machine(store, "write_catalog"), machine(store, "write_catalog")
    key = {"headers": {"Idempotency-Key": "same"}}
    one = first.post("/api/v1/categories", {"name": "Cups"}, **key)
    again = first.post("/api/v1/categories", {"name": "Cups"}, **key)
    other = second.post("/api/v1/categories", {"name": "Mugs"}, **key)
    assert [one.status_code, again.status_code, other.status_code] == [201, 201, 201]
    assert again["Idempotent-Replayed"] == "true"
    assert other.json()["name"] == "Mugs"


def test_is_nobody_in_another_store(store):
    elsewhere = StoreHostFactory(host="other.example").store
    order = OrderFactory(customer__store=elsewhere)
    made = make(store, "read_orders", "write_orders")
    client = client_with(made.text, HTTP_HOST="other.example")
    for answer in (client.get(ORDERS), client.get(f"{ORDERS}/{order.public_id}")):
        assert code(answer, 401) == "invalid_api_key"
    key = made.key
    with pytest.raises(ApiKeyNotFound):
        services.revoke_api_key(store=elsewhere, key_id=key.public_id, by=None, now=timezone.now())


def test_ends(store):
    made = make(store, "read_orders", days=2)
    client = client_with(made.text)
    assert client.get(ORDERS).status_code == 200
    with time_machine.travel(made.key.expires_at):
        assert code(client.get(ORDERS), 401) == "invalid_api_key"
    for _ in range(2):
        services.revoke_api_key(store=store, key_id=made.key.public_id, by=None, now=timezone.now())
    assert code(client.get(ORDERS), 401) == "invalid_api_key"
    assert OutboxEvent.objects.filter(name="api_key.revoked").count() == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text[:-1] + ("A" if text[-1] != "A" else "B"),
        lambda text: text[4:],
        lambda text: text.upper(),
        lambda text: text + "x",
        lambda text: "",
        lambda text: "tpk_%00_é",
        lambda text: text.replace("tpk_", "tpk_0"),
    ],
)
def test_a_key_that_is_nearly_right_is_wrong(store, change):
    text = make(store, "read_orders").text
    assert code(client_with(change(text)).get(ORDERS), 401) == "invalid_api_key"


def test_its_last_use_is_noted_once_a_minute(store):
    made = make(store, "read_orders")
    client = client_with(made.text)
    start = timezone.now()

    def noted_after(seconds):
        with time_machine.travel(start + timedelta(seconds=seconds), tick=False):
            client.get(ORDERS)
        made.key.refresh_from_db()
        return round((made.key.last_used_at - start).total_seconds())

    assert [noted_after(seconds) for seconds in (0, 30, 59, 61, 90)] == [0, 0, 0, 61, 61]


def test_watches_the_installation(store):
    outside = {"REMOTE_ADDR": "203.0.113.7"}
    assert machine(store, "read_operations").get("/metrics", **outside).status_code == 200
    assert code(machine(store, "read_orders").get("/metrics", **outside), 403) == "missing_scope"


def test_recommends_to_machines_what_it_recommends_to_anybody(store):
    assert machine(store, "read_orders").get("/api/v1/recommendations").status_code == 200


def test_opens_no_staff_site(store):
    client = machine(store, "manage_staff")
    assert client.get("/admin/").status_code == 302
