"""Moving in: products from another shop's file."""

from dataclasses import replace
from datetime import datetime

from apps.accounts.scopes import Scope
from apps.events.actors import Actor
from apps.interchange.differences import product_sums, product_words
from apps.interchange.formats import PRODUCT_FORMATS
from apps.interchange.formats.record import Records
from apps.interchange.kinds import Import, Kind, register
from apps.interchange.pictures import PictureLoader, pictures_beside
from apps.interchange.report import ImportReport, Observer, nobody
from apps.interchange.services.revert_product import revert_product
from apps.interchange.services.run_import import run_import
from apps.interchange.services.write_products import ProductImporter
from apps.interchange.source import Source
from apps.stores.models import Store

PRODUCTS = register(
    Kind(
        name="products",
        noun="products",
        scopes=(Scope.WRITE_CATALOG, Scope.WRITE_STOCK),
        measure=product_sums,
        describe=product_words,
        formats=PRODUCT_FORMATS,
        importer=lambda run: ProductImporter(run, load_picture=pictures_beside(run.file)),
        revert=revert_product,
    )
)


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

    Each product is imported whole or refused. What is the same already is not written, and no event
    tells of it, so importing twice is importing once.

    Stock is received for new variants only. A file's quantity is as old as the file: on a product
    that has been selling since, it would undo sales and hand out what others have reserved.

    `observe` is told of each outcome as it comes.
    """

    def importer(run: Import) -> ProductImporter:
        return ProductImporter(run, load_picture=load_picture)

    return run_import(
        kind=replace(PRODUCTS, importer=importer),
        run=Import(store=store, by=by, now=now),
        source=Source(records=records),
        observe=observe,
    )
