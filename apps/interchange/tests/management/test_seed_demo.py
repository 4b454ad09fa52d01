import io

import pytest
from django.core.management import CommandError, call_command

from apps.accounts.models import User
from apps.interchange.demo.people import PASSWORD, SHOPPER_EMAIL, STAFF_EMAIL
from apps.interchange.errors import NotADemoShop
from apps.interchange.management.commands import seed_demo

pytestmark = pytest.mark.django_db


@pytest.fixture
def seeded(monkeypatch) -> list[str]:
    stores: list[str] = []

    def seed(*, store, now, tell):
        stores.append(store.slug)
        tell("goods")

    monkeypatch.setattr(seed_demo.services, "seed_demo", seed)
    return stores


def test_tells_what_it_does_and_how_to_log_in(store, seeded):
    out = io.StringIO()
    call_command("seed_demo", stdout=out)
    assert seeded == ["default"]
    lines = out.getvalue().splitlines()
    assert [line.split(" s  ")[1] for line in lines] == [
        "goods",
        f"ready: log in as {STAFF_EMAIL} or {SHOPPER_EMAIL}, password {PASSWORD}",
    ]


def test_refuses_where_money_is_not_pretended_as_in_production(store, seeded, settings):
    settings.PAYMENT_GATEWAYS = []
    with pytest.raises(CommandError, match="ALLOW_SIMULATED_PAYMENTS=true"):
        call_command("seed_demo")
    assert seeded == []
    assert not User.objects.exists()


def test_says_why_a_shop_is_not_seeded(store, monkeypatch):
    def refuse(**options):
        raise NotADemoShop("Tradepost has products of its own: the demo would mix with them.")

    monkeypatch.setattr(seed_demo.services, "seed_demo", refuse)
    with pytest.raises(CommandError, match=r"with them\. `make up` starts it as it is\."):
        call_command("seed_demo", stdout=io.StringIO())
