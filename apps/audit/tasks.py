import structlog
from celery import shared_task

from apps.audit import services
from apps.audit.errors import AuditDatabaseAway, ChainDiffers, RecordedMeanwhile

log = structlog.get_logger(__name__)


# Within the lease of a reader: whoever takes over finds that this one has ended.
@shared_task(name="audit.record_events", soft_time_limit=25, time_limit=30)
def record_events() -> None:
    """This function will write down what has happened; what cannot be written now waits."""
    try:
        services.record_events()
    except (AuditDatabaseAway, RecordedMeanwhile) as waits:
        log.warning("audit_waits", code=waits.code, detail=waits.detail)
    except ChainDiffers as broken:
        log.error("audit_refused", code=broken.code, detail=broken.detail)  # noqa: TRY400
