"""The document of a sale."""

from datetime import datetime

from django.db.models import OuterRef, Subquery

from apps.core.transactions import requires_transaction
from apps.events import services as events
from apps.events.actors import Actor
from apps.orders.errors import OrderStateConflict
from apps.orders.events import InvoiceIssued
from apps.orders.invoice_content import InvoiceContent, InvoiceLine, Seller
from apps.orders.models import Invoice, Order, OrderLine
from apps.orders.past_errors import OrderIsPast
from apps.orders.services.number_invoice import number_invoice
from apps.orders.transitions import OrderState


@requires_transaction
def issue_invoice(*, order: Order, by: Actor, now: datetime) -> Invoice:
    """This function will issue the invoice of an order that was paid, or return it if it is there.

    The caller has locked the order, and calls this last: whoever wants the next number of the store
    waits until the transaction ends.

    Raises:
        OrderStateConflict: it was never paid.
        OrderIsPast: it was paid elsewhere, and its document is of there.
    """
    if order.is_past:
        raise OrderIsPast
    if order.paid_at is None:
        raise OrderStateConflict(state=order.state, wanted=OrderState.PAID)
    lines, known = _lines_and_invoice(order)
    if known is not None:
        return Invoice.objects.get(pk=known)
    invoice = Invoice(
        kind=Invoice.Kind.INVOICE,
        order=order,
        net_amount=order.total_amount - order.tax_amount,
        tax_amount=order.tax_amount,
        total_amount=order.total_amount,
        snapshot=_content(order, lines).as_json(),
    )
    number_invoice(invoice=invoice, now=now)
    events.publish(
        InvoiceIssued(
            aggregate_id=invoice.public_id,
            number=invoice.number,
            order_id=order.public_id,
            total=invoice.total,
        ),
        store=order.store,
        by=by,
    )
    return invoice


def _lines_and_invoice(order: Order) -> tuple[list[OrderLine], int | None]:
    """One query for both: what an invoice would say, and whether there is one."""
    invoices = Invoice.objects.filter(order=OuterRef("order"), kind=Invoice.Kind.INVOICE)
    found = OrderLine.objects.filter(order=order).annotate(known=Subquery(invoices.values("pk")))
    lines = list(found)
    return [*lines], next((line.known for line in lines), None)


def _content(order: Order, lines: list[OrderLine]) -> InvoiceContent:
    return InvoiceContent(
        seller=Seller.of(order.store),
        buyer=order.shipping_address,
        order_number=order.number,
        ordered_at=order.placed_at,
        lines=[
            InvoiceLine(
                sku=line.sku,
                title=line.title,
                variant_title=line.variant_title,
                quantity=line.quantity,
                unit_price=line.unit_price,
                total=line.line_total,
            )
            for line in lines
        ],
        subtotal=order.subtotal,
        discount=order.discount,
        shipping=order.shipping,
        tax_rate=order.tax_rate,
        prices_include_tax=order.prices_include_tax,
        time_zone=order.store.time_zone,
    )
