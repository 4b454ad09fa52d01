import json

import pytest

from apps.accounts.models import User
from apps.accounts.tests.factories import UserFactory
from apps.events.models import OutboxEvent
from apps.stores.tests.factories import StoreFactory, StoreHostFactory
from tests.statements import at_most

ADA = {"email": "ada@example.com", "password": "difference engine", "full_name": "Ada Lovelace"}


def register(client, **changes):
    return client.post("/api/v1/auth/register", ADA | changes)


def test_makes_a_customer_of_the_store_and_hands_out_no_token(anonymous, store):
    response = register(anonymous)

    person = User.objects.get()
    assert response.status_code == 201
    assert response.json() == {
        "id": str(person.public_id),
        "email": "ada@example.com",
        "email_verified": False,
        "full_name": "Ada Lovelace",
        "is_staff": False,
        "created_at": response.json()["created_at"],
    }
    assert person.store == store
    assert person.check_password("difference engine")
    assert not person.is_staff
    assert not person.is_superuser


def test_announces_the_customer_without_personal_data(anonymous, store):
    register(anonymous)

    event = OutboxEvent.objects.get()
    person = User.objects.get()
    assert event.name == "customer.registered"
    assert event.aggregate_id == person.public_id
    assert event.actor == f"user:{person.public_id}"
    assert event.payload == {}


def test_needs_no_name(anonymous):
    assert register(anonymous, full_name="").status_code == 201


@pytest.mark.parametrize("email", ["ada@example.com", "ADA@example.COM"])
def test_refuses_an_address_that_the_store_knows(anonymous, store, email):
    UserFactory(store=store, email="ada@example.com")

    response = register(anonymous, email=email)

    assert response.status_code == 409
    assert response.json()["code"] == "email_taken"
    assert User.objects.count() == 1
    assert not OutboxEvent.objects.exists()


def test_refuses_the_address_of_an_operator(anonymous):
    UserFactory(email="root@example.com", is_superuser=True)

    response = register(anonymous, email="root@example.com")

    assert response.status_code == 409
    assert response.json()["code"] == "email_taken"
    assert User.objects.count() == 1


def test_two_shops_may_know_the_same_person(anonymous, store):
    UserFactory(email="ada@example.com")

    assert register(anonymous).status_code == 201


def test_the_store_is_that_of_the_host(anonymous):
    other = StoreFactory()
    StoreHostFactory(store=other, host="other.example")

    response = anonymous.post("/api/v1/auth/register", ADA, HTTP_HOST="other.example")

    assert response.status_code == 201
    assert User.objects.get().store == other


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("elevenchars", "password_too_short"),
        ("password1234", "password_too_common"),
        ("ada@example.com", "password_too_similar"),
        ("Ada Lovelace", "password_too_similar"),
    ],
)
def test_refuses_a_weak_password(anonymous, password, code):
    response = register(anonymous, password=password)

    assert response.status_code == 400
    assert response.json()["code"] == "validation_error"
    assert [(e["field"], e["code"]) for e in response.json()["errors"]] == [("password", code)]
    assert not User.objects.exists()


def test_keeps_spaces_around_a_password(anonymous):
    register(anonymous, password="  twelve and  ")

    assert User.objects.get().check_password("  twelve and  ")


@pytest.mark.parametrize(
    "field",
    ["is_staff", "is_superuser", "is_active", "store", "id", "role", "groups", "created_at"],
)
def test_nobody_makes_themselves_more_than_a_customer(anonymous, field):
    response = register(anonymous, **{field: True})

    assert response.status_code == 400
    assert response.json()["errors"] == [
        {"field": field, "code": "unknown_field", "detail": "This field is not known."}
    ]
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"email": ""}, "email"),
        ({"email": "nobody"}, "email"),
        ({"email": 7}, "email"),
        ({"email": ["ada@example.com"]}, "email"),
        ({"email": f"{'a' * 250}@example.com"}, "email"),
        ({"email": None}, "email"),
        ({"password": ""}, "password"),
        ({"password": None}, "password"),
        ({"password": {"a": 1}}, "password"),
        ({"password": "x" * 1025}, "password"),
        ({"full_name": "a" * 151}, "full_name"),
        ({"full_name": "Ada\nBcc: all@example.com"}, "full_name"),
        ({"full_name": True}, "full_name"),
    ],
)
def test_refuses_what_is_not_a_registration(anonymous, changes, field):
    response = register(anonymous, **changes)

    assert response.status_code == 400
    assert {error["field"] for error in response.json()["errors"]} == {field}
    assert not User.objects.exists()


@pytest.mark.parametrize("body", ["", "null", "[]", '"text"', "7", "{", "{}"])
def test_refuses_bodies_that_are_no_object(anonymous, body):
    response = anonymous.post("/api/v1/auth/register", body, content_type="application/json")

    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert not User.objects.exists()


def test_refuses_what_cannot_be_stored(anonymous):
    for name in (r"\u0000", r"\ud800"):
        body = json.dumps(ADA).replace("Ada Lovelace", name)
        response = anonymous.post("/api/v1/auth/register", body, content_type="application/json")
        assert response.status_code == 400
    assert not User.objects.exists()


def test_takes_no_form(anonymous):
    response = anonymous.post(
        "/api/v1/auth/register",
        "email=ada@example.com",
        content_type="application/x-www-form-urlencoded",
    )

    assert response.status_code == 415


def test_a_stale_token_does_not_keep_anybody_out(anonymous):
    anonymous.credentials(HTTP_AUTHORIZATION="Bearer long.gone.token")

    assert register(anonymous).status_code == 201


def test_a_repetition_with_the_same_key_is_one_person(anonymous):
    first = anonymous.post("/api/v1/auth/register", ADA, HTTP_IDEMPOTENCY_KEY="one")
    again = anonymous.post("/api/v1/auth/register", ADA, HTTP_IDEMPOTENCY_KEY="one")

    assert again.status_code == 201
    assert again["Idempotent-Replayed"] == "true"
    assert again.json() == first.json()
    assert User.objects.count() == 1


def test_asks_little_of_the_database(anonymous, store):
    with at_most(4):  # the shop directory, which is cached elsewhere, takes one more
        register(anonymous)
