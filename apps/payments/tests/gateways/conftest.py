from typing import Any

import pytest

from apps.payments.tests.gateways.webhook_basket import Basket

pytest.register_assert_rewrite("apps.payments.tests.gateways.contract")


@pytest.fixture
def basket(settings: Any) -> type[Basket]:
    """Where the simulated gateway's webhooks go, when nobody else is to hear them."""
    settings.SIMULATED_GATEWAY_WEBHOOK = "apps.payments.tests.gateways.webhook_basket.receive"
    Basket.letters = []
    Basket.meanwhile = None
    return Basket
