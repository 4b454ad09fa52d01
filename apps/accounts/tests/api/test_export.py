import json

import pytest

from apps.accounts.models import TokenFamily
from apps.accounts.tests.factories import AddressFactory, TokenFamilyFactory, UserFactory
from conftest import client_of


def export(client):
    return client.get("/api/v1/me/export")


def exported(client):
    response = export(client)
    assert response.status_code == 200
    return json.loads(b"".join(response.streaming_content))


def test_is_a_file_that_nobody_keeps_on_the_way(shopper_client):
    response = export(shopper_client)

    assert response["Content-Type"] == "application/json"
    assert response["Content-Disposition"] == 'attachment; filename="personal-data.json"'
    assert response["Cache-Control"] == "private, no-store"


def test_tells_who_the_person_is(store):
    ada = UserFactory(store=store, email="ada@example.com", full_name="Ada “Łódź” King")

    told = exported(client_of(ada))

    (account,) = told["account"]
    assert account["id"] == str(ada.public_id)
    assert account["email"] == "ada@example.com"
    assert account["full_name"] == "Ada “Łódź” King"
    assert account["store"] == "default"


def test_has_a_list_for_each_kind_of_thing(shopper_client):
    told = exported(shopper_client)

    names = {"account", "roles", "addresses", "sessions", "mails", "remembered_answers"}
    assert names | {"carts", "orders", "invoices", "payments"} <= set(told)
    assert told["addresses"] == []


def test_holds_every_address(shopper, shopper_client):
    AddressFactory.create_batch(3, owner=shopper, phone="+44 20 7946 0958")
    AddressFactory(owner__store=shopper.store)

    told = exported(shopper_client)["addresses"]

    assert [one["phone"] for one in told] == ["+44 20 7946 0958"] * 3


def test_tells_since_when_one_is_logged_in(shopper, shopper_client):
    TokenFamilyFactory()
    session = TokenFamily.objects.get(person=shopper)

    (told,) = exported(shopper_client)["sessions"]

    assert told["id"] == str(session.public_id)
    assert told["ended_at"] is None


def test_goes_on_after_a_hundred_of_one_kind(shopper, shopper_client):
    TokenFamilyFactory.create_batch(204, person=shopper)  # and the client's own

    told = exported(shopper_client)["sessions"]

    assert len({one["id"] for one in told}) == len(told) == 205


def test_tells_what_a_member_of_staff_is(staff_client):
    assert [(one["store"], one["role"]) for one in exported(staff_client)["roles"]] == [
        ("default", "admin")
    ]


@pytest.mark.parametrize("path", ["me", "me/export"])
def test_is_nobodys_without_a_token(anonymous, path):
    response = anonymous.get(f"/api/v1/{path}")

    assert response.status_code == 401
    assert response.json()["code"] == "not_authenticated"
