import pytest

from apps.payments.errors import UnknownGateway
from apps.payments.gateways import find_gateway
from apps.payments.gateways.simulated import SimulatedGateway


def test_finds_a_gateway_by_its_name():
    assert isinstance(find_gateway("simulated"), SimulatedGateway)


def test_offers_only_what_is_set_up(settings):
    settings.PAYMENT_GATEWAYS = []
    with pytest.raises(UnknownGateway):
        find_gateway("simulated")
