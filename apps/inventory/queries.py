"""What callers name by SKU or code."""

from apps.catalog.models import Variant
from apps.inventory.errors import NotInStore
from apps.inventory.models import Warehouse
from apps.stores.models import Store


def find_variant(*, store: Store, sku: str) -> Variant:
    """This function will return the store's live variant with an SKU.

    Raises:
        NotInStore: there is none.
    """
    variant = Variant.objects.for_store(store).filter(sku=sku).first()
    if variant is None:
        raise NotInStore("This store has no such SKU.")
    return variant


def find_warehouse(*, store: Store, code: str) -> Warehouse:
    """This function will return the store's warehouse with a code.

    Raises:
        NotInStore: there is none.
    """
    warehouse = Warehouse.objects.for_store(store).filter(code=code).first()
    if warehouse is None:
        raise NotInStore("This store has no such warehouse.")
    return warehouse
