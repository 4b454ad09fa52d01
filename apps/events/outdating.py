"""Which kept answers a fact makes old. Apps fill it from their `outdating.py` when they load.

@outdates("product")
def of_product(fact: Fact) -> list[str]:
    return [product_tag(fact.aggregate_id), goods_tag(fact.store)]

Tags are removed twice: at once after the commit, by the process that wrote; and when the event
comes by in the feed, at least once, by whoever relays (`services.forget_answers`). The second finds
nothing to do unless the first did not happen: its process had ended, or Redis was away.
"""

import threading
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

import structlog
from django.db import transaction
from django.utils.module_loading import autodiscover_modules

from apps.core import answer_cache
from apps.core.answer_cache import CacheAway
from apps.events.actors import Actor, Identified, actor_reference
from apps.events.event import Event

log = structlog.get_logger(__name__)

# A commit that makes more than so many tags old, or tells so many facts at once, makes all of its
# stores' answers old.
MOST_TAGS = 500


@dataclass(frozen=True, kw_only=True)
class Fact:
    """What is told of an event, whether it is about to be written or has been."""

    aggregate_type: str
    aggregate_id: UUID
    store: UUID
    actor: str
    payload: Mapping[str, Any]


Outdating = Callable[[Fact], Iterable[str]]
F = TypeVar("F", bound=Outdating)

_outdating: dict[str, list[Outdating]] = {}


def store_tag(store: Identified | UUID) -> str:
    """This function will return the tag that every answer of a store depends on."""
    return f"store:{store if isinstance(store, UUID) else store.public_id}"


def outdates(*aggregate_types: str) -> Callable[[F], F]:
    """This function will register what the facts about some kinds of things make old."""

    def register(function: F) -> F:
        for kind in aggregate_types:
            _outdating.setdefault(kind, []).append(function)
        return function

    return register


def tags_of(fact: Fact) -> set[str]:
    """This function will return the tags that a fact makes old."""
    return {tag for outdated in _outdating.get(fact.aggregate_type, ()) for tag in outdated(fact)}


def outdate_on_commit(events: Mapping[UUID, Event], *, store: Identified, by: Actor = None) -> None:
    """This function will end the answers that events make old, by their ids, after the commit.

    All that one transaction publishes is told at once. When that fails the feed tells it later.
    """
    if len(events) > MOST_TAGS:
        tags = {store_tag(store)}
    else:
        tags = {tag for event in events.values() for tag in _tags_of_event(event, store, by)}
    if tags:
        _pending.add(tags, store=store.public_id, told_by=events)
        transaction.on_commit(_outdate, robust=True)


def discover() -> None:
    """This function will load every app's `outdating` module."""
    autodiscover_modules("outdating")


class _Pending(threading.local):
    """What the transaction of this thread will have made old. What is left here by one that was
    rolled back is told by the next: an answer too many is rendered again, and that is all."""

    def __init__(self) -> None:
        self.tags: set[str] = set()
        self.stores: set[UUID] = set()
        self.told_by: set[UUID] = set()

    def add(self, tags: set[str], *, store: UUID, told_by: Collection[UUID]) -> None:
        self.stores.add(store)
        self.tags |= tags
        self.told_by.update(told_by)
        if len(self.tags) > MOST_TAGS:
            self.tags = {store_tag(one) for one in self.stores}
        if len(self.told_by) > MOST_TAGS:
            self.told_by = set()  # then the feed tells it once more

    def take(self) -> tuple[set[str], set[UUID]]:
        taken = self.tags, self.told_by
        self.__init__()  # type: ignore[misc]
        return taken


_pending = _Pending()


def _outdate() -> None:
    tags, told_by = _pending.take()
    if not tags:
        return  # told by an earlier call after the same commit
    try:
        answer_cache.outdate(tags, told_by=told_by)
    except CacheAway:
        log.info("answers_not_outdated", tags=len(tags))


def _tags_of_event(event: Event, store: Identified, by: Actor) -> set[str]:
    if event.aggregate_type not in _outdating:
        return set()
    fact = Fact(
        aggregate_type=event.aggregate_type,
        aggregate_id=event.aggregate_id,
        store=store.public_id,
        actor=actor_reference(by),
        payload=event.payload(),
    )
    return tags_of(fact)
