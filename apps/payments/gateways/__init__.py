from apps.payments.charges import (
    CaptureMethod,
    Charge,
    ChargeOutcome,
    ChargeRequest,
    GatewayRefund,
    Notice,
    RefundOutcome,
    payment_named_by,
)
from apps.payments.gateways.gateway import KEYS_LIVE_FOR, Gateway
from apps.payments.gateways.registry import find_gateway, gateway_names

__all__ = [
    "KEYS_LIVE_FOR",
    "CaptureMethod",
    "Charge",
    "ChargeOutcome",
    "ChargeRequest",
    "Gateway",
    "GatewayRefund",
    "Notice",
    "RefundOutcome",
    "find_gateway",
    "gateway_names",
    "payment_named_by",
]
