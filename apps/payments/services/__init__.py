from apps.payments.services.complete_refund import complete_refund
from apps.payments.services.open_payment import open_payment
from apps.payments.services.pay_order import pay_order
from apps.payments.services.record_charge import record_charge
from apps.payments.services.record_refund import record_refund
from apps.payments.services.refund_payment import refund_payment
from apps.payments.services.register_refund import register_refund
from apps.payments.services.resume_stuck_payments import resume_stuck_payments
from apps.payments.services.resume_stuck_refunds import resume_stuck_refunds
from apps.payments.services.return_order_payments import return_order_payments
from apps.payments.services.return_payment import return_payment

__all__ = [
    "complete_refund",
    "open_payment",
    "pay_order",
    "record_charge",
    "record_refund",
    "refund_payment",
    "register_refund",
    "resume_stuck_payments",
    "resume_stuck_refunds",
    "return_order_payments",
    "return_payment",
]
