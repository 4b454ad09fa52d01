from apps.core.errors import Conflict, Unavailable


class AuditDatabaseAway(Unavailable):
    """The audit database does not answer. What has happened waits in the outbox."""

    code = "audit_database_away"
    title = "The audit database does not answer"


class ChainDiffers(Conflict):
    """The end of the chain is not the one that was anchored: somebody has cut it off or changed
    it, or the audit database was restored from a backup."""

    code = "audit_chain_differs"
    title = "The record does not end as it did"


class RecordedMeanwhile(Conflict):
    """Another process has appended to the chain."""

    code = "audit_recorded_meanwhile"
    title = "Another process records at the same time"
