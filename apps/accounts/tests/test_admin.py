import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from apps.accounts import services
from apps.accounts.admin import UserAdmin
from apps.accounts.models import Address, User
from apps.accounts.scopes import Role
from apps.accounts.tests.factories import AddressFactory, UserFactory
from apps.events.models import OutboxEvent
from apps.stores.tests.factories import StoreHostFactory
from conftest import client_of

PASSWORD = "correct horse battery"
THERE = {"HTTP_HOST": "other.example"}


@pytest.fixture
def other(db):
    return StoreHostFactory(host="other.example").store


@pytest.fixture
def operator(store):
    return UserFactory(store=store, is_staff=True, is_superuser=True)


def browser_of(person):
    browser = Client()
    browser.force_login(person)
    return browser


def member(store, role):
    return UserFactory(store=store, is_staff=True, roles=[role])


def log_in(client, email, password=PASSWORD, **headers):
    return client.post("/admin/login/", {"username": email, "password": password}, **headers)


def person_page(person):
    return f"/admin/accounts/user/{person.pk}/change/"


def person_form(person, **changes):
    return {
        "email": person.email,
        "full_name": person.full_name,
        "is_active": "on",
        **changes,
    }


def errors_of(response):
    return response.context["adminform"].form.errors


# --- logging in ----------------------------------------------------------------------------------
def test_staff_log_in_with_their_address(client, staff):
    response = log_in(client, staff.email.upper())

    assert response.status_code == 302
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize("password", ["wrong", ""])
def test_a_wrong_password_does_not_open(client, staff, password):
    assert log_in(client, staff.email, password).status_code == 200
    assert client.get("/admin/").status_code == 302


def test_customers_and_the_inactive_stay_outside(client, store, shopper):
    gone = UserFactory(store=store, is_staff=True, is_active=False)

    for person in (shopper, gone):
        assert log_in(client, person.email).status_code == 200
        assert client.get("/admin/").status_code == 302


def test_staff_of_another_store_stay_outside(client, staff, other):
    assert log_in(client, staff.email, **THERE).status_code == 200
    assert client.get("/admin/", **THERE).status_code == 302


def test_a_session_carried_to_another_store_is_nobodys(client, staff, other):
    log_in(client, staff.email)

    assert client.get("/admin/").status_code == 200
    assert client.get("/admin/", **THERE).status_code == 302


def test_an_operator_is_at_home_everywhere(client, operator, other):
    assert log_in(client, operator.email, **THERE).status_code == 302
    assert client.get("/admin/", **THERE).status_code == 200


# --- people --------------------------------------------------------------------------------------
def test_an_operator_adds_a_person_of_this_store(operator, other):
    response = browser_of(operator).post(
        "/admin/accounts/user/add/",
        {
            "email": "ada@example.com",
            "full_name": "Ada",
            "password1": "difference engine",
            "password2": "difference engine",
        },
        **THERE,
    )

    person = User.objects.get(email="ada@example.com")
    assert response.status_code == 302
    assert person.store == other
    assert person.check_password("difference engine")
    assert not person.is_staff
    event = OutboxEvent.objects.get()
    assert (event.name, event.aggregate_id) == ("customer.registered", person.public_id)
    assert event.actor == f"user:{operator.public_id}"
    assert event.store == other.public_id


def test_refuses_an_address_that_the_store_knows(operator, shopper):
    response = browser_of(operator).post(
        "/admin/accounts/user/add/",
        {
            "email": shopper.email.upper(),
            "password1": "difference engine",
            "password2": "difference engine",
        },
    )

    assert errors_of(response)["email"] == ["The store knows somebody by this address."]
    assert User.objects.count() == 2


def test_refuses_a_weak_password(operator):
    response = browser_of(operator).post(
        "/admin/accounts/user/add/",
        {"email": "ada@example.com", "password1": "short", "password2": "short"},
    )

    assert "password2" in errors_of(response)
    assert User.objects.count() == 1


def test_changes_a_person_and_says_so(operator, shopper):
    response = browser_of(operator).post(
        person_page(shopper), person_form(shopper, full_name="Augusta Ada King")
    )

    shopper.refresh_from_db()
    assert response.status_code == 302
    assert shopper.full_name == "Augusta Ada King"
    assert shopper.check_password(PASSWORD)
    event = OutboxEvent.objects.get()
    assert (event.name, event.aggregate_id) == ("customer.updated", shopper.public_id)


def test_an_operator_makes_somebody_an_operator_and_so_staff(operator, shopper):
    browser = browser_of(operator)

    browser.post(person_page(shopper), person_form(shopper, is_staff="on"))
    shopper.refresh_from_db()
    assert (shopper.is_staff, shopper.is_superuser) == (False, False)

    browser.post(person_page(shopper), person_form(shopper, is_superuser="on"))
    shopper.refresh_from_db()
    assert (shopper.is_staff, shopper.is_superuser) == (True, True)

    browser.post(person_page(shopper), person_form(shopper))
    told = OutboxEvent.objects.filter(aggregate_id=shopper.public_id).order_by("pk")
    assert [one.payload for one in told] == [
        {},
        {"changes": {"is_superuser": [False, True]}},
        {"changes": {"is_superuser": [True, False]}},
    ]


def test_who_is_no_operator_any_more_is_staff_by_their_roles_alone(operator, store):
    former = UserFactory(store=store, is_staff=True, is_superuser=True)
    clerk = member(store, "support")
    browser = browser_of(operator)

    for person in (former, clerk):
        browser.post(person_page(person), person_form(person))

    former.refresh_from_db()
    clerk.refresh_from_db()
    assert (former.is_staff, clerk.is_staff) == (False, True)


def test_a_clerk_changes_customers_but_no_rights(store, shopper):
    clerk = member(store, "support")

    response = browser_of(clerk).post(
        person_page(shopper),
        person_form(shopper, full_name="Renamed", is_staff="on", is_superuser="on"),
    )

    shopper.refresh_from_db()
    assert response.status_code == 302
    assert shopper.full_name == "Renamed"
    assert not shopper.is_staff
    assert not shopper.is_superuser


def test_a_clerk_cannot_touch_staff(store, staff, operator):
    browser = browser_of(member(store, "support"))

    for person in (staff, operator):
        assert browser.get(person_page(person)).status_code == 200
        assert browser.post(person_page(person), person_form(person)).status_code == 403
        password = f"/admin/accounts/user/{person.pk}/password/"
        change = {"password1": "difference engine", "password2": "difference engine"}
        assert browser.post(password, change).status_code == 403
        person.refresh_from_db()
        assert person.check_password(PASSWORD)


def test_a_clerk_without_rights_sees_nobody(store, shopper):
    browser = browser_of(member(store, "warehouse"))

    assert browser.get("/admin/accounts/user/").status_code == 403
    assert browser.get(person_page(shopper)).status_code == 403


def test_a_customers_password_is_changed_on_a_page_of_its_own(operator, shopper):
    page = f"/admin/accounts/user/{shopper.pk}/password/"
    browser = browser_of(operator)

    assert browser.get(page).status_code == 200
    response = browser.post(
        page,
        {
            "password1": "difference engine",
            "password2": "difference engine",
            "usable_password": "true",
        },
    )

    shopper.refresh_from_db()
    assert response.status_code == 302
    assert shopper.check_password("difference engine")


def test_staff_change_their_own_password(staff):
    browser = browser_of(staff)

    response = browser.post(
        "/admin/password_change/",
        {
            "old_password": PASSWORD,
            "new_password1": "difference engine",
            "new_password2": "difference engine",
        },
    )

    staff.refresh_from_db()
    assert response.status_code == 302
    assert staff.check_password("difference engine")
    assert browser.get("/admin/").status_code == 200


def test_a_password_that_staff_give_ends_the_sessions_and_says_so(operator, shopper):
    theirs = client_of(shopper)
    given = {"password1": "difference engine", "password2": "difference engine"}

    browser_of(operator).post(f"/admin/accounts/user/{shopper.pk}/password/", given)

    assert theirs.get("/api/v1/me").status_code == 401
    event = OutboxEvent.objects.get(name="customer.password_changed")
    assert (event.aggregate_id, event.payload) == (shopper.public_id, {"how": "staff"})
    assert event.actor == f"user:{operator.public_id}"


def test_ones_own_password_ends_the_other_sessions_and_says_so(staff):
    by_token = client_of(staff)
    change = {
        "old_password": PASSWORD,
        "new_password1": "difference engine",
        "new_password2": "difference engine",
    }

    browser_of(staff).post("/admin/password_change/", change)

    assert by_token.get("/api/v1/me").status_code == 401
    event = OutboxEvent.objects.get(name="customer.password_changed")
    assert (event.actor, event.payload) == (f"user:{staff.public_id}", {"how": "change"})


def test_ones_own_password_takes_the_present_one(staff):
    change = {
        "old_password": "incorrect horse",
        "new_password1": "difference engine",
        "new_password2": "difference engine",
    }

    assert browser_of(staff).post("/admin/password_change/", change).status_code == 200
    staff.refresh_from_db()
    assert staff.check_password(PASSWORD)
    assert not OutboxEvent.objects.exists()


def test_who_is_deactivated_is_logged_out(operator, shopper):
    theirs = client_of(shopper)

    browser_of(operator).post(person_page(shopper), person_form(shopper, is_active=""))

    shopper.refresh_from_db()
    assert not shopper.is_active
    assert theirs.get("/api/v1/me").status_code == 401
    assert list(OutboxEvent.objects.order_by("pk").values_list("name", flat=True)) == [
        "customer.updated",
        "customer.deactivated",
        "session.ended",
    ]


def test_a_new_address_is_to_be_verified_again(operator, shopper):
    shopper.email_verified_at = shopper.created_at
    shopper.save()

    browser_of(operator).post(
        person_page(shopper), person_form(shopper, email="countess@example.com")
    )

    shopper.refresh_from_db()
    assert not shopper.is_email_verified
    assert list(OutboxEvent.objects.order_by("pk").values_list("name", flat=True)) == [
        "customer.updated",
        "customer.email_verification_requested",
    ]


def test_people_are_not_deleted(operator, shopper):
    browser = browser_of(operator)

    assert browser.post(f"/admin/accounts/user/{shopper.pk}/delete/").status_code == 403
    browser.post(
        "/admin/accounts/user/", {"action": "delete_selected", "_selected_action": [shopper.pk]}
    )
    assert User.objects.filter(pk=shopper.pk).exists()


def test_finds_a_person_by_a_whole_address_or_an_id(operator, store):
    ada = UserFactory(store=store, email="ada@example.com", full_name="Augusta King")
    UserFactory(store=store)

    for wanted in ("ada@example.com", "ADA@example.com", str(ada.public_id)):
        found = browser_of(operator).get("/admin/accounts/user/", {"q": wanted})
        assert [one.email for one in found.context["cl"].queryset] == ["ada@example.com"]


def test_finds_the_addresses_of_a_person(operator, store):
    address = AddressFactory(owner__store=store, owner__email="ada@example.com")
    AddressFactory(owner__store=store)

    for wanted in ("ada@example.com", str(address.owner.public_id), str(address.public_id)):
        found = browser_of(operator).get("/admin/accounts/address/", {"q": wanted})
        assert list(found.context["cl"].queryset) == [address]


def test_what_is_encrypted_is_neither_searched_in_part_nor_sorted(operator, store):
    UserFactory(store=store, email="ada@example.com", full_name="Augusta King")

    for wanted in ("ada@", "king"):
        found = browser_of(operator).get("/admin/accounts/user/", {"q": wanted})
        assert not found.context["cl"].queryset.exists()
    page = browser_of(operator).get("/admin/accounts/user/").content.decode()
    assert [f"?o={column}" in page for column in (1, 2, 3)] == [False, False, True]


def test_names_are_asked_for_on_one_line(operator, shopper):
    fields = browser_of(operator).get(person_page(shopper)).context["adminform"].form.fields

    assert [fields[name].widget.input_type for name in ("email", "full_name")] == ["text", "text"]
    assert fields["full_name"].max_length == 150


def test_refuses_what_is_no_address_or_too_long(operator, shopper):
    wrong = person_form(shopper, email="nobody", full_name="x" * 151)

    response = browser_of(operator).post(person_page(shopper), wrong)

    assert set(errors_of(response)) == {"email", "full_name"}


def test_the_admins_own_log_names_nobody(operator, shopper):
    address = AddressFactory(owner=shopper)
    browser_of(operator).post(person_page(shopper), person_form(shopper, full_name="Ada"))
    fields = ("full_name", "street", "postal_code")
    browser_of(operator).post(
        f"/admin/accounts/address/{address.pk}/change/",
        {name: getattr(address, name) for name in fields} | {"country": "GB", "city": "Oxford"},
    )

    logged = list(LogEntry.objects.order_by("pk").values_list("object_repr", flat=True))
    assert logged == [str(shopper.public_id), str(address.public_id)]


def test_another_stores_people_are_not_there(operator, other):
    stranger = UserFactory(store=other)
    AddressFactory(owner=stranger)
    browser = browser_of(operator)

    assert stranger not in browser.get("/admin/accounts/user/").context["cl"].queryset
    assert browser.get(person_page(stranger)).status_code == 302  # not found: back to the start
    assert not browser.get("/admin/accounts/address/").context["cl"].queryset.exists()
    assert browser.get(person_page(stranger), **THERE).status_code == 200


# --- being forgotten ------------------------------------------------------------------------------
def forget_page(person):
    return f"/admin/accounts/user/{person.pk}/forget/"


def test_a_person_is_forgotten_after_one_more_question(operator, shopper):
    browser = browser_of(operator)

    assert shopper.email in browser.get(forget_page(shopper)).content.decode()
    shopper.refresh_from_db()
    assert shopper.is_active
    response = browser.post(forget_page(shopper), follow=True)

    shopper.refresh_from_db()
    assert (shopper.email, shopper.is_active) == ("", False)
    assert "Forgotten. What stays: 1 account." in response.content.decode()
    assert OutboxEvent.objects.get().actor == f"user:{operator.public_id}"


def test_who_is_forgotten_is_not_brought_back(operator, shopper):
    browser = browser_of(operator)
    browser.post(forget_page(shopper))
    form = {"email": "ada@example.com", "full_name": "Ada", "is_active": "on"}

    assert browser.get(person_page(shopper)).status_code == 200
    assert browser.post(person_page(shopper), form).status_code == 403
    shopper.refresh_from_db()
    assert (shopper.email, shopper.is_active) == ("", False)


@pytest.fixture
def meanwhile(monkeypatch):
    """Has something happen after the person was read for the page, and before they are saved. It
    shares the page's transaction: what is refused takes it back."""

    def set_up(act):
        save = UserAdmin.save_model

        def acting_before(*arguments):
            act()
            save(*arguments)

        monkeypatch.setattr(UserAdmin, "save_model", acting_before)

    return set_up


def test_who_is_forgotten_meanwhile_is_not_brought_back(operator, shopper, meanwhile):
    meanwhile(lambda: services.erase_person(person=shopper, by=shopper))

    response = browser_of(operator).post(person_page(shopper), person_form(shopper, full_name="A"))

    shopper.refresh_from_db()
    assert response.status_code == 403
    assert shopper.full_name != "A"


def test_who_becomes_staff_meanwhile_is_not_a_clerks_to_touch(store, shopper, meanwhile):
    meanwhile(lambda: services.grant_role(person=shopper, store=store, role=Role.ADMIN, by=None))
    known = shopper.email

    response = browser_of(member(store, "support")).post(
        person_page(shopper), person_form(shopper, email="mine@example.com")
    )

    shopper.refresh_from_db()
    assert response.status_code == 403
    assert shopper.email == known


def test_a_password_that_is_changed_meanwhile_stays_changed(operator, shopper, meanwhile):
    new = "quite another battery"
    meanwhile(lambda: services.set_password(person=shopper, password=new, by=None))

    browser_of(operator).post(person_page(shopper), person_form(shopper, full_name="A"))

    shopper.refresh_from_db()
    assert shopper.full_name == "A"
    assert shopper.check_password(new)


def test_staff_are_not_forgotten(operator, staff):
    response = browser_of(operator).post(forget_page(staff), follow=True)

    staff.refresh_from_db()
    assert staff.is_active
    assert "Withdraw this person&#x27;s roles first" in response.content.decode()


def test_who_may_not_change_people_forgets_nobody(store, shopper, other):
    assert browser_of(member(store, "read_only")).post(forget_page(shopper)).status_code == 403
    clerk = member(store, "support")
    stranger = UserFactory(store=other)
    browser_of(clerk).post(forget_page(stranger))

    for person in (shopper, stranger):
        person.refresh_from_db()
        assert person.is_active


# --- addresses and groups ------------------------------------------------------------------------
def test_an_address_is_corrected_and_says_so(operator, shopper):
    address = AddressFactory(owner=shopper)
    fields = ("full_name", "street", "postal_code", "city")

    response = browser_of(operator).post(
        f"/admin/accounts/address/{address.pk}/change/",
        {name: getattr(address, name) for name in fields} | {"country": "GB", "city": "Oxford"},
    )

    address.refresh_from_db()
    assert response.status_code == 302
    assert (address.city, address.owner) == ("Oxford", shopper)
    event = OutboxEvent.objects.get()
    assert (event.name, event.aggregate_id) == ("address.updated", address.public_id)
    assert event.payload == {"customer_id": str(shopper.public_id)}


def test_a_new_default_address_takes_the_place_of_the_former(operator, shopper):
    AddressFactory(owner=shopper, is_default=True)
    address = AddressFactory(owner=shopper)
    fields = ("full_name", "street", "postal_code", "city")

    response = browser_of(operator).post(
        f"/admin/accounts/address/{address.pk}/change/",
        {name: getattr(address, name) for name in fields} | {"country": "GB", "is_default": "on"},
    )

    assert response.status_code == 302
    assert Address.objects.get(is_default=True) == address
