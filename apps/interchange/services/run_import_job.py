"""One task of a file import: its dry run, the import itself, or undoing it."""

from datetime import timedelta

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.db import DatabaseError, transaction
from django.utils import timezone

from apps.core.errors import CommerceError
from apps.interchange.errors import AnotherFile, ImportUnderWay
from apps.interchange.job_pulse import LEASE, NotOurs, Pulse
from apps.interchange.models import ImportJob
from apps.interchange.services.check_upload import check_upload
from apps.interchange.services.complete_import_job import complete_import_job
from apps.interchange.services.import_upload import import_upload
from apps.interchange.services.undo_upload import undo_upload

__all__ = ["LEASE", "run_import_job"]

log = structlog.get_logger(__name__)

_TASKS = {
    ImportJob.Task.CHECK: check_upload,
    ImportJob.Task.APPLY: import_upload,
    ImportJob.Task.REVERT: undo_upload,
}
# Seconds until what had to wait for another import is tried once more.
_WAIT = 15


def run_import_job(*, job: ImportJob) -> bool:
    """This function will do a task that the caller has taken, and record how it ended.

    An import or a revert whose time is up goes back to where it waits, and goes on from there. So
    does what finds another import into its store. When the database goes nothing is recorded: the
    lease lapses, and somebody goes on. Returns whether there is time for another.
    """
    try:
        _TASKS[ImportJob.Task(job.task)](job=job, pulse=Pulse(job))
    except NotOurs:
        log.info("import_dropped", import_job_id=str(job.public_id))
    except DatabaseError:
        log.exception("import_interrupted", import_job_id=str(job.public_id))
    except ImportUnderWay:
        _wait(job, seconds=_WAIT, remark="Waits: another import into this store is under way.")
    except AnotherFile as error:
        _wait(job, seconds=0, remark=error.detail)
    except SoftTimeLimitExceeded:
        _out_of_time(job)
        return False
    except CommerceError as error:
        complete_import_job(job=job, failure=error.detail, now=timezone.now())
    except Exception as error:
        log.warning("import_failed", import_job_id=str(job.public_id), exc_info=error)
        words = f"{type(error).__name__}: the log has the rest."
        complete_import_job(job=job, failure=words, now=timezone.now())
    return True


def _out_of_time(job: ImportJob) -> None:
    if job.task == ImportJob.Task.CHECK:
        words = "It took too long to look through: send it in parts."
        complete_import_job(job=job, failure=words, now=timezone.now())
    else:
        _wait(job, seconds=0, remark="It is long, and goes on in a moment.")


@transaction.atomic
def _wait(job: ImportJob, *, seconds: int, remark: str) -> None:
    until = timezone.now() + timedelta(seconds=seconds)
    for mine in ImportJob.objects.held_as(job).defer("samples").locked():
        mine.wait(until=until, remark=remark)
