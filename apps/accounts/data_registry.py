"""What is held about people, and by whom.

Apps fill it from their `personal_data.py` when they load: facts go up, so accounts knows of orders
only what these tell it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.utils.module_loading import autodiscover_modules

if TYPE_CHECKING:
    from apps.accounts.models import User
    from apps.events.actors import Actor


class Reason(StrEnum):
    """Why something stays though the person is forgotten."""

    TAX_LAW = "tax_law"
    CONTRACT = "contract"
    ACCOUNTABILITY = "accountability"


EXPLANATIONS = {
    Reason.TAX_LAW: "Law demands that books and their documents are kept for years.",
    Reason.CONTRACT: "What was sold has yet to be delivered, or to be paid back.",
    Reason.ACCOUNTABILITY: "It shows what was done; it names nobody, and holds ids alone.",
}


@dataclass(frozen=True, kw_only=True)
class Kept:
    """So many rows of a section that stay."""

    section: str
    count: int
    reason: Reason

    @property
    def explanation(self) -> str:
        """The reason in words."""
        return EXPLANATIONS[self.reason]


@dataclass(frozen=True, kw_only=True)
class Erasure:
    """Who is forgotten, by whom, when."""

    person: "User"
    by: "Actor"
    now: datetime


Rows = Callable[["User"], Iterable[Mapping[str, Any]]]
Forget = Callable[[Erasure], Iterable[Kept]]


@dataclass(frozen=True, kw_only=True)
class Section:
    """One kind of thing that is held about people.

    `rows` reads it, a few at a time, as plain values of JSON. `forget` erases what may be erased in
    the transaction of the erasure, any number of times, and tells what stays.
    """

    name: str
    rows: Rows
    forget: Forget


_sections: dict[str, Section] = {}


def register(*sections: Section) -> None:
    """This function will add what an app holds."""
    for section in sections:
        if section.name in _sections:
            raise ValueError(f"two apps export {section.name}")
        _sections[section.name] = section


def sections() -> list[Section]:
    """This function will return all sections, those of the lower apps first."""
    return list(_sections.values())


def discover() -> None:
    """This function will load every app's `personal_data` module."""
    autodiscover_modules("personal_data")
