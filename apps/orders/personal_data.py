"""What orders hold about people, and what of it law wants kept."""

from collections.abc import Iterable, Iterator
from typing import Any

from apps.accounts.data_registry import Erasure, Kept, Reason, Section, register
from apps.accounts.models import User
from apps.core.batches import one_by_one
from apps.orders import services
from apps.orders.models import Cart, Invoice, Order, OrderLine, PastReturn, Shipment
from apps.orders.transitions import UNDER_WAY


def _carts(person: User) -> Iterator[dict[str, Any]]:
    carts = Cart.objects.filter(owner=person).prefetch_related("lines__variant")
    for cart in one_by_one(carts):
        lines = [{"sku": one.variant.sku, "quantity": one.quantity} for one in cart.lines.all()]
        yield {
            "id": cart.public_id,
            "state": cart.state,
            "created_at": cart.created_at,
            "updated_at": cart.updated_at,
            "lines": lines,
        }


def _emptied_with_orders(_: Erasure) -> Iterable[Kept]:
    """Orders are locked before carts, and carts before stock: one service does all three."""
    return []


def _orders(person: User) -> Iterator[dict[str, Any]]:
    orders = Order.objects.told_to(person)
    related = orders.prefetch_related("lines", "transitions", "shipments", "notes")
    for order in one_by_one(related, key="public_id"):
        yield {
            "id": order.public_id,
            "number": order.number,
            "source": order.source,
            "external_number": order.external_number,
            "state": order.state,
            "subtotal": order.subtotal.as_json(),
            "discount": order.discount.as_json(),
            "shipping": order.shipping.as_json(),
            "tax": order.tax.as_json(),
            "total": order.total.as_json(),
            "shipping_address": order.shipping_address,
            "customer_note": order.customer_note,
            "staff_note": order.staff_note,
            "notes": [{"at": one.created_at, "text": one.text} for one in order.notes.all()],
            "placed_at": order.placed_at,
            "paid_at": order.paid_at,
            "lines": [_line(one) for one in order.lines.all()],
            "timeline": [
                {"at": one.created_at, "state": one.to_state, "reason": one.reason}
                for one in order.transitions.all()
            ],
            "shipments": [_shipment(one) for one in order.shipments.all()],
        }


def _past_returns(person: User) -> Iterator[dict[str, Any]]:
    theirs = PastReturn.objects.filter(customer=person).select_related("order")
    for one in one_by_one(theirs, key="public_id"):
        yield {
            "source": one.source,
            "external_number": one.external_number,
            "order": one.order.number if one.order else None,
            "sku": one.sku,
            "title": one.title,
            "quantity": one.quantity,
            "amount": one.money.as_json(),
            "returned_at": one.returned_at,
        }


def _keep_past_returns(erasure: Erasure) -> Iterator[Kept]:
    count = PastReturn.objects.filter(customer=erasure.person).count()
    if count:
        yield Kept(section="past_returns", count=count, reason=Reason.TAX_LAW)


def _line(line: OrderLine) -> dict[str, Any]:
    return {
        "sku": line.sku,
        "title": line.title,
        "variant_title": line.variant_title,
        "quantity": line.quantity,
        "unit_price": line.unit_price.as_json(),
        "line_total": line.line_total.as_json(),
    }


def _shipment(shipment: Shipment) -> dict[str, Any]:
    return {
        "id": shipment.public_id,
        "carrier": shipment.carrier,
        "tracking_number": shipment.tracking_number,
        "tracking_url": shipment.tracking_url,
        "shipped_at": shipment.shipped_at,
        "delivered_at": shipment.delivered_at,
    }


def _forget_orders(erasure: Erasure) -> Iterator[Kept]:
    services.erase_customer(customer=erasure.person, by=erasure.by, now=erasure.now)
    theirs = Order.objects.filter(customer=erasure.person)
    arrived = theirs.exclude(state__in=UNDER_WAY)
    staying = {
        Reason.CONTRACT: theirs.filter(state__in=UNDER_WAY),
        Reason.TAX_LAW: arrived.filter(paid_at__isnull=False),
        Reason.ACCOUNTABILITY: arrived.filter(paid_at__isnull=True),
    }
    for reason, orders in staying.items():
        if count := orders.count():
            yield Kept(section="orders", count=count, reason=reason)


def _invoices(person: User) -> Iterator[dict[str, Any]]:
    documents = Invoice.objects.filter(customer=person).select_related("order")
    for one in one_by_one(documents, key="public_id"):
        yield {
            "id": one.public_id,
            "kind": one.kind,
            "number": one.number,
            "order": one.order.number,
            "issued_at": one.issued_at,
            "net": one.net.as_json(),
            "tax": one.tax.as_json(),
            "total": one.total.as_json(),
            "content": one.snapshot,
        }


def _keep_invoices(erasure: Erasure) -> Iterator[Kept]:
    count = Invoice.objects.filter(customer=erasure.person).count()
    if count:
        yield Kept(section="invoices", count=count, reason=Reason.TAX_LAW)


register(
    Section(name="carts", rows=_carts, forget=_emptied_with_orders),
    Section(name="orders", rows=_orders, forget=_forget_orders),
    Section(name="past_returns", rows=_past_returns, forget=_keep_past_returns),
    Section(name="invoices", rows=_invoices, forget=_keep_invoices),
)
