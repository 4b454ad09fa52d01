"""Taking the file of an import away."""

from functools import partial

from django.db import transaction

from apps.core.transactions import requires_transaction
from apps.interchange.models import ImportJob
from apps.interchange.sealed_exports import removed


@requires_transaction
def discard_upload(*, job: ImportJob) -> None:
    """This function will have a job, which the caller has locked and saves, forget its files and
    what was found in them. The files follow when that is for sure."""
    for file_name in filter(None, (job.file_name, job.refused_name)):
        transaction.on_commit(partial(removed, file_name), robust=True)
    job.file_name, job.refused_name, job.samples = "", "", None
