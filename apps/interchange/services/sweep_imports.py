"""Files that nobody has imported."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from apps.interchange.models import ImportJob
from apps.interchange.services.discard_upload import discard_upload

_BATCH = 100


def sweep_imports(*, now: datetime) -> int:
    """This function will take away files that were sent a day ago, with what was found in them,
    and the jobs themselves when imports are not reverted any more. What waits or runs is left.

    Returns how many jobs it has tidied up.
    """
    count = 0
    while swept := _sweep(now=now):
        count += swept
    return count


@transaction.atomic
def _sweep(*, now: datetime) -> int:
    over = [ImportJob.State.DONE, ImportJob.State.FAILED, ImportJob.State.CANCELED]
    ended = ImportJob.objects.filter(state__in=over)
    expired = ended.with_files().filter(expires_at__lte=now)
    oldest = now - timedelta(days=settings.IMPORT_DETAILS_DAYS)
    old = ended.filter(file_name="", refused_name="", finished_at__lte=oldest)
    some = (expired | old).order_by("pk").values_list("pk", flat=True)[:_BATCH]
    jobs = ImportJob.objects.filter(pk__in=list(some)).locked(skip_locked=True)
    for job in jobs:
        if job.file_name or job.refused_name:
            _let_go(job, now=now)
        else:
            job.delete()
    return len(jobs)


def _let_go(job: ImportJob, *, now: datetime) -> None:
    never_applied = job.task == ImportJob.Task.CHECK and job.state == ImportJob.State.DONE
    discard_upload(job=job)
    if never_applied:
        job.end(ImportJob.State.CANCELED, now=now, remark="Nobody has imported it within its time.")
    else:
        job.save()
