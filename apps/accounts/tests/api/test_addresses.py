import pytest

from apps.accounts.models import Address
from apps.accounts.tests.factories import AddressFactory, UserFactory
from apps.events.models import OutboxEvent
from conftest import client_of
from tests.statements import at_most

HOME = {
    "full_name": "Ada Lovelace",
    "company": "Analytical Engines",
    "street": "12 St James's Square",
    "street_extra": "2nd floor",
    "postal_code": "SW1Y 4JH",
    "city": "London",
    "region": "Westminster",
    "country": "GB",
    "phone": "+44 20 7946 0000",
    "is_default": True,
}


def add(client, **changes):
    return client.post("/api/v1/addresses", HOME | changes)


def url(address):
    return f"/api/v1/addresses/{address.public_id}"


def unchanged(address):
    """This function will tell whether the row is as it was when the test made it."""
    now = Address.objects.filter(pk=address.pk).values().first()
    return now == {name: getattr(address, name) for name in now} if now else False


def test_writes_an_address_into_the_book(shopper, shopper_client, store):
    response = add(shopper_client)

    address = Address.objects.get()
    assert response.status_code == 201
    assert response.json() == HOME | {
        "id": str(address.public_id),
        "created_at": response.json()["created_at"],
        "updated_at": response.json()["updated_at"],
    }
    assert (address.owner, address.store) == (shopper, store)


def test_announces_it_without_personal_data(shopper, shopper_client):
    add(shopper_client)

    event = OutboxEvent.objects.get()
    assert event.name == "address.created"
    assert event.aggregate_id == Address.objects.get().public_id
    assert event.actor == f"user:{shopper.public_id}"
    assert event.payload == {"customer_id": str(shopper.public_id)}


def test_needs_only_what_a_parcel_needs(shopper_client):
    least = {"full_name": "Ada", "street": "1 Main St", "city": "Cork", "country": "IE"}

    response = shopper_client.post("/api/v1/addresses", least)

    assert response.status_code == 201
    assert response.json()["is_default"] is False
    assert response.json()["postal_code"] == ""


def test_a_new_default_takes_the_place_of_the_former(shopper, shopper_client):
    former = AddressFactory(owner=shopper, is_default=True)

    response = add(shopper_client)

    former.refresh_from_db()
    assert response.status_code == 201
    assert not former.is_default
    assert former.version == 2
    assert Address.objects.get(is_default=True).public_id.hex == response.json()["id"].replace(
        "-", ""
    )
    assert list(OutboxEvent.objects.order_by("pk").values_list("name", "aggregate_id")) == [
        ("address.updated", former.public_id),
        ("address.created", Address.objects.get(is_default=True).public_id),
    ]


def test_keeps_fifty_at_most(shopper, shopper_client):
    AddressFactory.create_batch(50, owner=shopper)

    response = add(shopper_client)

    assert response.status_code == 409
    assert response.json()["code"] == "address_book_full"
    assert response.json()["limit"] == 50
    assert Address.objects.count() == 50
    assert not OutboxEvent.objects.exists()


def test_others_addresses_fill_no_book_of_mine(shopper_client, store):
    AddressFactory.create_batch(50, owner=UserFactory(store=store))

    assert add(shopper_client).status_code == 201


def test_a_repetition_with_the_same_key_is_one_address(shopper_client):
    for _ in range(2):
        response = shopper_client.post("/api/v1/addresses", HOME, HTTP_IDEMPOTENCY_KEY="one")
        assert response.status_code == 201

    assert response["Idempotent-Replayed"] == "true"
    assert Address.objects.count() == 1


def test_lists_the_persons_own(shopper, shopper_client, store):
    own = AddressFactory.create_batch(3, owner=shopper)
    AddressFactory(owner=UserFactory(store=store))
    AddressFactory()

    body = shopper_client.get("/api/v1/addresses").json()

    assert body["count"] == 3
    assert [one["id"] for one in body["results"]] == [str(one.public_id) for one in own]


def test_a_list_costs_three_statements(shopper, shopper_client):
    AddressFactory.create_batch(30, owner=shopper)
    with at_most(5):  # person, count, rows; and the shop directory, which tests do not keep
        response = shopper_client.get("/api/v1/addresses?page_size=30")

    assert len(response.json()["results"]) == 30


def test_adding_costs_six_statements(shopper_client):
    with at_most(8):  # person, book, count, default, row, event; and the shop directory
        add(shopper_client)


def test_reads_one_with_its_tag(shopper, shopper_client):
    address = AddressFactory(owner=shopper)

    response = shopper_client.get(url(address))

    assert response.status_code == 200
    assert response.json()["country"] == "GB"
    assert response["ETag"].startswith('"1.')
    again = shopper_client.get(url(address), HTTP_IF_NONE_MATCH=response["ETag"])
    assert again.status_code == 304


def test_corrects_a_field(shopper, shopper_client):
    address = AddressFactory(owner=shopper)

    response = shopper_client.patch(url(address), {"city": "Paris", "country": "FR"})

    address.refresh_from_db()
    assert response.status_code == 200
    assert (address.city, address.country.code, address.street) == (
        "Paris", "FR", "12 St James's Square",
    )  # fmt: skip
    event = OutboxEvent.objects.get()
    assert (event.name, event.aggregate_id) == ("address.updated", address.public_id)
    assert event.payload == {"customer_id": str(shopper.public_id)}


def test_makes_another_one_the_default(shopper, shopper_client):
    former = AddressFactory(owner=shopper, is_default=True)
    address = AddressFactory(owner=shopper)

    response = shopper_client.patch(url(address), {"is_default": True})

    assert response.json()["is_default"] is True
    assert list(Address.objects.filter(is_default=True)) == [address]
    former.refresh_from_db()
    assert not former.is_default


def test_keeps_the_default_when_told_again(shopper, shopper_client):
    address = AddressFactory(owner=shopper, is_default=True)

    assert shopper_client.patch(url(address), {"is_default": True}).status_code == 200
    assert OutboxEvent.objects.count() == 1


def test_a_correction_of_what_was_changed_meanwhile_is_refused(shopper, shopper_client):
    address = AddressFactory(owner=shopper)
    etag = shopper_client.get(url(address))["ETag"]
    shopper_client.patch(url(address), {"city": "Paris"}, HTTP_IF_MATCH=etag)

    for response in (
        shopper_client.patch(url(address), {"city": "Rome"}, HTTP_IF_MATCH=etag),
        shopper_client.delete(url(address), HTTP_IF_MATCH=etag),
        shopper_client.delete(url(address), HTTP_IF_MATCH='"nonsense"'),
    ):
        assert response.status_code == 412
        assert response.json()["code"] == "stale_version"
    address.refresh_from_db()
    assert address.city == "Paris"
    assert OutboxEvent.objects.count() == 1


def test_deletes_for_good(shopper, shopper_client):
    address = AddressFactory(owner=shopper)

    response = shopper_client.delete(url(address), HTTP_IF_MATCH='"1.0123456789abcdef"')

    assert response.status_code == 204
    assert not Address.objects.exists()
    event = OutboxEvent.objects.get()
    assert (event.name, event.aggregate_id) == ("address.deleted", address.public_id)
    assert event.payload == {"customer_id": str(shopper.public_id)}
    assert shopper_client.delete(url(address)).status_code == 404


@pytest.mark.parametrize("role", ["shopper", "staff", "operator"])
def test_somebody_elses_is_not_there_whoever_asks(store, role):
    asking = UserFactory(store=store, is_staff=role != "shopper", is_superuser=role == "operator")
    client = client_of(asking)
    for address in (AddressFactory(owner=UserFactory(store=store)), AddressFactory()):
        for response in (
            client.get(url(address)),
            client.patch(url(address), {"city": "Nowhere"}),
            client.patch(url(address), {"is_default": True}),
            client.delete(url(address)),
        ):
            assert response.status_code == 404
            assert response["Content-Type"] == "application/problem+json"
        assert unchanged(address)
    assert not OutboxEvent.objects.exists()


def test_nobody_has_no_book(anonymous):
    address = AddressFactory()
    for response in (
        anonymous.get("/api/v1/addresses"),
        add(anonymous),
        anonymous.get(url(address)),
        anonymous.patch(url(address), {"city": "Nowhere"}),
        anonymous.delete(url(address)),
    ):
        assert response.status_code == 401
    assert unchanged(address)


@pytest.mark.parametrize(
    "wrong", ["1", "x", "0" * 400, "%00", "' OR 1=1", "fe449f90-bbb4-489b-b646-9dd543ae936e"]
)
def test_an_id_that_is_none_is_not_there(shopper_client, wrong):
    for verb in ("get", "patch", "delete"):
        response = getattr(shopper_client, verb)(f"/api/v1/addresses/{wrong}", {"city": "Paris"})
        assert response.status_code == 404
        assert response["Content-Type"] == "application/problem+json"


def test_a_telephone_number_is_no_card_number(shopper_client):
    response = add(shopper_client, phone="+4222222222222")
    assert (response.status_code, response.json()["phone"]) == (201, "+4222222222222")


@pytest.mark.parametrize(
    "field", ["owner", "store", "id", "public_id", "version", "created_at", "user", "status"]
)
def test_nobody_writes_what_is_not_theirs_to_write(shopper, shopper_client, field):
    address = AddressFactory(owner=shopper)
    other = UserFactory()

    for response in (
        add(shopper_client, **{field: other.pk}),
        shopper_client.patch(url(address), {field: other.pk}),
    ):
        assert response.status_code == 400
        assert [error["field"] for error in response.json()["errors"]] == [field]
    assert unchanged(address)
    assert Address.objects.count() == 1
    assert not OutboxEvent.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"full_name": ""},
        {"street": "   "},
        {"city": None},
        {"city": ["London"]},
        {"street": "a" * 201},
        {"street": "4242 4242 4242 4242"},
        {"full_name": "a" * 151},
        {"postal_code": "1" * 21},
        {"phone": "1" * 31},
        {"phone": "1\n2"},
        {"country": ""},
        {"country": "gb"},
        {"country": "XX"},
        {"country": "GBR"},
        {"country": {"code": "GB"}},
        {"is_default": "maybe"},
        {"is_default": None},
    ],
)
def test_refuses_what_is_no_address(shopper, shopper_client, changes):
    address = AddressFactory(owner=shopper)
    (field,) = changes

    for response in (add(shopper_client, **changes), shopper_client.patch(url(address), changes)):
        assert response.status_code == 400
        assert {error["field"] for error in response.json()["errors"]} == {field}
    assert unchanged(address)
    assert Address.objects.count() == 1


@pytest.mark.parametrize("body", ["null", "[]", "7", "{", '{"city": "\\u0000"}'])
def test_refuses_bodies_that_are_no_object(shopper, shopper_client, body):
    address = AddressFactory(owner=shopper)

    for send, where in (
        (shopper_client.post, "/api/v1/addresses"),
        (shopper_client.patch, url(address)),
    ):
        response = send(where, body, content_type="application/json")
        assert response.status_code == 400
        assert response["Content-Type"] == "application/problem+json"
    assert unchanged(address)
    assert Address.objects.count() == 1


@pytest.mark.parametrize("body", ["", "{}"])
def test_nothing_is_no_address(shopper_client, body):
    response = shopper_client.post("/api/v1/addresses", body, content_type="application/json")

    assert response.status_code == 400
    assert {error["field"] for error in response.json()["errors"]} == {
        "full_name", "street", "city", "country",
    }  # fmt: skip


def test_is_not_replaced_as_a_whole(shopper, shopper_client):
    assert shopper_client.put(url(AddressFactory(owner=shopper)), HOME).status_code == 405
