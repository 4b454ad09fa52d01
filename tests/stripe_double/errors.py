"""How Stripe says no."""

from typing import Any


class Refused(Exception):
    """An error of Stripe's, in Stripe's own shape.

    `kept` tells whether an idempotency key remembers it: a request whose parameters were wrong
    never began to be executed, and is not remembered.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        kept: bool = True,
        **more: Any,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.kept = kept
        error = {"code": code, "message": message, "param": param, "type": kind, **more}
        if code:
            error["doc_url"] = f"https://docs.stripe.com/error-codes/{code.replace('_', '-')}"
        self.error = {name: value for name, value in error.items() if value is not None}

    @property
    def body(self) -> dict[str, Any]:
        return {"error": self.error}


def wrong_parameter(message: str, param: str, code: str | None = None) -> Refused:
    """This function will return the refusal of a parameter, before anything was executed."""
    return Refused(400, message, code=code, param=param, kept=False)


def no_such(noun: str, name: str, *, param: str, status: int = 404) -> Refused:
    """This function will return the refusal of a name that nothing has: 404 in a path, 400 among
    the parameters."""
    message = f"No such {noun}: '{name}'"
    return Refused(status, message, code="resource_missing", param=param)
