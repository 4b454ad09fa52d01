"""How a task of a file import ended."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from apps.events import services as events
from apps.interchange.events import ImportFinished
from apps.interchange.models import ImportJob
from apps.interchange.services.discard_upload import discard_upload


@transaction.atomic
def complete_import_job(
    *, job: ImportJob, now: datetime, failure: str = "", found: Mapping[str, Any] | None = None
) -> bool:
    """This function will record that a task is done, or failed and why, with what was `found`.

    `job` is the copy of whoever has run it: when somebody else has taken it up since, or it was
    canceled, nothing is recorded. The file of what is imported goes. Returns whether it was.
    """
    for mine in ImportJob.objects.held_as(job).select_related("store").locked():
        if not failure and mine.task == ImportJob.Task.APPLY:
            discard_upload(job=mine)
        state = ImportJob.State.FAILED if failure else ImportJob.State.DONE
        mine.end(state, now=now, failure=failure[:300], **(found or {}))
        finished = ImportFinished(aggregate_id=mine.public_id, task=mine.task, state=mine.state)
        events.publish(finished, store=mine.store)
        return True
    return False
