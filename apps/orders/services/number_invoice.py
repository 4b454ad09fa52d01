"""The next number of a series."""

from datetime import datetime

from apps.core.transactions import requires_transaction
from apps.orders.models import Invoice, InvoiceSeries

_PREFIX = {Invoice.Kind.INVOICE: "", Invoice.Kind.CREDIT_NOTE: "CN-"}


@requires_transaction
def number_invoice(*, invoice: Invoice, now: datetime) -> None:
    """This function will give a document of an order the next number of its kind, and save it.

    Years begin where the store is.
    """
    order = invoice.order
    invoice.store, invoice.customer_id = order.store, order.customer_id
    invoice.currency, invoice.issued_at = order.currency, now
    invoice.year = order.store.day_of(now).year
    invoice.sequence = InvoiceSeries.take(store=order.store, kind=invoice.kind, year=invoice.year)
    prefix = _PREFIX[Invoice.Kind(invoice.kind)]
    invoice.number = f"{prefix}{invoice.year:04d}-{invoice.sequence:06d}"
    invoice.save(force_insert=True)
