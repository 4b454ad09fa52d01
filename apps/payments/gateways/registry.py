"""Which gateways this installation offers: those named in `PAYMENT_GATEWAYS`."""

from django.conf import settings
from django.utils.module_loading import import_string

from apps.payments.errors import UnknownGateway
from apps.payments.gateways.gateway import Gateway


def gateway_names() -> list[str]:
    """This function will return the names of the gateways that are set up."""
    return [import_string(path).name for path in settings.PAYMENT_GATEWAYS]


def find_gateway(name: str) -> Gateway:
    """This function will return the gateway of this name.

    Raises:
        UnknownGateway: it is not among those set up.
    """
    for path in settings.PAYMENT_GATEWAYS:
        gateway: type[Gateway] = import_string(path)
        if gateway.name == name:
            return gateway()
    raise UnknownGateway
