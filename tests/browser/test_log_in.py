"""The way in and out, as a browser goes it."""

import pytest
from django_otp.oath import totp

from apps.accounts.models import SecondFactor
from apps.accounts.tests.factories import SecondFactorFactory, UserFactory, code_of

pytestmark = pytest.mark.browser

PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def _passwords_that_the_server_reads(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]


@pytest.fixture
def clerk(shop):
    return UserFactory(store=shop.store, is_staff=True, email="clerk@shop.example")


def log_in(desk, *, password=PASSWORD, otp=""):
    desk.fill(username="clerk@shop.example", password=password, otp=otp)
    desk.press("Log in arrow_forward")


def test_staff_set_up_a_second_factor_and_log_in_with_it(desk_of, clerk):
    desk = desk_of()
    desk.open("/admin/")
    assert desk.page.url.endswith("/admin/login/?next=/admin/")
    log_in(desk)
    assert desk.page.url.endswith("/admin/")

    desk.open("/admin/second-factor/")
    shown = desk.page.locator("code").first.inner_text()
    device = SecondFactor.objects.get(user=clerk)
    assert shown == device.readable_key
    desk.fill(code=f"{totp(bytes.fromhex(device.key)):06}")
    desk.press("Confirm")
    assert desk.page.locator("#main li code").count() == 10
    desk.follow("I have kept them")

    log_out(desk)
    desk.open("/admin/login/")
    log_in(desk)
    assert "Enter your password and a code." in desk.page.content()
    log_in(desk, otp="000000")
    assert "This code is not right" in desk.page.content()
    device.refresh_from_db()
    device.throttle_reset()
    log_in(desk, otp=code_of(device, steps=1))
    assert desk.page.url.endswith("/admin/")


def test_a_wrong_password_lets_nobody_in(desk_of, clerk):
    desk = desk_of()
    desk.open("/admin/login/")
    log_in(desk, password="correct horse")

    assert "/admin/login/" in desk.page.url
    assert desk.open("/admin/orders/order/") == 200
    assert "/admin/login/?next=" in desk.page.url


def test_who_has_logged_out_is_out_and_going_back_shows_nothing(desk_of, clerk):
    desk = desk_of()
    desk.open("/admin/login/")
    log_in(desk)
    desk.open("/admin/accounts/user/")
    log_out(desk)

    desk.page.go_back()
    desk.page.reload()
    assert "clerk@shop.example" not in desk.page.locator("body").inner_text()
    desk.open("/admin/accounts/user/")
    assert "/admin/login/?next=" in desk.page.url


def test_no_script_reads_the_session_and_no_other_site_sends_it(desk_of, clerk):
    SecondFactorFactory(user=clerk)
    desk = desk_of()
    desk.open("/admin/login/")
    log_in(desk, otp=code_of(SecondFactor.objects.get(user=clerk)))

    cookies = {cookie["name"]: cookie for cookie in desk.page.context.cookies()}
    assert cookies["sessionid"]["httpOnly"]
    assert cookies["sessionid"]["sameSite"] == "Lax"
    assert cookies["csrftoken"]["sameSite"] == "Lax"
    assert "sessionid" not in desk.page.evaluate("document.cookie")


def test_a_form_without_its_token_is_refused(desk_of, operator):
    desk = desk_of(operator)
    desk.open("/admin/")

    statuses = desk.page.evaluate(
        """() => Promise.all(["/admin/logout/", "/admin/stores/store/add/"].map(path =>
            fetch(path, {method: "POST"}).then(answer => answer.status)))"""
    )
    assert statuses == [403, 403]
    desk.watch.expect("403", "403")
    assert desk.open("/admin/accounts/user/") == 200


def log_out(desk):
    desk.page.locator("form[action='/admin/logout/'] button").evaluate("button => button.click()")
    desk.page.wait_for_url("**/admin/logout/")
