"""What a page says it showed comes from whoever sends it: nothing of it may break a page."""

import json
from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from apps.accounts.tests.factories import AddressFactory, UserFactory
from apps.catalog.tests.factories import CategoryFactory, ProductImageFactory, VariantFactory
from apps.core.tests.test_opened_forms import browser, opened
from apps.inventory.tests.factories import WarehouseFactory

__all__ = ["browser"]

pytestmark = [pytest.mark.thorough, pytest.mark.django_db(databases=["default", "audit"])]

VALUES = [
    None,
    7,
    -1.5,
    float("nan"),
    10**400,
    "\x00",
    "\ud800",
    "x" * 10_000,
    "99999999999999999999",
    "٣",
    [],
    [None, 1, ["2"], {"3": 4}],
    ["\ud800"],
    ["x"] * 500,
    {"a": {"b": [1]}},
]
WHOLE = [
    "",
    "null",
    "7",
    '"x"',
    "[1]",
    "[" * 5000,
    "{" * 5000,
    '{"": null}',
    "{}",
    "9" * 5000,
    '{"title": 9' + "9" * 5000 + "}",
    "\ud7ff\x00",
    "NaN",
]
MOMENTS = [
    None,
    7,
    [],
    {},
    "x",
    "2026-01-01",
    "2026-02-30T00:00:00+00:00",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "2026-01-01T00:00:00+23:59",
    "\ud800",
    "\x00",
    "2026-W01-1T00:00:00+00:00",
    "2026-01-01T00:00:00",
    "2026-01-01T00:00:00Z",
]


def _product(store):
    variant = VariantFactory(product__store=store)
    ProductImageFactory(product=variant.product)
    return variant.product


PAGES = {
    "catalog/product": _product,
    "catalog/category": lambda store: CategoryFactory(
        store=store, parent=CategoryFactory(store=store)
    ),
    "catalog/variant": lambda store: VariantFactory(product__store=store),
    "inventory/warehouse": lambda store: WarehouseFactory(store=store),
    "accounts/user": lambda store: UserFactory(store=store),
    "accounts/address": lambda store: AddressFactory(owner=UserFactory(store=store), store=store),
    "stores/store": lambda store: store,
}


def forged(told: str, sent: dict) -> dict:
    """This function will put it in the place of everything that the forms say they showed."""
    return {name: told if name.endswith("opened") else kept for name, kept in sent.items()}


@pytest.mark.parametrize("name", PAGES)
def test_whatever_a_page_says_it_showed_it_is_answered(browser, store, name):
    row = PAGES[name](store)
    at = f"/admin/{name}/{row.pk}/change/"
    sent = opened(browser, at)
    real = {key: json.loads(told) for key, told in sent.items() if key.endswith("opened") and told}
    every = {one for told in real.values() for one in told} - {""}
    tellings = [
        *(WHOLE if name == "inventory/warehouse" else ()),
        *(
            json.dumps({"": moment} | dict.fromkeys(every, value))
            for value, moment in zip(VALUES, MOMENTS, strict=True)
        ),
    ]
    type(row)._default_manager.filter(pk=row.pk).update(version=F("version") + 1)
    browser.raise_request_exception = False

    answers = {told[:80]: browser.post(at, forged(told, sent)) for told in tellings}

    assert [told for told, answer in answers.items() if answer.status_code >= 400] == []
    compared = [one for one in answers.values() if "overtaken" in (one.context or {})]
    assert len(compared) > 5  # what means nothing is no change of a person's


def _new_rows(store):
    soon = timezone.now() + timedelta(days=9)
    variant, house = VariantFactory(product__store=store), WarehouseFactory(store=store)
    known = UserFactory(store=store, email="ada@example.com")
    return {
        "accounts/apikey": {
            "name": "Till", "scopes": ["read_stock"], "expires_at_0": soon.date().isoformat(),
            "expires_at_1": "00:00:00",
        },
        "accounts/membership": {"email": known.email, "role": "support", "vouched": "on"},
        "catalog/category": {"name": "Cups", "slug": "cups", "position": "1"},
        "inventory/stockitem": {
            "variant": str(variant.pk), "warehouse": str(house.pk), "quantity": "5",
        },
        "inventory/warehouse": {"code": "south", "name": "South", "priority": "7"},
    }  # fmt: skip


@pytest.mark.parametrize(
    "name",
    [
        "accounts/apikey",
        "accounts/membership",
        "catalog/category",
        "inventory/stockitem",
        "inventory/warehouse",
    ],
)
def test_a_form_of_a_new_row_has_shown_nothing(browser, store, name):
    typed = _new_rows(store)[name]
    at = f"/admin/{name}/add/"
    browser.raise_request_exception = False

    answer = browser.post(at, typed | {"opened": json.dumps(typed)})

    assert answer.status_code == (200 if name == "accounts/apikey" else 302)
    assert "errornote" not in answer.content.decode()
