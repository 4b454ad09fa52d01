"""Moving in: products from another shop's file."""

from datetime import datetime

from apps.core.errors import CommerceError
from apps.events.actors import Actor
from apps.interchange.formats.record import Records
from apps.interchange.pictures import PictureLoader
from apps.interchange.planning import ProductPlan
from apps.interchange.queries import CategoryTree
from apps.interchange.report import (
    ImportReport,
    Observer,
    Outcome,
    Result,
    faults_of,
    nobody,
    refused,
)
from apps.interchange.services.apply_plan import apply_plan
from apps.interchange.services.create_category_path import create_category_path
from apps.interchange.services.plan_products import plan_products
from apps.stores.models import Store


def import_products(
    *,
    store: Store,
    records: Records,
    load_picture: PictureLoader,
    by: Actor,
    now: datetime,
    observe: Observer = nobody,
) -> ImportReport:
    """This function will create and change products until the store has what the records say.

    Each product is one transaction: it is imported whole or refused, and whatever stops an import,
    the next one goes on where it was. What is the same already is not written, and no event tells
    of it, so importing twice is importing once.

    Stock is received for new variants only. A file's quantity is as old as the file: on a product
    that has been selling since, it would undo sales and hand out what others have reserved.

    `observe` is told of each outcome as it comes.
    """
    report = ImportReport()
    tree = CategoryTree(store=store)
    for planned in plan_products(store=store, records=records, tree=tree, now=now):
        if isinstance(planned, ProductPlan):
            outcome = _carry_out(planned, store=store, tree=tree, load_picture=load_picture, by=by)
        else:
            outcome = planned
        report.add(outcome)
        observe(outcome)
    return report


def _carry_out(
    plan: ProductPlan, *, store: Store, tree: CategoryTree, load_picture: PictureLoader, by: Actor
) -> Outcome:
    if plan.result is Result.UNCHANGED:
        return plan.outcome
    category = None
    try:
        if plan.joins_category:
            path = plan.record.category_path
            category = create_category_path(store=store, path=path, tree=tree, by=by)
        apply_plan(plan=plan, store=store, category=category, load_picture=load_picture, by=by)
    except CommerceError as error:
        return refused(plan.record, *faults_of(error, line=plan.record.line))
    return plan.outcome
