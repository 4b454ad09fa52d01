"""Files whose day is over."""

from datetime import datetime, timedelta

from django.db import transaction

from apps.interchange.models import ExportJob, ImportJob
from apps.interchange.sealed_exports import removed, strays
from apps.interchange.services.remove_export import remove_export

_BATCH = 100
# Longer than a file is written to without a break.
_ABANDONED = timedelta(hours=1)
# Exports without a file are worth a look for as long as that.
_SHOWN = timedelta(days=7)


def sweep_exports(*, now: datetime) -> int:
    """This function will remove exports whose file has expired, those without a file a week after
    they have ended, and files that neither an export nor an
    import knows: what a killed worker was writing.

    Returns how many exports it removed.
    """
    count = 0
    while swept := _sweep(now=now):
        count += swept
    known = set(ExportJob.objects.exclude(file_name="").values_list("file_name", flat=True))
    for pair in ImportJob.objects.with_files().values_list("file_name", "refused_name"):
        known.update(pair)
    for file_name in strays(known=known, before=now - _ABANDONED):
        removed(file_name)
    return count


@transaction.atomic
def _sweep(*, now: datetime) -> int:
    over = ExportJob.objects.expired(now=now) | ExportJob.objects.filter(
        file_name="", finished_at__lte=now - _SHOWN
    )
    some = over.order_by("pk").values_list("pk", flat=True)[:_BATCH]
    jobs = ExportJob.objects.filter(pk__in=list(some)).select_related("store").defer("chosen")
    ended = jobs.locked(skip_locked=True)
    for job in ended:
        remove_export(job=job, by=None)
    return len(ended)
