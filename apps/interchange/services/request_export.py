"""Having an export made while one does something else."""

from django.conf import settings
from django.db import transaction

from apps.events import services as events
from apps.events.actors import Actor, actor_reference
from apps.interchange.errors import TooManyExports
from apps.interchange.events import ExportRequested
from apps.interchange.exporting import Wanted
from apps.interchange.models import ExportJob
from apps.interchange.services.record_export import record_export
from apps.stores.models import Store


@transaction.atomic
def request_export(*, store: Store, wanted: Wanted, by: Actor) -> ExportJob:
    """This function will queue an export. A worker writes it to a file.

    Raises:
        TooManyExports: the store has `EXPORTS_PER_STORE` that wait, run or have a file.
    """
    # Whoever counts holds the store's row: two at once cannot both be the last.
    Store.objects.filter(pk=store.pk).locked()
    if ExportJob.objects.for_store(store).taking_room().count() >= settings.EXPORTS_PER_STORE:
        raise TooManyExports(f"At most {settings.EXPORTS_PER_STORE}. Remove one, or wait.")
    job = ExportJob.objects.create(
        store=store,
        kind=wanted.kind,
        options=wanted.as_json(),
        chosen=None if wanted.chosen is None else list(wanted.chosen),
        actor=actor_reference(by),
    )
    record_export(store=store, wanted=wanted, by=by)
    requested = ExportRequested(aggregate_id=job.public_id, what=wanted.kind.value)
    events.publish(requested, store=store, by=by)
    return job
