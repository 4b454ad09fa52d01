from datetime import timedelta

import pytest
from django.utils import timezone

from apps.core import answer_cache
from apps.core.answer_cache import CacheAway
from apps.events import outdating
from apps.events import services as events
from apps.events.models import FeedReader, OutboxEvent
from apps.events.outdating import Fact, store_tag
from apps.events.services.forget_answers import FORGETTER
from apps.events.tests.factories import lamp_lit


@pytest.fixture
def told(monkeypatch) -> list[set[str]]:
    """What Redis is told, by a relay that follows events about lamps."""
    told: list[set[str]] = []
    monkeypatch.setitem(outdating._outdating, "lamp", [lambda fact: [f"lamp:{fact.aggregate_id}"]])
    monkeypatch.setattr(answer_cache, "not_told", set)
    monkeypatch.setattr(answer_cache, "outdate", lambda tags, *, told_by: told.append(set(tags)))
    return told


def publish(store, *lamps) -> None:
    events.publish(*lamps, store=store)
    events.number_events()


def test_tells_of_what_is_in_the_feed_all_at_once_and_once(store, told):
    one, other = lamp_lit(), lamp_lit()
    publish(store, one, other, one)

    assert events.forget_answers() == 3
    assert events.forget_answers() == 0

    assert told == [{f"lamp:{one.aggregate_id}", f"lamp:{other.aggregate_id}"}]


def test_leaves_out_what_redis_was_told_already(store, told, monkeypatch):
    publish(store, lamp_lit())
    monkeypatch.setattr(answer_cache, "not_told", lambda ids: set())
    assert events.forget_answers() == 1
    assert told == [set()]


def test_leaves_out_what_is_older_than_any_answer(store, told):
    publish(store, lamp_lit())
    OutboxEvent.objects.update(created_at=timezone.now() - timedelta(days=2))
    assert events.forget_answers() == 1
    assert told == [set()]


def test_a_redis_that_is_away_is_told_later_and_keeps_nobody_waiting(
    store, told, line, monkeypatch
):
    def away(tags, *, told_by):
        raise CacheAway

    publish(store, lamp_lit())
    with monkeypatch.context() as gone:
        gone.setattr(answer_cache, "outdate", away)
        with pytest.raises(CacheAway):
            events.forget_answers()
        assert events.relay_events().announced == 1
    assert FeedReader.objects.get(name=FORGETTER).position == 0

    events.relay_events()

    assert len(told) == 1


def test_an_event_says_the_same_before_and_after_it_is_written(store, shopper, monkeypatch):
    """The tags of a write and those of its event in the feed are the same ones."""
    seen: list[Fact] = []
    monkeypatch.setitem(outdating._outdating, "lamp", [lambda fact: seen.append(fact) or ["x"]])
    monkeypatch.setattr(answer_cache, "not_told", set)
    monkeypatch.setattr(answer_cache, "outdate", lambda tags, *, told_by: None)

    events.publish(lamp_lit(), store=store, by=shopper)
    events.number_events()
    events.forget_answers()

    before, after = seen
    assert before == after
    assert after.actor == f"user:{shopper.public_id}"
    assert store_tag(after.store) == store_tag(store) == f"store:{store.public_id}"
