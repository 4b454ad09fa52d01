"""How an export ended."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from apps.events import services as events
from apps.interchange.events import ExportFinished
from apps.interchange.models import ExportJob


@transaction.atomic
def complete_export(
    *, job: ExportJob, now: datetime, failure: str = "", made: Mapping[str, Any] | None = None
) -> bool:
    """This function will record that an export is done, with the columns that tell what was
    `made`, or failed and why.

    `job` is the copy of whoever has run it: when somebody else has taken it up since, or it was
    canceled, nothing is recorded. Returns whether it was.
    """
    for mine in ExportJob.objects.held_as(job).defer("chosen").locked():
        if failure:
            mine.end(ExportJob.State.FAILED, now=now, failure=failure[:200])
        else:
            expires_at = now + timedelta(hours=settings.EXPORT_HOURS)
            mine.end(ExportJob.State.DONE, now=now, expires_at=expires_at, **(made or {}))
        finished = ExportFinished(aggregate_id=mine.public_id, state=mine.state)
        events.publish(finished, store=mine.store)
        return True
    return False
