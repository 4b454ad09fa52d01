"""What `doctor` asks of the record."""

from collections.abc import Iterator
from typing import Any

from apps.audit.models import AuditHead
from apps.audit.services.verify_audit import verify_audit


def check_audit() -> Iterator[dict[str, Any]]:
    """This function will yield a row for all that is wrong with the record.

    Where nothing was ever recorded there is nothing to ask: that events wait is another promise.
    """
    if not AuditHead.current().sequence:
        return
    for one in verify_audit():
        yield {
            "kind": str(one.kind),
            "sequence": one.sequence,
            "event": one.event,
            "detail": one.detail,
        }
