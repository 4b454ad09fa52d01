"""A form that is pressed twice at once, before either press has made the row."""

from threading import Barrier

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.tests.factories import UserFactory
from apps.catalog.tests.factories import VariantFactory
from apps.inventory.admin.stock import StockItemAdmin
from apps.inventory.models import StockItem, StockMovement
from apps.inventory.tests.factories import MainWarehouseFactory
from tests.threads import ended_at_once

pytestmark = [
    pytest.mark.race,
    pytest.mark.django_db(transaction=True, databases=["default", "audit"]),
]


def test_the_first_goods_that_are_sent_twice_at_once_are_received_once(
    store, settings, monkeypatch
):
    settings.STORE_DIRECTORY_SECONDS = 3600
    at = reverse("admin:inventory_stockitem_add")
    browser = Client()
    browser.force_login(UserFactory(store=store, is_staff=True, is_superuser=True))
    sent = {
        "variant": VariantFactory(product__store=store).pk,
        "warehouse": MainWarehouseFactory(store=store).pk,
        "quantity": 5,
        "reference": str(browser.get(at).context["adminform"].form["reference"].value()),
    }
    both_make_sense, create, answers = Barrier(2), StockItemAdmin.create, []

    def create_together(*args):
        both_make_sense.wait(10)
        return create(*args)

    def press():
        again = Client()
        again.cookies = browser.cookies
        answers.append(again.post(at, sent).status_code)

    monkeypatch.setattr(StockItemAdmin, "create", create_together)
    ended = ended_at_once(press, press)

    assert ended == ["done"] * 2
    assert sorted(answers) == [200, 302]
    assert StockItem.objects.get().on_hand == 5
    assert StockMovement.objects.count() == 1
