"""From records to what has to be done."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import islice

from apps.interchange.formats.record import Fault, ProductRecord, Records
from apps.interchange.planning import ProductPlan, plan_product
from apps.interchange.queries import CategoryTree, known_products, owners_of_skus
from apps.interchange.report import Outcome, refused
from apps.stores.models import Store

_BATCH = 50


def plan_products(
    *, store: Store, records: Records, tree: CategoryTree, now: datetime
) -> Iterator[ProductPlan | Outcome]:
    """This function will yield a plan for each record, or the outcome of one that is refused.

    The store is read for fifty records at once, when the first of them is asked for.
    """
    remaining = iter(records)
    while batch := list(islice(remaining, _BATCH)):
        readable = [record for record in batch if isinstance(record, ProductRecord)]
        known = known_products(store=store, slugs=[record.slug for record in readable])
        skus = [variant.sku for record in readable for variant in record.variants]
        owners = owners_of_skus(store=store, skus=skus)
        for record in batch:
            if not isinstance(record, ProductRecord):
                yield refused(record, *record.faults)
            elif faults := list(_foreign_skus(record, owners)):
                yield refused(record, *faults)
            else:
                yield plan_product(
                    record=record,
                    known=known.get(record.slug),
                    category=tree.at(record.category_path),
                    now=now,
                )


def _foreign_skus(record: ProductRecord, owners: Mapping[str, str]) -> Iterator[Fault]:
    for variant in record.variants:
        if owners.get(variant.sku, record.slug) != record.slug:
            reason = f"its SKU belongs to the product {owners[variant.sku]}"
            yield Fault(line=variant.line, value=variant.sku, reason=reason)
