"""What staff see where they may not be, and what programs are told."""

import pytest
from django.test import Client

from apps.accounts.tests.factories import UserFactory

BROWSER = {"HTTP_ACCEPT": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}
RECORDS, NOWHERE = "/admin/mail/sentmail/", "/admin/nowhere/"


@pytest.fixture
def packer(store):
    browser = Client()
    browser.force_login(UserFactory(store=store, is_staff=True, roles=["warehouse"]))
    return browser


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [(RECORDS, 403, "None of your roles allows it."), (NOWHERE, 404, "The address is not right")],
)
def test_a_browser_is_shown_a_page_with_a_way_back(packer, path, status, words):
    response = packer.get(path, **BROWSER)

    page = response.content.decode()
    assert response.status_code == status
    assert words in page
    assert 'href="/admin/"' in page
    assert "Stock items" in page
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize(
    ("path", "code"), [(RECORDS, "forbidden"), (NOWHERE, "not_found"), ("/nowhere", "not_found")]
)
def test_programs_are_told_as_the_api_tells_it(packer, path, code):
    response = packer.get(path)

    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == code


def test_outside_the_staff_site_browsers_are_told_so_too(packer):
    response = packer.get("/nowhere", **BROWSER)

    assert response.json()["code"] == "not_found"


def test_who_sends_an_old_form_is_told_that_nothing_was_done(store):
    stranger = Client(enforce_csrf_checks=True)

    response = stranger.post("/admin/login/", {"username": "a@b.example"}, **BROWSER)
    page = response.content.decode()
    assert response.status_code == 403
    assert "This form is too old" in page
    assert "Stock items" not in page
    assert stranger.post("/admin/login/").json()["code"] == "csrf_failed"
