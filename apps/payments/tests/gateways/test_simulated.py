import pytest

from apps.payments.gateways.simulated import SimulatedGateway
from apps.payments.tests.gateways.contract import *  # noqa: F403 - the tests every gateway passes
from apps.payments.tests.gateways.contract import GatewayCase


@pytest.fixture
def gateway_case() -> GatewayCase:
    return GatewayCase(
        make=SimulatedGateway,
        good="success",
        declined="decline",
        declined_code="card_declined",
        unknown="pm_card_visa",
    )
