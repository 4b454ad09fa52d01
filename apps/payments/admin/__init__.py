"""Payments, refunds and what gateways tell, on the staff site; and what orders show of them."""

from apps.payments.admin.orders import PaidOrderAdmin
from apps.payments.admin.payments import PaymentAdmin
from apps.payments.admin.provider_events import ProviderEventAdmin
from apps.payments.admin.refunds import RefundAdmin

__all__ = ["PaidOrderAdmin", "PaymentAdmin", "ProviderEventAdmin", "RefundAdmin"]
