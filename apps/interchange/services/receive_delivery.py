"""A delivery is received, once."""

from apps.events.actors import actor_reference
from apps.interchange.goods_delivery import GoodsDelivery
from apps.interchange.import_lock import import_lock
from apps.interchange.kinds import Import
from apps.interchange.models import ImportBatch
from apps.interchange.services.import_receipts import RECEIPTS
from apps.interchange.services.run_import import run_import

_BEGUN = (ImportBatch.State.RUNNING, ImportBatch.State.STOPPED)


def receive_delivery(*, delivery: GoodsDelivery, run: Import) -> ImportBatch:
    """This function will add the goods of a delivery to what warehouses have.

    Some two hundred rows are one transaction; a row that cannot be received is refused alone. The
    import goes by the name of the delivery: what was received is not received again, and what was
    interrupted goes on where it was. Returns the import.

    Raises:
        UnusableFile: it is too large, or not a file of such rows; nothing was received.
        ImportUnderWay: another import into the store does not end.
    """
    with delivery.opened(kind=RECEIPTS, store=run.store) as whole:
        for _ in whole.records:  # one row too many is found before the first is received
            pass
    with import_lock(run.store):
        batch = _begun(delivery, run)
        if batch.state in _BEGUN:
            with delivery.opened(kind=RECEIPTS, store=run.store) as source:
                run_import(kind=RECEIPTS, run=run, source=source)
            batch.refresh_from_db()
    return batch


def _begun(delivery: GoodsDelivery, run: Import) -> ImportBatch:
    batch, _ = ImportBatch.objects.get_or_create(
        public_id=delivery.once,
        defaults={
            "store": run.store,
            "kind": RECEIPTS.name,
            "format": "native",
            "file_name": delivery.file_name[-255:],
            "beginning": delivery.once.hex,
            "actor": actor_reference(run.by),
        },
    )
    return batch
