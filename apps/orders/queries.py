"""Reads of several tables at once."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.accounts.models import Address, User
from apps.catalog.models import Variant
from apps.catalog.queries import variants_for_sale
from apps.orders import addresses
from apps.orders.errors import AddressNotFound, CartLineNotFound, CartNotFound, NotForSale
from apps.orders.holders import CartHolder
from apps.orders.letters import Letter, Sendable
from apps.orders.models import Cart, CartLine, Invoice, Order, OrderLine, Shipment
from apps.orders.totals import Totals, store_totals
from apps.orders.transitions import PAID_FOR, OrderState
from apps.stores.models import Store

_MOST_PARCELS = 50


@dataclass(frozen=True, kw_only=True)
class CartContents:
    """A cart as its holder sees it: today's prices, and what can be bought of it."""

    store: Store
    cart: Cart | None  # nobody has put anything into it yet
    lines: list[CartLine]
    token: str | None = None  # of a guest's cart made just now: it is never shown again

    @cached_property
    def totals(self) -> Totals:
        """What ordering it would cost; lines that cannot be ordered cost nothing."""
        return store_totals([line.priced for line in self.lines if line.for_sale], store=self.store)

    @property
    def item_count(self) -> int:
        """How many pieces are in it."""
        return sum(line.quantity for line in self.lines)

    def line(self, line_id: UUID) -> CartLine:
        """This function will return the line with a public id.

        Raises:
            CartLineNotFound: it is not in this cart.
        """
        for line in self.lines:
            if line.public_id == line_id:
                return line
        raise CartLineNotFound


def cart_contents(*, store: Store, cart: Cart, token: str | None = None) -> CartContents:
    """This function will read the lines of a cart with what they stand for now, in one query."""
    return CartContents(
        store=store, cart=cart, lines=cart_lines(store=store, cart=cart), token=token
    )


def cart_lines(*, store: Store, cart: Cart) -> list[CartLine]:
    """This function will read a cart's lines, each with its variant, product and `for_sale`.

    A line is for sale while its variant is, at a price in the currency that the store uses.
    """
    orderable = _orderable(store).filter(pk=OuterRef("variant"))
    return list(
        CartLine.objects.filter(cart=cart)
        .annotate(for_sale=Exists(orderable))
        .select_related("variant__product")
        .defer("variant__product__description")
        .order_by("pk")
    )


def find_variants(*, store: Store, references: Collection[UUID | str]) -> dict[UUID | str, Variant]:
    """This function will read the variants that can be ordered, by public id (UUID) or SKU.

    Raises:
        NotForSale: there is no such variant, or nobody can buy it now.
    """
    ids = [one for one in references if isinstance(one, UUID)]
    skus = [one for one in references if isinstance(one, str)]
    found: dict[UUID | str, Variant] = {}
    for variant in _orderable(store).filter(Q(public_id__in=ids) | Q(sku__in=skus)):
        found |= {variant.public_id: variant, variant.sku: variant}
    if missing := [str(one) for one in references if one not in found]:
        raise NotForSale(references=missing)
    return found


def _orderable(store: Store) -> QuerySet[Variant]:
    """A price in a currency that the store has given up is no offer."""
    return variants_for_sale(store=store).filter(currency=store.currency)


def saved_address(*, store: Store, owner: User, address_id: UUID) -> dict[str, str]:
    """This function will copy one of a person's addresses, as an order keeps it.

    Raises:
        AddressNotFound: it is not there, or it is somebody else's.
    """
    address = Address.objects.for_store(store).filter(owner=owner, public_id=address_id).first()
    if address is None:
        raise AddressNotFound
    return {name: str(getattr(address, name)) for name in addresses.FIELDS}


def find_cart(*, holder: CartHolder) -> CartContents:
    """This function will read the holder's open cart; it is empty while there is none.

    Raises:
        CartNotFound: a guest's token belongs to no open cart.
    """
    cart = Cart.objects.held_by(holder).order_by("owner").first()
    if cart is not None:
        return cart_contents(store=holder.store, cart=cart)
    if holder.token and holder.person is None:
        raise CartNotFound
    return CartContents(store=holder.store, cart=None, lines=[])


def products_bought(*, customer: User, product_ids: Collection[int]) -> set[int]:
    """This function will return which of the products (primary keys) a customer has bought.

    They are paid for, or something of them was sent before the money went back. What was canceled,
    or refunded before it left, was never theirs.
    """
    kept = Q(order__state__in=PAID_FOR) | Q(
        order__state=OrderState.REFUNDED, shipped_quantity__gt=0
    )
    lines = OrderLine.objects.filter(
        kept, order__customer=customer, variant__product__in=product_ids
    )
    return set(lines.values_list("variant__product", flat=True))


def sendable_letters(order: Order) -> list[Sendable]:
    """This function will tell which mails about an order can be sent to its customer once more.

    What was placed elsewhere is written about there. Of very many parcels, the newest.
    """
    if order.is_past:
        return []
    if order.state == OrderState.CANCELED:
        first = Sendable(letter=Letter.CANCELED)
    else:
        first = Sendable(letter=Letter.CONFIRMATION)
    invoices = Invoice.objects.of(order).filter(kind=Invoice.Kind.INVOICE).defer("snapshot")
    shipments = Shipment.objects.filter(order=order).order_by("-pk")[:_MOST_PARCELS]
    return [
        first,
        *(Sendable(letter=Letter.RECEIPT, about=one.public_id, called=str(one))
          for one in invoices),
        *(Sendable(letter=Letter.SHIPPED, about=one.public_id, called=str(one))
          for one in shipments),
    ]  # fmt: skip
