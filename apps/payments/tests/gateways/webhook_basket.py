"""What the simulated gateway sends, when nobody else is to hear it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar


@dataclass(frozen=True)
class Sent:
    body: bytes
    headers: Mapping[str, Any]


class Basket:
    """Webhooks that were sent; `meanwhile` is done whenever one is."""

    letters: ClassVar[list[Sent]] = []
    meanwhile: ClassVar[Callable[[], None] | None] = None


def receive(*, gateway: str, body: bytes, headers: Mapping[str, Any], now: datetime) -> None:
    assert gateway == "simulated"
    Basket.letters.append(Sent(body, headers))
    if Basket.meanwhile is not None:
        Basket.meanwhile()
