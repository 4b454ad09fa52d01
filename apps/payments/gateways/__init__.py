from apps.payments.gateways.gateway import (
    Charge,
    ChargeOutcome,
    Gateway,
    GatewayRefund,
    RefundOutcome,
)
from apps.payments.gateways.registry import find_gateway

__all__ = [
    "Charge",
    "ChargeOutcome",
    "Gateway",
    "GatewayRefund",
    "RefundOutcome",
    "find_gateway",
]
