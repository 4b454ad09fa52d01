from apps.payments.services.apply_parked_events import apply_parked_events
from apps.payments.services.capture_order_payment import capture_order_payment
from apps.payments.services.capture_payment import capture_payment
from apps.payments.services.check_payment import check_payment
from apps.payments.services.check_payments import check_payments
from apps.payments.services.check_refunds import check_refunds
from apps.payments.services.complete_refund import complete_refund
from apps.payments.services.issue_missing_invoices import issue_missing_invoices
from apps.payments.services.mail_payment_failure import mail_payment_failure
from apps.payments.services.mail_refund import mail_refund
from apps.payments.services.open_payment import open_payment
from apps.payments.services.pay_order import pay_order
from apps.payments.services.receive_webhook import receive_webhook
from apps.payments.services.reconcile_payment import reconcile_payment
from apps.payments.services.reconcile_payments import Reconciliation, reconcile_payments
from apps.payments.services.reconcile_refund import reconcile_refund
from apps.payments.services.record_charge import record_charge
from apps.payments.services.record_refund import record_refund
from apps.payments.services.refund_payment import refund_payment
from apps.payments.services.register_refund import register_refund
from apps.payments.services.retry_provider_events import retry_provider_events
from apps.payments.services.retry_refund import retry_refund
from apps.payments.services.return_held_payment import return_held_payment
from apps.payments.services.return_order_payments import return_order_payments
from apps.payments.services.return_payment import return_payment
from apps.payments.services.return_unfillable_payment import return_unfillable_payment
from apps.payments.services.settle_provider_event import settle_provider_event
from apps.payments.services.settle_refund import settle_refund
from apps.payments.services.withdraw_payment import withdraw_payment

__all__ = [
    "Reconciliation",
    "apply_parked_events",
    "capture_order_payment",
    "capture_payment",
    "check_payment",
    "check_payments",
    "check_refunds",
    "complete_refund",
    "issue_missing_invoices",
    "mail_payment_failure",
    "mail_refund",
    "open_payment",
    "pay_order",
    "receive_webhook",
    "reconcile_payment",
    "reconcile_payments",
    "reconcile_refund",
    "record_charge",
    "record_refund",
    "refund_payment",
    "register_refund",
    "retry_provider_events",
    "retry_refund",
    "return_held_payment",
    "return_order_payments",
    "return_payment",
    "return_unfillable_payment",
    "settle_provider_event",
    "settle_refund",
    "withdraw_payment",
]
