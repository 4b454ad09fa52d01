"""What an import would do."""

from datetime import datetime

from apps.interchange.formats.record import Records
from apps.interchange.planning import ProductPlan
from apps.interchange.queries import CategoryTree
from apps.interchange.report import ImportReport, Observer, nobody
from apps.interchange.services.plan_products import plan_products
from apps.stores.models import Store


def plan_import(
    *, store: Store, records: Records, now: datetime, observe: Observer = nobody
) -> ImportReport:
    """This function will tell what `import_products` would do with records; nothing is written.

    Picture files are not opened. `observe` is told of each outcome as it comes.
    """
    report = ImportReport()
    tree = CategoryTree(store=store)
    for planned in plan_products(store=store, records=records, tree=tree, now=now):
        outcome = planned.outcome if isinstance(planned, ProductPlan) else planned
        report.add(outcome)
        observe(outcome)
    return report
