"""The failures we anticipate. Each has a status, a stable code, a title and typed extensions."""

from typing import Any, ClassVar


class CommerceError(Exception):
    """A failure with an answer. `extensions` become members of the problem document (RFC 9457)."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "error"
    title: ClassVar[str] = "Something went wrong"

    def __init__(self, detail: str = "", **extensions: Any) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.extensions = extensions

    @property
    def in_words(self) -> str:
        """Why, for people: the detail, and each field with what is wrong with it."""
        errors = self.extensions.get("errors", [])
        return " ".join([self.detail, *(f"{one['field']}: {one['detail']}" for one in errors)])


class NotFound(CommerceError):
    """It does not exist, or it is not yours."""

    status = 404
    code = "not_found"
    title = "Not found"


class Forbidden(CommerceError):
    """You are known, and may not."""

    status = 403
    code = "forbidden"
    title = "Not allowed"


class Conflict(CommerceError):
    """The request is fine; the state of things is against it."""

    status = 409
    code = "conflict"
    title = "Conflict with the current state"


class PreconditionFailed(CommerceError):
    """`If-Match` names a version that is no longer the current one."""

    status = 412
    code = "stale_version"
    title = "Changed by somebody else"


class Invalid(CommerceError):
    """Well formed, and makes no sense."""

    status = 422
    code = "invalid"
    title = "Cannot be processed"


class Unavailable(CommerceError):
    """Try again after `retry_after` seconds."""

    status = 503
    code = "unavailable"
    title = "Temporarily unavailable"

    def __init__(self, detail: str = "", *, retry_after: int = 1, **extensions: Any) -> None:
        super().__init__(detail, **extensions)
        self.retry_after = retry_after
