"""Who may call what: written by hand, so that no change of a view's own word for it goes unseen."""

from dataclasses import dataclass

from apps.accounts.scopes import Scope


@dataclass(frozen=True)
class Right:
    """Anyone; people with what is theirs; holders of a scope; or either of the last two. Anyone
    and people: guests too, but no machines."""

    anyone: bool = False
    people: bool = False
    scope: str = ""
    # Who holds this one knows of the thing already, and is told what is missing to change it.
    sees: str = ""
    # Takes the role too, of a person, and a second secret.
    admins: bool = False


ANYONE, PERSON = Right(anyone=True), Right(people=True)
SHOPPER = Right(anyone=True, people=True)
ADMIN = Right(scope=Scope.EXPORT_DATA, admins=True)


def _holder(scope: Scope) -> Right:
    return Right(scope=scope)


def _owner_or(scope: Scope, sees: str = "") -> Right:
    return Right(people=True, scope=scope, sees=sees)


RIGHTS = {
    "GET /addresses": PERSON,
    "POST /addresses": PERSON,
    "GET /addresses/{id}": PERSON,
    "PATCH /addresses/{id}": PERSON,
    "DELETE /addresses/{id}": PERSON,
    "GET /.well-known/jwks.json": ANYONE,
    "POST /auth/logout": ANYONE,
    "GET /admin/customers/export": ADMIN,
    "GET /admin/exports": ADMIN,
    "POST /admin/exports": ADMIN,
    "GET /admin/exports/{id}": ADMIN,
    "DELETE /admin/exports/{id}": ADMIN,
    "GET /admin/exports/{id}/file": ADMIN,
    "GET /admin/orders/export": ADMIN,
    "GET /admin/products/export": ADMIN,
    "GET /admin/stock/export": ADMIN,
    "POST /auth/email/verify": ANYONE,
    "POST /auth/email/verify/request": PERSON,
    "POST /auth/password/change": PERSON,
    "POST /auth/password/forgot": ANYONE,
    "POST /auth/password/reset": ANYONE,
    "POST /auth/register": ANYONE,
    "POST /auth/token": ANYONE,
    "POST /auth/token/refresh": ANYONE,
    "GET /cart": SHOPPER,
    "DELETE /cart": SHOPPER,
    "POST /cart/items": SHOPPER,
    "PATCH /cart/items/{line_id}": SHOPPER,
    "DELETE /cart/items/{line_id}": SHOPPER,
    "GET /categories": ANYONE,
    "POST /categories": _holder(Scope.WRITE_CATALOG),
    "GET /categories/{id}": ANYONE,
    "PATCH /categories/{id}": _holder(Scope.WRITE_CATALOG),
    "DELETE /categories/{id}": _holder(Scope.WRITE_CATALOG),
    "GET /customers": _holder(Scope.READ_CUSTOMERS),
    "POST /customers": _holder(Scope.WRITE_CUSTOMERS),
    "GET /customers/{id}": _holder(Scope.READ_CUSTOMERS),
    "PATCH /customers/{id}": _holder(Scope.WRITE_CUSTOMERS),
    "DELETE /customers/{id}": _holder(Scope.WRITE_CUSTOMERS),
    "GET /customers/{id}/orders": _holder(Scope.READ_ORDERS),
    "GET /events": _holder(Scope.READ_EVENTS),
    "GET /invoices": _owner_or(Scope.READ_INVOICES),
    "GET /invoices/{number}": _owner_or(Scope.READ_INVOICES),
    "GET /invoices/{number}/pdf": _owner_or(Scope.READ_INVOICES),
    "GET /me": PERSON,
    "PATCH /me": PERSON,
    "DELETE /me": PERSON,
    "GET /me/export": PERSON,
    "GET /orders": _owner_or(Scope.READ_ORDERS),
    "POST /orders": PERSON,
    "GET /orders/{id}": _owner_or(Scope.READ_ORDERS),
    "PATCH /orders/{id}": _owner_or(Scope.WRITE_ORDERS, sees=Scope.READ_ORDERS),
    "POST /orders/{id}/cancel": _owner_or(Scope.WRITE_ORDERS, sees=Scope.READ_ORDERS),
    "GET /orders/{id}/invoice": _owner_or(Scope.READ_INVOICES),
    "GET /orders/{id}/lines": _owner_or(Scope.READ_ORDERS),
    "GET /orders/{id}/payments": _owner_or(Scope.READ_PAYMENTS),
    "POST /orders/{id}/payments": PERSON,
    "GET /orders/{id}/shipments": _owner_or(Scope.READ_ORDERS),
    "POST /orders/{id}/shipments": _holder(Scope.FULFIL_ORDERS),
    "POST /orders/{id}/shipments/{shipment_id}/deliver": _holder(Scope.FULFIL_ORDERS),
    "GET /orders/{id}/timeline": _owner_or(Scope.READ_ORDERS),
    "GET /payments/{payment_id}": _owner_or(Scope.READ_PAYMENTS),
    "GET /payments/{payment_id}/refunds": _owner_or(Scope.READ_PAYMENTS),
    "POST /payments/{payment_id}/refunds": _holder(Scope.REFUND_PAYMENTS),
    "GET /payments/{payment_id}/refunds/{refund_id}": _owner_or(Scope.READ_PAYMENTS),
    "POST /payments/webhooks/{gateway}": ANYONE,
    "GET /products": ANYONE,
    "POST /products": _holder(Scope.WRITE_CATALOG),
    "GET /products/{id}": ANYONE,
    "PATCH /products/{id}": _holder(Scope.WRITE_CATALOG),
    "DELETE /products/{id}": _holder(Scope.WRITE_CATALOG),
    "GET /products/{id}/recommendations": ANYONE,
    "GET /products/{product}/reviews": ANYONE,
    "GET /products/{product}/images": ANYONE,
    "POST /products/{product}/images": _holder(Scope.WRITE_CATALOG),
    "GET /products/{product}/images/{id}": ANYONE,
    "PATCH /products/{product}/images/{id}": _holder(Scope.WRITE_CATALOG),
    "DELETE /products/{product}/images/{id}": _holder(Scope.WRITE_CATALOG),
    "GET /products/{product}/variants": ANYONE,
    "POST /products/{product}/variants": _holder(Scope.WRITE_CATALOG),
    "GET /products/{product}/variants/{id}": ANYONE,
    "PATCH /products/{product}/variants/{id}": _holder(Scope.WRITE_CATALOG),
    "DELETE /products/{product}/variants/{id}": _holder(Scope.WRITE_CATALOG),
    "GET /products/featured": ANYONE,
    "GET /products/suggest": ANYONE,
    "GET /recommendations": ANYONE,
    "GET /reviews": _owner_or(Scope.MODERATE_REVIEWS),
    "POST /reviews": PERSON,
    "GET /reviews/{id}": _owner_or(Scope.MODERATE_REVIEWS),
    "PATCH /reviews/{id}": PERSON,
    "DELETE /reviews/{id}": _owner_or(Scope.MODERATE_REVIEWS),
    "POST /reviews/{id}/hide": _holder(Scope.MODERATE_REVIEWS),
    "POST /reviews/{id}/show": _holder(Scope.MODERATE_REVIEWS),
    "GET /stock": _holder(Scope.READ_STOCK),
    "POST /stock/{sku}/adjust": _holder(Scope.WRITE_STOCK),
    "POST /stock/{sku}/receive": _holder(Scope.WRITE_STOCK),
    "GET /stock/movements": _holder(Scope.READ_STOCK),
    "GET /wishlist": PERSON,
    "POST /wishlist": PERSON,
    "DELETE /wishlist": PERSON,
    "DELETE /wishlist/{product}": PERSON,
    "GET /health": ANYONE,
    "GET /health/live": ANYONE,
    "GET /health/ready": ANYONE,
}
