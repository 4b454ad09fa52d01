"""The document of a refund."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from apps.core.money import Money
from apps.core.transactions import requires_transaction
from apps.events import services as events
from apps.events.actors import Actor
from apps.orders.crediting import credited_tax
from apps.orders.errors import CreditAboveInvoice
from apps.orders.events import CreditNoteIssued
from apps.orders.invoice_content import InvoiceContent, InvoiceLine, Seller
from apps.orders.models import Invoice, Order
from apps.orders.services.number_invoice import number_invoice


@requires_transaction
def issue_credit_note(
    *, order: Order, refund_id: UUID, amount: Money, reason: str, by: Actor, now: datetime
) -> Invoice | None:
    """This function will issue the credit note of a refund, or return it if it is there.

    `None` when the order has no invoice that could be corrected. `amount` is what goes back, tax
    and all. The caller has locked the order, and calls this last: whoever wants the next number of
    the store waits until the transaction ends.

    Raises:
        CreditAboveInvoice: more than is left of the invoice.
    """
    documents = list(Invoice.objects.of(order).order_by("pk"))
    invoice = next((one for one in documents if not one.is_credit_note), None)
    notes = [one for one in documents if one.is_credit_note]
    known = next((one for one in notes if one.refund_id == refund_id), None)
    if invoice is None or known is not None:
        return known
    note = Invoice(
        kind=Invoice.Kind.CREDIT_NOTE,
        order=order,
        corrects=invoice,
        refund_id=refund_id,
        **_amounts(order, invoice, amount=amount, notes=notes),
        snapshot=_content(order, invoice, amount=amount, reason=reason).as_json(),
    )
    number_invoice(invoice=note, now=now)
    issued = CreditNoteIssued(
        aggregate_id=note.public_id,
        number=note.number,
        order_id=order.public_id,
        invoice_id=invoice.public_id,
        refund_id=refund_id,
        total=amount,
    )
    events.publish(issued, store=order.store, by=by)
    return note


def _amounts(
    order: Order, invoice: Invoice, *, amount: Money, notes: Sequence[Invoice]
) -> dict[str, Decimal]:
    """What the note says goes back, after what the notes before it have said."""
    before = Money.total((note.total for note in notes), currency=order.currency)
    if amount > invoice.total - before:
        raise CreditAboveInvoice(remaining=invoice.total - before)
    tax = credited_tax(amount=amount, before=before, tax_rate=order.tax_rate)
    return {
        "net_amount": (amount - tax).amount,
        "tax_amount": tax.amount,
        "total_amount": amount.amount,
    }


def _content(order: Order, invoice: Invoice, *, amount: Money, reason: str) -> InvoiceContent:
    line = InvoiceLine(
        sku="",
        title=f"Refund of order {order.number}",
        variant_title="",
        quantity=1,
        unit_price=amount,
        total=amount,
    )
    return InvoiceContent(
        seller=Seller.of(order.store),
        buyer=order.shipping_address,
        order_number=order.number,
        ordered_at=order.placed_at,
        lines=[line],
        subtotal=amount,
        discount=Money.zero(order.currency),
        shipping=Money.zero(order.currency),
        tax_rate=order.tax_rate,
        prices_include_tax=True,
        time_zone=order.store.time_zone,
        corrects=invoice.number,
        reason=reason,
    )
