from apps.payments.gateways.gateway import (
    CaptureMethod,
    Charge,
    ChargeOutcome,
    ChargeRequest,
    Gateway,
    GatewayRefund,
    Notice,
    RefundOutcome,
    payment_named_by,
)
from apps.payments.gateways.registry import find_gateway

__all__ = [
    "CaptureMethod",
    "Charge",
    "ChargeOutcome",
    "ChargeRequest",
    "Gateway",
    "GatewayRefund",
    "Notice",
    "RefundOutcome",
    "find_gateway",
    "payment_named_by",
]
