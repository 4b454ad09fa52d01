"""One of everything that a route can name, for a person of a store."""

from dataclasses import dataclass

from apps.accounts.models import User
from apps.accounts.tests.factories import AddressFactory, UserFactory
from apps.catalog.tests.factories import (
    CategoryFactory,
    ProductImageFactory,
    ReviewFactory,
    VariantFactory,
    WishlistItemFactory,
)
from apps.interchange.tests.factories import ExportJobFactory
from apps.inventory.tests.factories import StockItemFactory
from apps.orders.tests.factories import CartLineFactory, InvoiceFactory, ShipmentFactory
from apps.payments.tests.factories import PaymentFactory, RefundFactory, place_order


@dataclass(frozen=True)
class Scene:
    """Paths with their parameters filled in: `scene.path("/api/v1/orders/{id}")`."""

    names: dict[str, str]

    def path(self, template: str) -> str:
        """This function will fill the path parameters of a route."""
        kind = template.removeprefix("/api/v1/").split("/")[0]
        filled = template
        for part in ("images", "variants", "exports"):
            filled = filled.replace(f"{part}/{{id}}", f"{part}/{self.names[part]}")
        filled = filled.replace("{id}", self.names.get(kind, ""))
        for name in (
            "product",
            "sku",
            "line_id",
            "payment_id",
            "refund_id",
            "shipment_id",
            "number",
        ):
            filled = filled.replace(f"{{{name}}}", self.names[name])
        return filled


def scene_of(person: User) -> Scene:
    """This function will make one of everything in a store; what is private is the person's."""
    store = person.store
    variant = VariantFactory(product__store=store)
    StockItemFactory(variant=variant, on_hand=10)
    image = ProductImageFactory(product=variant.product)
    order = place_order(customer=person)
    payment = PaymentFactory(order=order)
    WishlistItemFactory(owner=person, product=variant.product)
    return Scene(
        {
            "addresses": str(AddressFactory(owner=person).public_id),
            "exports": str(ExportJobFactory(store=store).public_id),
            "customers": str(UserFactory(store=store).public_id),
            "categories": str(CategoryFactory(store=store).public_id),
            "products": str(variant.product.public_id),
            "product": str(variant.product.public_id),
            "variants": str(variant.public_id),
            "images": str(image.public_id),
            "reviews": str(ReviewFactory(author=person, product=variant.product).public_id),
            "sku": variant.sku,
            "orders": str(order.public_id),
            "line_id": str(CartLineFactory(cart__owner=person).public_id),
            "payment_id": str(payment.public_id),
            "refund_id": str(RefundFactory(payment=payment).public_id),
            "shipment_id": str(ShipmentFactory(order__customer=person).public_id),
            "number": InvoiceFactory(order__customer=person).number,
        }
    )
