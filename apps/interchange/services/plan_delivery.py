"""What receiving a delivery would do."""

from collections.abc import Sequence
from dataclasses import dataclass

from apps.interchange.goods_delivery import GoodsDelivery
from apps.interchange.kinds import Import, Planned
from apps.interchange.models import ImportBatch
from apps.interchange.report import Result
from apps.interchange.services.import_receipts import RECEIPTS
from apps.interchange.services.plan_records import plan_records
from apps.interchange.source import in_steps

_LOOK_BACK = 200


@dataclass(frozen=True, kw_only=True)
class DeliveryPlan:
    """Each row with what would become of it, and an import of just the same rows, if any."""

    rows: Sequence[Planned]
    same: ImportBatch | None

    @property
    def refused(self) -> list[Planned]:
        """The rows that would not be received."""
        return [one for one in self.rows if one.result is Result.REFUSED]

    @property
    def received(self) -> list[Planned]:
        """The rows that would be."""
        return [one for one in self.rows if one.result is not Result.REFUSED]


def plan_delivery(*, delivery: GoodsDelivery, run: Import) -> DeliveryPlan:
    """This function will tell what `receive_delivery` would do; nothing is written.

    Raises:
        UnusableFile: it is too large, or not a file of such rows.
    """
    importer = RECEIPTS.importer(run)
    planned: list[Planned] = []
    digest = ""
    with delivery.opened(kind=RECEIPTS, store=run.store) as source:
        for step, read in in_steps(source.records, digest=source.digest):
            planned += plan_records(importer=importer, records=step)
            digest = read
    return DeliveryPlan(rows=planned, same=_same(digest, run=run))


def _same(digest: str, *, run: Import) -> ImportBatch | None:
    """Among the newest imports alone: what came long ago nobody sends again by mistake."""
    newest = ImportBatch.objects.for_store(run.store).order_by("-public_id")[:_LOOK_BACK]
    return next(
        (one for one in newest if one.kind == RECEIPTS.name and digest and one.digest == digest),
        None,
    )
