from apps.core.errors import Conflict, Invalid


class IdempotencyKeyReused(Invalid):
    """The key belongs to another request."""

    code = "idempotency_key_reused"
    title = "This key was used for a different request"


class RequestInProgress(Conflict):
    """The first request with this key has not been answered yet."""

    code = "request_in_progress"
    title = "The first request with this key is still running"

    def __init__(self, *, retry_after: int = 1) -> None:
        super().__init__(retry_after=retry_after)
