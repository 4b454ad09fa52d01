"""What comes in and what goes out."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True)
class Request:
    """A request as it was read from the wire. Header names are in lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    """An answer as it goes to the wire."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    def with_headers(self, **headers: str) -> "Answer":
        named = {name.replace("_", "-").title(): value for name, value in headers.items()}
        return replace(self, headers={**self.headers, **named})


def as_json(status: int, content: Any) -> Answer:
    """This function will return an answer in JSON, indented as Stripe's are."""
    body = json.dumps(content, indent=2).encode()
    return Answer(status, body, {"Content-Type": "application/json"})


@dataclass
class Received:
    """A request as an oracle wants to look it up again. `status` is 0 for who got no answer."""

    method: str
    path: str
    operation: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    idempotency_key: str = ""
    stripe_version: str = ""
    account: str = ""
    status: int = 0
    replayed: bool = False
    at: float = field(default_factory=time.time)
