from collections.abc import Callable, Iterator
from typing import Any

import pytest
import stripe

from tests.stripe_double import StripeDouble, stripe_double
from tests.stripe_double.receiver import Receiver, receiver


@pytest.fixture
def double() -> Iterator[StripeDouble]:
    with stripe_double() as double:
        yield double


@pytest.fixture
def client(double: StripeDouble) -> stripe.StripeClient:
    """Stripe's own client, that does not try again of itself."""
    return client_of(double)


@pytest.fixture
def listener() -> Iterator[Receiver]:
    with receiver() as listener:
        yield listener


@pytest.fixture
def telling(listener: Receiver) -> Iterator[StripeDouble]:
    """A double that tells `listener` what happens."""
    with stripe_double(webhook_url=listener.url) as double:
        yield double


@pytest.fixture
def pay(client: stripe.StripeClient) -> Callable[..., stripe.PaymentIntent]:
    """Pays 19.99 EUR at once, unless told otherwise."""

    def pay(payment_method: str = "pm_card_visa", **more: Any) -> stripe.PaymentIntent:
        return client.v1.payment_intents.create(payment(payment_method, **more))

    return pay


def client_of(double: StripeDouble, key: str = "", timeout: float = 10) -> stripe.StripeClient:
    return stripe.StripeClient(
        key or double.client_key,
        base_addresses={"api": double.url},
        max_network_retries=0,
        http_client=stripe.RequestsClient(timeout=timeout),
    )


def payment(payment_method: str = "pm_card_visa", **more: Any) -> dict[str, Any]:
    return {
        "amount": 1999,
        "currency": "eur",
        "confirm": True,
        "payment_method": payment_method,
        "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
        **more,
    }
