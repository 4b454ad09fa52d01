"""Idempotency keys as Stripe's API v1 keeps them.

https://docs.stripe.com/api/idempotent_requests: the status and body of the first request that
began to be executed are kept, whatever they were, and given again to the same key. Keys live for
at least 24 hours; here they live until they are told to go.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from tests.stripe_double.answers import Answer
from tests.stripe_double.errors import Refused


@dataclass
class _Entry:
    path: str
    params: dict[str, Any]
    request_id: str
    answer: Answer | None = None


class Memory:
    """The keys of one account. Whoever uses it holds the double's lock."""

    def __init__(self) -> None:
        self._entries: dict[str, _Entry] = {}
        self.executions: Counter[str] = Counter()

    def claim(
        self, key: str, *, path: str, params: dict[str, Any], request_id: str
    ) -> Answer | None:
        """This function will return what was answered to this key, or keep it for who asks now.

        Raises:
            Refused: the key is in use right now, or was used for something else.
        """
        if len(key) > 255:
            raise Refused(400, "Idempotency keys can be at most 255 characters long.", kept=False)
        entry = self._entries.get(key)
        if entry is None:
            self._entries[key] = _Entry(path, params, request_id)
            return None
        _check_same(entry, key, path, params)
        if entry.answer is None:
            raise _in_use(key)
        return entry.answer.with_headers(
            idempotent_replayed="true", original_request=entry.request_id
        )

    def keep(self, key: str, answer: Answer) -> None:
        """This function will remember what was answered."""
        if key in self._entries:
            self._entries[key].answer = answer

    def release(self, key: str) -> None:
        """This function will give a key back: nothing was executed for it."""
        if key in self._entries and self._entries[key].answer is None:
            del self._entries[key]

    def forget(self, key: str = "") -> None:
        """This function will forget a key, or all of them, as Stripe may after 24 hours."""
        for name in [key] if key else list(self._entries):
            self._entries.pop(name, None)


def _check_same(entry: _Entry, key: str, path: str, params: dict[str, Any]) -> None:
    if entry.path != path:
        same = f"for the same endpoint they were first used for ('{path}' vs '{entry.path}')"
    elif entry.params != params:
        same = "with the same parameters they were first used with"
    else:
        return
    raise Refused(
        400,
        f"Keys for idempotent requests can only be used {same}. Try using a key other than "
        f"'{key}' if you meant to execute a different request.",
        kind="idempotency_error",
        kept=False,
    )


def _in_use(key: str) -> Refused:
    return Refused(
        409,
        "There is currently another in-progress request using this Idempotent Key (that probably "
        "means you submitted twice, and the other request is still going through): "
        f"{key}. Please try again later.",
        kind="idempotency_error",
        code="idempotency_key_in_use",
        kept=False,
    )
