"""Two who save one form at once: one of them wins, and the other is told."""

from threading import Barrier

import pytest
from django.test import Client

from apps.accounts.tests.factories import UserFactory
from apps.catalog.tests.factories import ProductFactory
from apps.core.tests.test_opened_forms import opened
from tests.threads import ended_at_once

pytestmark = [
    pytest.mark.race,
    pytest.mark.django_db(transaction=True, databases=["default", "audit"]),
]


@pytest.mark.parametrize("what", ["product", "person", "store"])
def test_of_four_who_save_one_form_at_once_one_wins(store, settings, what):
    settings.STORE_DIRECTORY_SECONDS = 3600
    row, at, field = {
        "product": lambda: (
            product := ProductFactory(store=store),
            f"/admin/catalog/product/{product.pk}/change/",
            "title",
        ),
        "person": lambda: (
            person := UserFactory(store=store),
            f"/admin/accounts/user/{person.pk}/change/",
            "full_name",
        ),
        "store": lambda: (store, f"/admin/stores/store/{store.pk}/change/", "name"),
    }[what]()
    browsers = []
    for _ in range(4):
        browser = Client()
        browser.force_login(UserFactory(store=store, is_staff=True, is_superuser=True))
        browsers.append((browser, opened(browser, at)))
    row.refresh_from_db()
    before, together, answers = row.version, Barrier(4), {}

    def save(number):
        browser, sent = browsers[number]
        together.wait(10)
        answers[number] = browser.post(at, sent | {field: f"By {number}"})

    ended = ended_at_once(*[lambda number=number: save(number) for number in range(4)])

    assert ended == ["done"] * 4
    won = [number for number, answer in answers.items() if answer.status_code == 302]
    row.refresh_from_db()
    assert [getattr(row, field)] == [f"By {number}" for number in won]
    assert row.version == before + 1
    for number in set(answers) - set(won):
        page = answers[number].content.decode()  # its context may be another thread's
        assert f">By {won[0]}</td>" in page
        assert f'value="By {number}"' in page
