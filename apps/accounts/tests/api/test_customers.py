"""Customers, as staff see them."""

from uuid import uuid4

import pytest
from django.core import mail as outbox

from apps.accounts.models import User
from apps.accounts.tests.factories import UserFactory
from apps.accounts.tests.mailed import mailed_token
from apps.events.models import OutboxEvent
from apps.stores.tests.factories import StoreHostFactory
from conftest import client_of
from tests.statements import at_most

URL = "/api/v1/customers"


@pytest.fixture
def ada(store):
    return UserFactory(store=store, email="ada@example.com", full_name="Ada Lovelace")


@pytest.fixture
def support(store):
    return client_of(UserFactory(store=store, is_staff=True, roles=["support"]))


def url(customer):
    return f"{URL}/{customer.public_id}"


def unchanged(person):
    now = User.objects.filter(pk=person.pk).values().first()
    return now == {name: getattr(person, name) for name in now}


def ids(response):
    return [one["id"] for one in response.json()["results"]]


# --- reading -------------------------------------------------------------------------------------
def test_lists_the_stores_own_newest_first(support, store):
    people = UserFactory.create_batch(3, store=store)
    UserFactory()

    response = support.get(URL)

    assert response.json()["count"] == 3
    assert ids(response) == [str(one.public_id) for one in reversed(people)]


def test_shows_one(support, ada):
    response = support.get(url(ada))

    assert response.status_code == 200
    assert response.json() == {
        "id": str(ada.public_id),
        "email": "ada@example.com",
        "email_verified": False,
        "full_name": "Ada Lovelace",
        "is_active": True,
        "created_at": response.json()["created_at"],
    }
    again = support.get(url(ada), HTTP_IF_NONE_MATCH=response["ETag"])
    assert again.status_code == 304


def test_a_list_costs_two_statements(support, store):
    UserFactory.create_batch(30, store=store)
    with at_most(5):  # who asks and what they may, count, rows
        assert len(ids(support.get(f"{URL}?page_size=30"))) == 30


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"email": "ADA@example.com"}, True),
        ({"email": "ada@"}, False),
        ({"email": "nobody@example.com"}, False),
        ({"is_active": "true"}, True),
        ({"is_active": "false"}, False),
        ({"created_after": "2020-01-01T00:00:00Z"}, True),
        ({"created_before": "2020-01-01T00:00:00Z"}, False),
    ],
)
def test_finds(support, ada, query, found):
    assert ids(support.get(URL, query)) == ([str(ada.public_id)] if found else [])


@pytest.mark.parametrize("query", [{"email": "x" * 255}, {"created_after": "yesterday"}])
def test_refuses_what_cannot_be_looked_for(support, query):
    assert support.get(URL, query).status_code == 400


def test_an_address_finds_neither_staff_nor_operators_nor_others(support, store):
    for person in (
        UserFactory(store=store, is_staff=True),
        UserFactory(is_superuser=True, is_staff=True),
        UserFactory(),
    ):
        assert ids(support.get(URL, {"email": person.email})) == []


# --- writing -------------------------------------------------------------------------------------
def test_makes_a_customer_who_is_asked_to_verify(support, store):
    response = support.post(URL, {"email": "new@example.com", "full_name": "New"})

    customer = User.objects.get(public_id=response.json()["id"])
    assert response.status_code == 201
    assert response["Location"] == url(customer)
    assert (customer.store, customer.is_staff) == (store, False)
    assert not customer.has_usable_password()
    event = OutboxEvent.objects.get()
    assert (event.name, event.aggregate_id) == ("customer.registered", customer.public_id)
    mailed_token()
    assert outbox.outbox[0].to == ["new@example.com"]


def test_a_repetition_with_the_same_key_is_one_customer(support):
    for _ in range(2):
        body = {"email": "new@example.com"}
        assert support.post(URL, body, HTTP_IDEMPOTENCY_KEY="one").status_code == 201
    assert User.objects.filter(is_staff=False).count() == 1


@pytest.mark.parametrize("email", ["ada@example.com", "ADA@EXAMPLE.COM"])
def test_an_address_is_taken_once(support, ada, store, email):
    other = UserFactory(store=store)

    for response in (
        support.post(URL, {"email": email}),
        support.patch(url(other), {"email": email}),
    ):
        assert (response.status_code, response.json()["code"]) == (409, "email_taken")
    assert unchanged(other)
    assert not OutboxEvent.objects.exists()


def test_corrects_a_name(support, ada):
    response = support.patch(url(ada), {"full_name": "Augusta Ada King"})

    assert response.json()["full_name"] == "Augusta Ada King"
    assert list(OutboxEvent.objects.values_list("name", flat=True)) == ["customer.updated"]


def test_a_new_address_is_to_be_verified_again(support, ada):
    ada.email_verified_at = ada.created_at
    ada.save()

    response = support.patch(url(ada), {"email": "countess@example.com"})

    assert response.json()["email"] == "countess@example.com"
    assert response.json()["email_verified"] is False
    mailed_token()
    assert outbox.outbox[0].to == ["countess@example.com"]


def test_who_is_deactivated_is_logged_out_and_may_come_back(support, ada):
    theirs = client_of(ada)

    assert support.patch(url(ada), {"is_active": False}).json()["is_active"] is False
    assert theirs.get("/api/v1/me").status_code == 401
    assert support.patch(url(ada), {"is_active": True}).json()["is_active"] is True
    told = OutboxEvent.objects.order_by("pk").values_list("name", flat=True)
    assert list(told) == [
        "customer.updated",
        "customer.deactivated",
        "session.ended",
        "customer.updated",
        "customer.reactivated",
    ]
    assert theirs.get("/api/v1/me").status_code == 401  # not by the old token


def test_a_change_of_what_was_changed_meanwhile_is_refused(support, ada):
    etag = support.get(url(ada))["ETag"]
    support.patch(url(ada), {"full_name": "One"}, HTTP_IF_MATCH=etag)

    for response in (
        support.patch(url(ada), {"full_name": "Two"}, HTTP_IF_MATCH=etag),
        support.delete(url(ada), HTTP_IF_MATCH=etag),
    ):
        assert (response.status_code, response.json()["code"]) == (412, "stale_version")
    ada.refresh_from_db()
    assert (ada.full_name, ada.is_active) == ("One", True)


def test_deleting_forgets_a_customer(support, ada):
    theirs = client_of(ada)

    response = support.delete(url(ada))

    ada.refresh_from_db()
    assert response.status_code == 200
    assert response.json()["id"] == str(ada.public_id)
    assert (ada.email, ada.full_name, ada.is_active) == ("", "", False)
    assert theirs.get("/api/v1/me").status_code == 401
    assert "customer.erased" in OutboxEvent.objects.values_list("name", flat=True)


@pytest.mark.parametrize(
    "changes", [{"full_name": "Ada"}, {"email": "ada@example.com"}, {"is_active": True}]
)
def test_who_is_forgotten_stays_so(support, ada, changes):
    support.delete(url(ada))
    ada.refresh_from_db()

    response = support.patch(url(ada), changes)

    assert (response.status_code, response.json()["code"]) == (409, "person_erased")
    assert unchanged(ada)


@pytest.mark.parametrize(
    "field",
    ["is_staff", "is_superuser", "store", "id", "password", "roles", "created_at", "version",
     "email_verified", "email_verified_at", "groups"],
)  # fmt: skip
def test_nobody_writes_what_is_not_theirs_to_write(support, ada, field):
    for response in (
        support.post(URL, {"email": "new@example.com", field: True}),
        support.patch(url(ada), {field: True}),
    ):
        assert response.status_code == 400
        assert [error["code"] for error in response.json()["errors"]] == ["unknown_field"]
    assert unchanged(ada)
    assert not User.objects.filter(is_staff=False).exclude(pk=ada.pk).exists()


@pytest.mark.parametrize(
    "changes",
    [{}, {"email": ""}, {"email": "nobody"}, {"email": None}, {"full_name": "a\nb"},
     {"full_name": "a" * 151}, {"is_active": "perhaps"}, {"is_active": None}],
)  # fmt: skip
def test_refuses_what_is_no_change(support, ada, changes):
    assert support.patch(url(ada), changes).status_code == 400
    assert unchanged(ada)


# --- who may -------------------------------------------------------------------------------------
def test_staff_are_no_customers(support, store):
    for person in (
        UserFactory(store=store, is_staff=True),
        UserFactory(store=store, is_superuser=True),
    ):
        for response in (
            support.get(url(person)),
            support.patch(url(person), {"is_active": False}),
            support.delete(url(person)),
        ):
            assert response.status_code == 404
        assert unchanged(person)


def test_another_stores_are_not_there(support, store):
    stranger = UserFactory(store=StoreHostFactory(host="other.example").store)

    for response in (
        support.get(url(stranger)),
        support.patch(url(stranger), {"is_active": False}),
        support.delete(url(stranger)),
        support.get(f"{URL}/{uuid4()}"),
    ):
        assert response.status_code == 404
    assert unchanged(stranger)


@pytest.mark.parametrize(
    ("roles", "reads", "writes"),
    [(["warehouse"], 403, 403), (["finance"], 200, 403), (["read_only"], 200, 403),
     ([], 403, 403), (["support"], 200, 200), (["manager"], 200, 200)],
)  # fmt: skip
def test_it_takes_the_scope(store, ada, roles, reads, writes):
    client = client_of(UserFactory(store=store, is_staff=True, roles=roles))

    assert client.get(URL).status_code == reads
    assert client.get(url(ada)).status_code == reads
    refused = client.patch(url(ada), {"full_name": "Ada King"})
    assert refused.status_code == writes
    if writes == 403:
        assert refused.json()["scope"] == "write_customers"
        assert client.post(URL, {"email": "new@example.com"}).status_code == 403
        assert client.delete(url(ada)).status_code == 403
        assert unchanged(ada)


def test_customers_and_strangers_see_nobody(anonymous, shopper_client, shopper):
    for client, status in ((anonymous, 401), (shopper_client, 403)):
        for response in (
            client.get(URL),
            client.get(url(shopper)),
            client.get(f"{url(shopper)}/orders"),
            client.post(URL, {"email": "new@example.com"}),
            client.patch(url(shopper), {"full_name": "x"}),
            client.delete(url(shopper)),
        ):
            assert response.status_code == status
    assert unchanged(shopper)
