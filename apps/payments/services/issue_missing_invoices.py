"""Sales from before invoices were issued."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from apps.orders import services as orders
from apps.orders.models import Invoice
from apps.orders.transitions import SALES
from apps.payments.models import Payment


def issue_missing_invoices(*, now: datetime) -> int:
    """This function will issue the invoice of every captured sale that has none, oldest first.

    Each is a transaction of its own, so it may be stopped and run again. They are dated `now`: a
    number without a gap cannot be given for a day that is over. Returns how many it issued.
    """
    issued = Invoice.objects.filter(order=OuterRef("order"), kind=Invoice.Kind.INVOICE)
    sales = Payment.objects.filter(
        ~Exists(issued),
        state=Payment.State.CAPTURED,
        is_surplus=False,
        order__state__in=SALES,
    )
    waiting = list(sales.order_by("captured_at", "pk").values_list("pk", flat=True))
    for pk in waiting:
        _issue(pk, now=now)
    return len(waiting)


@transaction.atomic
def _issue(pk: int, *, now: datetime) -> None:
    (payment,) = Payment.objects.filter(pk=pk).locked_with_order()
    orders.issue_invoice(order=payment.order, by=None, now=now)
