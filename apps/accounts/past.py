"""People as another shop knew them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, kw_only=True)
class PastPerson:
    """Somebody who was a customer elsewhere. What that shop did not say is empty.

    `metadata` is what it knew and Tradepost has no place for.
    """

    email: str = ""
    external_id: str = ""
    full_name: str = ""
    created_at: datetime | None = None
    is_active: bool = True
    metadata: Mapping[str, Any] = field(default_factory=dict)
