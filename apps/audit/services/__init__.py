from apps.audit.services.check_audit import check_audit
from apps.audit.services.ensure_database import ensure_database
from apps.audit.services.record_events import record_events
from apps.audit.services.resume_recording import resume_recording
from apps.audit.services.verify_audit import Break, Kind, verify_audit

__all__ = [
    "Break",
    "Kind",
    "check_audit",
    "ensure_database",
    "record_events",
    "resume_recording",
    "verify_audit",
]
