"""The one vocabulary of rights: of staff by their roles, of API keys, and of 403 answers."""

from enum import StrEnum


class Scope(StrEnum):
    """What somebody may do in a store beyond what everybody may with their own things."""

    READ_CATALOG = "read_catalog"  # what is not published too
    WRITE_CATALOG = "write_catalog"
    MODERATE_REVIEWS = "moderate_reviews"  # read all, hide, show, delete
    READ_STOCK = "read_stock"
    WRITE_STOCK = "write_stock"
    READ_ORDERS = "read_orders"
    WRITE_ORDERS = "write_orders"  # notes, addresses, cancelation
    FULFIL_ORDERS = "fulfil_orders"  # shipments
    READ_PAYMENTS = "read_payments"
    REFUND_PAYMENTS = "refund_payments"
    READ_INVOICES = "read_invoices"
    READ_CUSTOMERS = "read_customers"
    WRITE_CUSTOMERS = "write_customers"
    READ_EVENTS = "read_events"  # events, deliveries, mails, remembered answers
    WRITE_EVENTS = "write_events"  # deliver again
    READ_AUDIT = "read_audit"
    READ_OPERATIONS = "read_operations"  # metrics, details of health
    EXPORT_DATA = "export_data"
    MANAGE_STORE = "manage_store"
    MANAGE_STAFF = "manage_staff"  # roles, second factors
    MANAGE_API_KEYS = "manage_api_keys"


class Role(StrEnum):
    """What a member of staff is in a store."""

    ADMIN = "admin"
    MANAGER = "manager"
    SUPPORT = "support"
    WAREHOUSE = "warehouse"
    FINANCE = "finance"
    READ_ONLY = "read_only"


_READ_SHOP = frozenset(
    {
        Scope.READ_CATALOG,
        Scope.READ_STOCK,
        Scope.READ_ORDERS,
        Scope.READ_PAYMENTS,
        Scope.READ_INVOICES,
        Scope.READ_CUSTOMERS,
        Scope.READ_EVENTS,
    }
)
_ONLY_ADMINS = frozenset({Scope.MANAGE_STAFF, Scope.MANAGE_API_KEYS, Scope.READ_OPERATIONS})

SCOPES_OF: dict[Role, frozenset[Scope]] = {
    Role.ADMIN: frozenset(Scope),
    Role.MANAGER: frozenset(Scope) - _ONLY_ADMINS,
    Role.SUPPORT: _READ_SHOP | {Scope.WRITE_ORDERS, Scope.WRITE_CUSTOMERS, Scope.MODERATE_REVIEWS},
    Role.WAREHOUSE: frozenset(
        {
            Scope.READ_CATALOG,
            Scope.READ_STOCK,
            Scope.WRITE_STOCK,
            Scope.READ_ORDERS,
            Scope.FULFIL_ORDERS,
        }
    ),
    Role.FINANCE: frozenset(
        {
            Scope.READ_ORDERS,
            Scope.READ_PAYMENTS,
            Scope.REFUND_PAYMENTS,
            Scope.READ_INVOICES,
            Scope.READ_CUSTOMERS,
            Scope.READ_AUDIT,
            Scope.EXPORT_DATA,
        }
    ),
    Role.READ_ONLY: _READ_SHOP,
}


def scopes_of(roles: frozenset[str]) -> frozenset[str]:
    """This function will return the rights that roles give together."""
    return frozenset().union(*(SCOPES_OF[Role(role)] for role in roles))
