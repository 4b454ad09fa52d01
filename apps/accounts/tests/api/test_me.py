import pytest

from apps.accounts.models import User
from apps.events.models import OutboxEvent
from tests.statements import at_most


def me(client, **headers):
    return client.get("/api/v1/me", **headers)


def rename(client, body, **headers):
    return client.patch("/api/v1/me", body, **headers)


def test_shows_the_person(shopper, shopper_client):
    response = me(shopper_client)

    assert response.status_code == 200
    assert response.json() == {
        "id": str(shopper.public_id),
        "email": shopper.email,
        "email_verified": False,
        "full_name": shopper.full_name,
        "is_staff": False,
        "created_at": response.json()["created_at"],
    }


def test_costs_one_statement(shopper_client):
    me(shopper_client)
    with at_most(3):  # the person, and the shop directory, which tests do not keep
        me(shopper_client)


@pytest.mark.parametrize("verb", ["get", "patch"])
def test_is_nobody_without_a_token(anonymous, verb):
    response = getattr(anonymous, verb)("/api/v1/me")

    assert response.status_code == 401
    assert response["WWW-Authenticate"] == 'Bearer realm="api"'
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == "not_authenticated"


def test_a_session_is_no_token(client, shopper):
    client.force_login(shopper)

    assert client.get("/api/v1/me").status_code == 401


def test_is_not_sent_again_to_who_has_it(shopper_client):
    etag = me(shopper_client)["ETag"]

    assert me(shopper_client, HTTP_IF_NONE_MATCH=etag).status_code == 304


def test_changes_the_name(shopper, shopper_client):
    response = rename(shopper_client, {"full_name": "Augusta Ada King"})

    shopper.refresh_from_db()
    assert response.status_code == 200
    assert response.json()["full_name"] == "Augusta Ada King"
    assert shopper.full_name == "Augusta Ada King"
    event = OutboxEvent.objects.get()
    assert (event.name, event.aggregate_id) == ("customer.updated", shopper.public_id)
    assert event.payload == {}


def test_a_change_of_what_somebody_else_has_changed_is_refused(shopper, shopper_client):
    etag = me(shopper_client)["ETag"]
    assert rename(shopper_client, {"full_name": "One"}, HTTP_IF_MATCH=etag).status_code == 200

    response = rename(shopper_client, {"full_name": "Two"}, HTTP_IF_MATCH=etag)

    assert response.status_code == 412
    assert response.json()["code"] == "stale_version"
    shopper.refresh_from_db()
    assert shopper.full_name == "One"
    assert OutboxEvent.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "other@example.com"),
        ("is_staff", True),
        ("is_superuser", True),
        ("is_active", False),
        ("store", 1),
        ("id", "018f0000-0000-7000-8000-000000000000"),
        ("password", "correct horse staple"),
        ("groups", [1]),
        ("role", "admin"),
        ("version", 9),
        ("created_at", "2020-01-01T00:00:00Z"),
    ],
)
def test_changes_nothing_else(shopper_client, field, value):
    before = User.objects.values().get()

    response = rename(shopper_client, {"full_name": "Mallory", field: value})

    assert response.status_code == 400
    assert [error["code"] for error in response.json()["errors"]] == ["unknown_field"]
    assert User.objects.values().get() == before
    assert not OutboxEvent.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"full_name": None},
        {"full_name": ["Ada"]},
        {"full_name": {"first": "Ada"}},
        {"full_name": True},
        {"full_name": "a" * 151},
        {"full_name": "Ada\r\nBcc: all@example.com"},
        [],
        "text",
    ],
)
def test_refuses_what_is_no_name(shopper, shopper_client, body):
    name = shopper.full_name

    response = rename(shopper_client, body)

    assert response.status_code == 400
    assert response.json()["code"] == "validation_error"
    shopper.refresh_from_db()
    assert shopper.full_name == name


def test_refuses_a_name_that_cannot_be_stored(shopper, shopper_client):
    for name in (rb"\u0000", rb"\ud800", b"\xff"):
        response = shopper_client.patch(
            "/api/v1/me", b'{"full_name": "' + name + b'"}', content_type="application/json"
        )
        assert response.status_code == 400
    shopper.refresh_from_db()
    assert shopper.full_name.startswith("Person")


def test_refuses_a_body_that_is_too_large(shopper_client):
    assert rename(shopper_client, {"full_name": "a" * 1024 * 1024}).status_code == 413
