import pytest

from apps.accounts import services
from apps.accounts.models import Address, TokenFamily, User
from apps.accounts.scopes import Role
from apps.accounts.tests.factories import AddressFactory, MembershipFactory, UserFactory
from apps.events.models import OutboxEvent
from apps.idempotency.models import IdempotencyKey
from apps.stores.tests.factories import StoreHostFactory

PASSWORD = "correct horse battery"


def erase(client, password=PASSWORD):
    return client.delete("/api/v1/me", {"password": password}, format="json")


def test_forgets_the_person_and_tells_what_stays(shopper, shopper_client):
    AddressFactory(owner=shopper)

    response = erase(shopper_client)

    assert response.status_code == 200
    assert response["Cache-Control"] == "private, no-store"
    shopper.refresh_from_db()
    assert response.json() == {
        "id": str(shopper.public_id),
        "erased_at": response.json()["erased_at"],
        "kept": [
            {
                "section": "account",
                "count": 1,
                "reason": "accountability",
                "explanation": "It shows what was done; it names nobody, and holds ids alone.",
            }
        ],
    }
    assert (shopper.email, shopper.full_name, shopper.email_index) == ("", "", None)
    assert not shopper.is_active
    assert not shopper.has_usable_password()
    assert not Address.objects.exists()


def test_announces_it_with_ids_alone(shopper, shopper_client):
    address = AddressFactory(owner=shopper)
    session = TokenFamily.objects.get()

    erase(shopper_client)

    told = list(OutboxEvent.objects.order_by("pk").values_list("name", "aggregate_id", "payload"))
    assert told == [
        (
            "session.ended",
            session.public_id,
            {"customer_id": str(shopper.public_id), "reason": "erased"},
        ),
        ("address.deleted", address.public_id, {"customer_id": str(shopper.public_id)}),
        ("customer.erased", shopper.public_id, {}),
    ]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"password": "wrong"}, 422, "wrong_password"),
        ({"password": ""}, 400, "validation_error"),
        ({}, 400, "validation_error"),
        ({"password": PASSWORD, "id": 7}, 400, "validation_error"),
    ],
)
def test_asks_for_the_password_once_more(shopper, shopper_client, body, status, code):
    response = shopper_client.delete("/api/v1/me", body, format="json")

    assert (response.status_code, response.json()["code"]) == (status, code)
    shopper.refresh_from_db()
    assert shopper.is_active
    assert shopper.email
    assert not OutboxEvent.objects.exists()


def test_is_nobody_without_a_token(anonymous):
    assert erase(anonymous).status_code == 401


def test_staff_are_asked_to_withdraw_their_roles_first(staff, staff_client):
    response = erase(staff_client)

    assert (response.status_code, response.json()["code"]) == (409, "person_has_roles")
    staff.refresh_from_db()
    assert staff.is_active


def test_nothing_of_the_person_works_afterwards(shopper, shopper_client, anonymous):
    email = shopper.email
    erase(shopper_client)

    assert not TokenFamily.objects.exists()
    assert shopper_client.get("/api/v1/me").status_code == 401
    assert erase(shopper_client).status_code == 401
    for username in (email, " ", "forgotten"):
        login = {"username": username, "password": PASSWORD}
        assert anonymous.post("/api/v1/auth/token", login).status_code in {400, 401}


def test_the_address_is_free_to_register_anew(shopper, shopper_client, anonymous):
    email = shopper.email
    erase(shopper_client)

    response = anonymous.post(
        "/api/v1/auth/register", {"email": email.upper(), "password": "difference engine"}
    )

    assert response.status_code == 201
    assert response.json()["id"] != str(shopper.public_id)
    assert User.objects.get(email=email).public_id != shopper.public_id


def test_two_forgotten_people_are_in_nobodys_way(store, shopper_client, anonymous):
    User.objects.filter(pk=UserFactory(store=store).pk).update(email="", email_index=None)

    assert erase(shopper_client).status_code == 200
    assert User.objects.filter(email_index=None).count() == 2
    assert User.objects.with_email(store=store, email="") is None


def test_answers_that_were_kept_for_repetitions_go_too(shopper, shopper_client):
    address = {"full_name": "Ada", "street": "1 Main St", "city": "Cork", "country": "IE"}
    shopper_client.post("/api/v1/addresses", address, HTTP_IDEMPOTENCY_KEY="k")
    assert IdempotencyKey.objects.count() == 1

    erase(shopper_client)

    assert not IdempotencyKey.objects.exists()


def test_so_do_those_of_another_store_where_they_once_worked(shopper, shopper_client):
    elsewhere = StoreHostFactory(host="other.example").store
    role = MembershipFactory(person=shopper, store=elsewhere, role="support")
    User.objects.filter(pk=shopper.pk).update(is_staff=True)
    address = {"full_name": "Ada", "street": "1 Main St", "city": "Cork", "country": "IE"}
    shopper_client.post(
        "/api/v1/addresses", address, HTTP_IDEMPOTENCY_KEY="k", HTTP_HOST="other.example"
    )
    assert IdempotencyKey.objects.get().store == elsewhere.public_id
    services.withdraw_role(person=shopper, store=elsewhere, role=Role(role.role), by=None)

    assert erase(shopper_client).status_code == 200

    assert not IdempotencyKey.objects.exists()
