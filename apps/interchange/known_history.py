"""What a store knows already of the entries of a file of past orders."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from uuid import UUID, uuid5

from apps.catalog.models import Variant
from apps.interchange.formats.past_record import (
    CorrectionRecord,
    CreditRecord,
    OrderRecord,
    PastRecord,
)
from apps.inventory.models import StockMovement
from apps.orders.models import Order, PastReturn
from apps.stores.models import Store

_MOST_REMEMBERED = 20_000
OWN_NUMBERS = "native"


def reference_of(record: PastRecord, *, store: Store) -> UUID:
    """This function will return what the movements of a correction stand under: the same for the
    same entry of the same shop, whenever it is imported."""
    return uuid5(store.public_id, f"{record.source}:{record.key}")


class KnownHistory:
    """Read in a few statements for some records: orders by number, with their totals, and credits
    and corrections."""

    def __init__(self, store: Store, records: Sequence[PastRecord]) -> None:
        self._store = store
        self.orders = self._orders([one for one in records if isinstance(one, OrderRecord)])
        self.credits = self._credits([one for one in records if isinstance(one, CreditRecord)])
        self.corrections = self._corrections(
            [one for one in records if isinstance(one, CorrectionRecord)]
        )

    def _orders(self, records: Sequence[OrderRecord]) -> dict[str, Decimal]:
        if not records:
            return {}
        source, numbers = records[0].source, [one.key for one in records]
        orders = Order.objects.for_store(self._store).order_by()
        imported = orders.filter(
            source=source, external_number__in=numbers, withdrawn_at__isnull=True
        )
        known = dict(imported.values_list("external_number", "total_amount"))
        if source == OWN_NUMBERS:
            own = orders.filter(number__in=numbers, withdrawn_at__isnull=True)
            known = dict(own.values_list("number", "total_amount")) | known
        return known

    def _credits(self, records: Sequence[CreditRecord]) -> set[str]:
        if not records:
            return set()
        returns = (
            PastReturn.objects.for_store(self._store)
            .standing()
            .filter(source=records[0].source, external_number__in=[one.key for one in records])
        )
        return set(returns.values_list("external_number", flat=True))

    def _corrections(self, records: Sequence[CorrectionRecord]) -> set[UUID]:
        if not records:
            return set()
        references = [reference_of(one, store=self._store) for one in records]
        moved = StockMovement.objects.for_store(self._store).filter(reference__in=references)
        return set(moved.values_list("reference", flat=True))


class KnownGoods:
    """The variants of a store by SKU, read when they are first asked for. A bounded number is
    remembered from one step of an import to the next."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._variants: dict[str, Variant] = {}

    def load(self, skus: Iterable[str]) -> None:
        """This function will read those of some SKUs that are not remembered."""
        wanted = {sku for sku in skus if sku not in self._variants}
        if not wanted:
            return
        if len(self._variants) > _MOST_REMEMBERED:
            self._variants.clear()
        rows = Variant.objects.filter(store=self._store, sku__in=wanted)
        needed = ("sku", "title", "product__title", "product__first_sold_at")
        for variant in rows.select_related("product").only(*needed):
            self.add(variant)

    def add(self, variant: Variant) -> None:
        """This function will remember one more."""
        self._variants[variant.sku] = variant

    def get(self, sku: str) -> Variant | None:
        """This function will return the variant, once it was loaded."""
        return self._variants.get(sku)

    def forget(self) -> None:
        """This function will read all anew."""
        self._variants.clear()
