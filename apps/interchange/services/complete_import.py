"""An import ends, or stops."""

from datetime import datetime

from django.db import transaction

from apps.events import services as events
from apps.events.actors import Actor
from apps.interchange.events import DataImported
from apps.interchange.models import ImportBatch


@transaction.atomic
def complete_import(
    *, batch: ImportBatch, state: ImportBatch.State, by: Actor, now: datetime
) -> None:
    """This function will record how an import ended, and announce what it wrote
    or refused, if it did."""
    batch.state = state
    batch.finished_at = now
    batch.save(update_fields=["state", "finished_at"])
    if state == ImportBatch.State.FINISHED and batch.created + batch.changed + batch.refused:
        fact = DataImported(
            aggregate_id=batch.public_id,
            what=batch.kind,
            created=batch.created,
            changed=batch.changed,
            refused=batch.refused,
        )
        events.publish(fact, store=batch.store, by=by)
