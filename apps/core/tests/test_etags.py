"""ETag, If-None-Match and If-Match, on a resource that has all of them."""

import pytest

from apps.accounts.tests.factories import AddressFactory
from conftest import client_of

pytestmark = pytest.mark.django_db

HOME = {"full_name": "Ada", "street": "1 Main St", "city": "London", "country": "GB"}


@pytest.fixture
def address(shopper):
    return AddressFactory(owner=shopper, store=shopper.store)


def test_reader_who_has_it_is_told_so(shopper_client, address):
    path = f"/api/v1/addresses/{address.public_id}"
    tag = shopper_client.get(path)["ETag"]
    again = shopper_client.get(path, headers={"If-None-Match": f'"0.x", {tag}'})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    assert shopper_client.get(path, headers={"If-None-Match": '"1.0"'}).status_code == 200


@pytest.mark.parametrize("stale", ['"7.0123456789abcdef"', "nonsense", '"1"', 'W/"x"'])
def test_stale_writer_changes_nothing(shopper_client, address, stale):
    path = f"/api/v1/addresses/{address.public_id}"
    answer = shopper_client.patch(path, {"city": "Paris"}, headers={"If-Match": stale})
    assert (answer.status_code, answer.json()["code"]) == (412, "stale_version")
    address.refresh_from_db()
    assert address.city == "London"


def test_second_of_two_writers_is_refused(shopper_client, address):
    path = f"/api/v1/addresses/{address.public_id}"
    tag = shopper_client.get(path)["ETag"]
    first = shopper_client.patch(path, {"city": "Paris"}, headers={"If-Match": tag})
    second = shopper_client.patch(path, {"city": "Rome"}, headers={"If-Match": tag})
    assert (first.status_code, second.status_code) == (200, 412)
    third = shopper_client.patch(path, {"city": "Rome"}, headers={"If-Match": first["ETag"]})
    assert third.status_code == 200


def test_replayed_answer_has_the_tag_of_the_first(shopper):
    client = client_of(shopper)
    first = client.post("/api/v1/addresses", HOME, headers={"Idempotency-Key": "one"})
    again = client.post("/api/v1/addresses", HOME, headers={"Idempotency-Key": "one"})
    assert again["Idempotent-Replayed"] == "true"
    assert again["ETag"] == first["ETag"]
