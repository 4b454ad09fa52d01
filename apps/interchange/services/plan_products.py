"""From records to what has to be done."""

from collections.abc import Iterator, Mapping, Sequence

from apps.interchange.formats.record import Fault, ProductRecord
from apps.interchange.kinds import Import, Planned, refused
from apps.interchange.planning import plan_product
from apps.interchange.queries import CategoryTree, known_products, owners_of_skus


def plan_products(
    *, run: Import, records: Sequence[ProductRecord], tree: CategoryTree
) -> list[Planned]:
    """This function will say what has to be done for each record. The store is read once for all of
    them."""
    known = known_products(store=run.store, slugs=[record.slug for record in records])
    skus = [variant.sku for record in records for variant in record.variants]
    owners = owners_of_skus(store=run.store, skus=skus)
    plans = []
    for record in records:
        if faults := list(_foreign_skus(record, owners)):
            plans.append(refused(record, *faults))
            continue
        plan = plan_product(
            record=record,
            known=known.get(record.slug),
            categories=[tree.at(path) for path in record.category_paths],
            now=run.now,
        )
        plans.append(Planned(record=record, result=plan.result, work=plan))
    return plans


def _foreign_skus(record: ProductRecord, owners: Mapping[str, str]) -> Iterator[Fault]:
    for variant in record.variants:
        if owners.get(variant.sku, record.slug) != record.slug:
            reason = f"its SKU belongs to the product {owners[variant.sku]}"
            yield Fault(line=variant.line, value=variant.sku, reason=reason)
