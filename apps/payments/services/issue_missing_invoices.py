"""Sales from before invoices were issued."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from apps.orders import services as orders
from apps.orders.models import Invoice
from apps.orders.transitions import SALES
from apps.payments.models import Payment
from apps.payments.models.payment import PaymentQuerySet


def issue_missing_invoices(*, now: datetime) -> int:
    """This function will issue the invoice of every captured sale that has none, oldest first.

    Each is a transaction of its own, so it may be stopped and run again. They are dated `now`: a
    number without a gap cannot be given for a day that is over. Returns how many it issued.
    """
    waiting = list(_without_invoice().order_by("captured_at", "pk").values_list("pk", flat=True))
    return sum(_issue(pk, now=now) for pk in waiting)


def _without_invoice() -> PaymentQuerySet:
    issued = Invoice.objects.filter(order=OuterRef("order"), kind=Invoice.Kind.INVOICE)
    return Payment.objects.filter(
        ~Exists(issued),
        state=Payment.State.CAPTURED,
        is_surplus=False,
        order__state__in=SALES,
    )


@transaction.atomic
def _issue(pk: int, *, now: datetime) -> bool:
    """Looked at again under the locks: the order may have been canceled since it was listed."""
    for payment in Payment.objects.filter(pk=pk).locked_with_order():
        if not _without_invoice().filter(pk=pk).exists():
            return False
        orders.issue_invoice(order=payment.order, by=None, now=now)
    return True
