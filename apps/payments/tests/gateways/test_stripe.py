"""The Stripe gateway keeps the contract, over HTTP and through Stripe's own package, with our
double of Stripe at the other end. `test_stripe_test_mode.py` runs the same against Stripe."""

from collections.abc import Iterator
from typing import Any

import pytest

from apps.payments.tests.gateways.contract import *  # noqa: F403 - the tests every gateway passes
from apps.payments.tests.gateways.contract import GatewayCase
from apps.payments.tests.gateways.stripe_cases import case_of_double, use_double
from tests.stripe_double import StripeDouble, stripe_double


@pytest.fixture(scope="module")
def shared_double() -> Iterator[StripeDouble]:
    with stripe_double() as double:
        yield double


@pytest.fixture
def gateway_case(shared_double: StripeDouble, settings: Any) -> GatewayCase:
    use_double(shared_double, settings)
    shared_double.clear_faults()
    return case_of_double(shared_double)
