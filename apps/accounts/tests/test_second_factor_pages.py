"""The staff site with a second factor: setting it up, logging in, losing it."""

import re
from datetime import UTC, datetime
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client

from apps.accounts.models import RecoveryCode, SecondFactor, TokenFamily
from apps.accounts.services.replace_recovery_codes import replace_recovery_codes
from apps.accounts.tests.factories import SecondFactorFactory, UserFactory, code_of
from apps.events.models import OutboxEvent
from conftest import client_of

PASSWORD = "correct horse battery"
PAGE = "/admin/second-factor/"
PEOPLE = "/admin/accounts/user/"
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def required(settings):
    settings.ADMIN_REQUIRES_SECOND_FACTOR = True


@pytest.fixture
def operator(store):
    return UserFactory(store=store, is_staff=True, is_superuser=True)


def browser_of(person):
    browser = Client()
    browser.force_login(person)
    return browser


def log_in(browser, person, otp="", password=PASSWORD):
    body = {"username": person.email, "password": password, "otp": otp}
    return browser.post("/admin/login/", body)


def is_in(browser):
    return browser.get("/admin/").status_code == 200


def names():
    return list(OutboxEvent.objects.order_by("pk").values_list("name", flat=True))


# --- setting it up -------------------------------------------------------------------------------
def test_the_page_shows_a_picture_and_the_key_and_loads_nothing(staff):
    response = browser_of(staff).get(PAGE)

    device = SecondFactor.objects.get(user=staff)
    page = response.content.decode()
    assert response.status_code == 200
    assert not device.confirmed
    assert device.readable_key in page
    (picture,) = re.findall(r"<svg[^>]*>.*?</svg>", page, re.DOTALL | re.IGNORECASE)[-1:]
    assert "<path" in picture
    assert "href" not in picture
    assert "style" not in picture
    assert "no-store" in response["Cache-Control"]
    assert "script-src 'self' 'unsafe-eval'" in response["Content-Security-Policy"]


def test_the_picture_says_what_authenticators_read(staff):
    device = SecondFactorFactory(user=staff)
    staff.email = "ada+x@example.com"

    url = device.enrolment_url(issuer="Mugs & Sons")

    assert url == (
        f"otpauth://totp/Mugs%20%26%20Sons:ada%2Bx@example.com?secret={device.readable_key}"
        "&issuer=Mugs%20%26%20Sons"
    )


def test_the_key_stays_the_same_until_it_is_confirmed(staff):
    browser = browser_of(staff)
    browser.get(PAGE)
    key = SecondFactor.objects.get().key
    browser.get(PAGE)

    assert SecondFactor.objects.get().key == key


def test_who_was_in_before_does_not_know_the_key_that_the_owner_confirms(staff):
    stranger, owner = browser_of(staff), browser_of(staff)
    stranger.get(PAGE)
    seen = SecondFactor.objects.get()

    assert seen.readable_key not in owner.get(PAGE).content.decode()
    owner.post(PAGE, {"code": code_of(SecondFactor.objects.get())})

    device = SecondFactor.objects.get()
    assert device.confirmed
    assert device.key != seen.key


def test_a_session_confirms_what_it_was_shown_and_nothing_else(staff):
    owner, stranger = browser_of(staff), browser_of(staff)
    owner.get(PAGE)
    shown = SecondFactor.objects.get()

    stranger.post(PAGE, {"code": code_of(shown)})
    owner.post(PAGE, {"code": code_of(shown)})

    assert not SecondFactor.objects.get().confirmed
    assert names() == []


def test_a_code_confirms_it_and_ten_recovery_codes_are_shown_once(staff):
    browser = browser_of(staff)
    browser.get(PAGE)
    device = SecondFactor.objects.get()

    response = browser.post(PAGE, {"code": code_of(device)})

    device.refresh_from_db()
    shown = re.findall(r"<code>([a-z2-7-]{19})</code>", response.content.decode())
    assert device.confirmed
    assert len(shown) == 10
    assert RecoveryCode.objects.filter(person=staff, used_at=None).count() == 10
    assert names() == ["second_factor.enrolled"]
    assert OutboxEvent.objects.get().payload == {}
    again = browser.get(PAGE).content.decode()
    assert "10 recovery codes are left" in again
    assert not any(code in again for code in shown)
    assert device.readable_key not in again


def test_a_wrong_code_confirms_nothing(staff):
    browser = browser_of(staff)
    browser.get(PAGE)

    response = browser.post(PAGE, {"code": "000000"})

    assert "This code is not right" in response.content.decode()
    assert not SecondFactor.objects.get().confirmed
    assert SecondFactor.objects.get().throttling_failure_count == 1
    assert names() == []


@pytest.mark.parametrize("code", ["", "12345678", "1234567", "abcdef", "\x00"])
def test_what_is_no_code_confirms_nothing(staff, code):
    assert browser_of(staff).post(PAGE, {"code": code}).status_code == 200
    assert not SecondFactor.objects.filter(confirmed=True).exists()


def test_new_recovery_codes_take_a_code(staff):
    device = SecondFactorFactory(user=staff)
    browser = browser_of(staff)

    assert "is not right" in browser.post(PAGE, {"code": "000000"}).content.decode()
    assert not RecoveryCode.objects.exists()
    SecondFactor.objects.update(throttling_failure_count=0)
    browser.post(PAGE, {"code": code_of(device)})

    assert RecoveryCode.objects.count() == 10
    assert names() == ["second_factor.recovery_codes_issued"]


def test_strangers_and_customers_see_no_page(client, shopper):
    for browser in (client, browser_of(shopper)):
        assert browser.get(PAGE).status_code == 302
    assert not SecondFactor.objects.exists()


# --- logging in ----------------------------------------------------------------------------------
def test_the_page_asks_for_a_code(client, store):
    assert 'name="otp"' in client.get("/admin/login/").content.decode()


def test_who_has_none_logs_in_without(client, staff):
    assert log_in(client, staff).status_code == 302
    assert is_in(client)
    assert names() == ["staff.logged_in"]
    event = OutboxEvent.objects.get()
    assert event.aggregate_id == staff.public_id
    assert event.payload == {"method": "admin", "session_id": None}


def test_who_has_one_logs_in_with_it(client, staff):
    device = SecondFactorFactory(user=staff)

    assert "Enter your password and a code" in log_in(client, staff).content.decode()
    assert not is_in(client)
    assert log_in(client, staff, "000000").status_code == 200
    assert not is_in(client)
    SecondFactor.objects.update(throttling_failure_count=0)
    assert log_in(client, staff, code_of(device)).status_code == 302
    assert is_in(client)
    assert names() == ["staff.log_in_refused", "staff.logged_in"]


def test_a_recovery_code_does_as_well(client, staff):
    device = SecondFactorFactory(user=staff)
    with transaction.atomic():
        code, *_ = replace_recovery_codes(person=staff)

    assert log_in(client, staff, code).status_code == 302
    assert log_in(Client(), staff, code).status_code == 200
    assert device.user.recovery_codes.filter(used_at=None).count() == 9


def test_a_code_alone_is_worth_nothing(client, staff):
    device = SecondFactorFactory(user=staff)

    assert log_in(client, staff, code_of(device), "incorrect horse").status_code == 200
    assert names() == ["staff.log_in_refused"]
    assert log_in(client, staff, code_of(device)).status_code == 302  # it was not used up


def test_of_customers_and_strangers_no_refusal_is_recorded(client, shopper):
    for email in (shopper.email, "nobody@example.com", "", "x" * 300):
        response = client.post("/admin/login/", {"username": email, "password": PASSWORD})
        assert response.status_code == 200
    assert names() == []


# --- where it is required ------------------------------------------------------------------------
def test_without_one_staff_can_do_nothing_but_set_it_up(required, staff):
    browser = Client()
    log_in(browser, staff)

    for path in ("/admin/", PEOPLE, f"{PEOPLE}{staff.pk}/change/", "/admin/password_change/",
                 "/admin/search/?s=a", "/admin/jsi18n/", "/admin/nowhere"):  # fmt: skip
        response = browser.get(path)
        assert (response.status_code, response.get("Location")) == (302, PAGE)
    assert browser.post(PEOPLE, {"action": "x"})["Location"] == PAGE
    assert browser.get(PAGE).status_code == 200

    browser.post(PAGE, {"code": code_of(SecondFactor.objects.get())})
    assert is_in(browser)


def test_a_session_without_the_factor_logs_in_again(required, staff):
    browser = browser_of(staff)
    SecondFactorFactory(user=staff)

    response = browser.get(PEOPLE)

    assert response["Location"] == f"/admin/login/?next={PEOPLE}"
    assert "_auth_user_id" not in browser.session


def test_a_session_ends_being_good_with_its_factor(required, staff):
    device = SecondFactorFactory(user=staff)
    browser = Client()
    log_in(browser, staff, code_of(device))
    assert is_in(browser)

    device.delete()

    assert browser.get(PAGE)["Location"] == f"/admin/login/?next={PAGE}"
    assert browser.get("/admin/")["Location"] == "/admin/login/?next=/admin/"
    assert not SecondFactor.objects.exists()


def test_where_none_is_required_a_session_ends_with_its_factor_too(staff):
    device = SecondFactorFactory(user=staff)
    browser = Client()
    log_in(browser, staff, code_of(device))
    assert is_in(browser)

    device.delete()
    SecondFactorFactory(user=staff)

    assert not is_in(browser)


def test_strangers_are_asked_to_log_in(required, client, store):
    assert client.get("/admin/")["Location"] == "/admin/login/?next=/admin/"
    assert client.get("/admin/login/").status_code == 200


def test_elsewhere_nothing_is_asked(required, staff):
    assert browser_of(staff).get("/api/docs/").status_code == 200
    assert client_of(staff).get("/api/v1/me").status_code == 200


# --- losing it -----------------------------------------------------------------------------------
def reset_by(person, *others):
    return browser_of(person).post(
        PEOPLE,
        {"action": "reset_second_factors", "_selected_action": [one.pk for one in others]},
        follow=True,
    )


def test_an_operator_resets_it(operator, staff):
    SecondFactorFactory(user=staff)
    RecoveryCode.objects.create(person=staff, digest="x")
    elsewhere = client_of(staff)

    reset_by(operator, staff)

    assert not SecondFactor.objects.exists()
    assert not RecoveryCode.objects.exists()
    assert elsewhere.get("/api/v1/me").status_code == 401
    assert TokenFamily.objects.get(person=staff).end_reason == "second_factor_changed"
    event = OutboxEvent.objects.get(name="second_factor.reset")
    assert (event.aggregate_id, event.actor) == (staff.public_id, f"user:{operator.public_id}")


def test_nobody_resets_their_own(operator):
    SecondFactorFactory(user=operator)

    response = reset_by(operator, operator)

    assert "is not yours to reset" in response.content.decode()
    assert SecondFactor.objects.exists()


def test_a_command_resets_it(staff):
    SecondFactorFactory(user=staff)
    said = StringIO()

    call_command("reset_second_factor", staff.email.upper(), stdout=said)

    assert "Done" in said.getvalue()
    assert not SecondFactor.objects.exists()
    assert OutboxEvent.objects.get().actor == "system"


def test_the_command_says_what_it_does_not_find(staff):
    for arguments, told in (
        (["nobody@example.com"], "knows nobody"),
        ([staff.email], "no second factor"),
        ([staff.email, "--store", "nowhere"], "no store nowhere"),
    ):
        with pytest.raises(CommandError, match=told):
            call_command("reset_second_factor", *arguments)
