"""Carrying out the plans for some products."""

from collections.abc import Iterable, Sequence

from django.core.files.storage import default_storage
from django.db import transaction

from apps.catalog.models import Category, Product, ProductImage, ProductListing, Variant
from apps.core.errors import CommerceError
from apps.interchange.formats.record import ProductRecord
from apps.interchange.kinds import Import, Planned, Written
from apps.interchange.pictures import PictureLoader
from apps.interchange.planning import ProductPlan
from apps.interchange.product_changes import before_change
from apps.interchange.queries import CategoryTree
from apps.interchange.report import faults_of
from apps.interchange.services.apply_plan import AppliedPlan, apply_plan
from apps.interchange.services.create_category_path import create_category_path
from apps.interchange.services.create_planned import create_planned
from apps.interchange.services.plan_products import plan_products
from apps.interchange.table_statistics import TableStatistics
from apps.inventory.models import StockItem


class ProductImporter:
    """Plans and writes products of one run; it remembers the categories and the files written."""

    def __init__(self, run: Import, *, load_picture: PictureLoader) -> None:
        self._run = run
        self._load_picture = load_picture
        self._stored: list[ProductImage] = []
        self._tree: CategoryTree | None = None
        self._fresh = 0
        self._statistics = TableStatistics(
            Product, Product.categories.through, ProductListing, Variant, StockItem
        )

    def plan(self, records: Sequence[ProductRecord]) -> list[Planned]:
        """This function will compare records with the store."""
        return plan_products(run=self._run, records=records, tree=self._categories())

    def write(self, planned: Sequence[Planned]) -> list[Written]:
        """This function will create and change products.

        New ones are created together, and what is wrong with one of them raises. The others are
        written one by one, and each that is refused is so alone.
        """
        fresh = [one for one in planned if _is_bulky(one.work)]
        created = self._create(fresh)
        return [created.get(id(one)) or self._write(one) for one in planned]

    def settle(self) -> None:
        """This function will keep the picture files."""
        self._stored.clear()
        self._statistics.count(self._fresh)
        self._fresh = 0

    def forget(self) -> None:
        """This function will read the categories anew."""
        self._tree = None

    def discard(self) -> None:
        """This function will take the picture files away, too."""
        self._tree = None
        self._fresh = 0
        _remove_files(self._stored)
        self._stored.clear()

    def _categories(self) -> CategoryTree:
        if self._tree is None:
            self._tree = CategoryTree(store=self._run.store)
        return self._tree

    def _create(self, fresh: Sequence[Planned]) -> dict[int, Written]:
        shelves = [[self._category(path) for path in one.work.joins] for one in fresh]
        made = create_planned(plans=[one.work for one in fresh], shelves=shelves, run=self._run)
        self._fresh += len(made)
        return {
            id(planned): Written(target=one.product.public_id, version=one.product.version)
            for planned, one in zip(fresh, made, strict=True)
        }

    def _write(self, planned: Planned) -> Written:
        plan: ProductPlan = planned.work
        stored: list[ProductImage] = []
        try:
            with transaction.atomic():
                applied = self._apply(plan, stored)
        except CommerceError as error:
            self.forget()
            _remove_files(stored)
            return Written(faults=tuple(faults_of(error, line=plan.record.line)))
        except BaseException:
            _remove_files(stored)
            raise
        self._stored += stored
        return Written(
            target=applied.product.public_id,
            version=applied.version,
            before=before_change(plan, variants=applied.variants, images=applied.images),
        )

    def _apply(self, plan: ProductPlan, stored: list[ProductImage]) -> AppliedPlan:
        categories = [self._category(path) for path in plan.joins]
        return apply_plan(
            plan=plan,
            run=self._run,
            categories=list(dict.fromkeys(categories)),
            load_picture=self._load_picture,
            stored=stored,
        )

    def _category(self, path: Sequence[str]) -> Category:
        run = self._run
        return create_category_path(store=run.store, path=path, tree=self._categories(), by=run.by)


def _is_bulky(plan: ProductPlan) -> bool:
    """New, and with no picture to be opened."""
    return plan.known is None and all(image.is_address for image in plan.new_images)


def _remove_files(images: Iterable[ProductImage]) -> None:
    for image in images:  # files know no transaction
        for file in (image.file, image.thumbnail):
            default_storage.delete(str(file.name))
