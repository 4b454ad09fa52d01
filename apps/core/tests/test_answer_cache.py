"""What is kept, for how long it is good, and what happens without Redis."""

import time
from uuid import UUID, uuid4

import pytest
from cryptography.fernet import Fernet
from django_redis import get_redis_connection
from redis import Redis
from redis.exceptions import OutOfMemoryError

from apps.backoffice.tests.frozen import closed_port, frozen_server
from apps.core import answer_cache
from apps.core.answer_cache import Answer, CacheAway
from tests.threads import at_once

PAGE = Answer(body=b'{"a":\n1}', etag='"1.ab"', content_type="application/json")
PRIVATE = Answer(
    body='{"street":"17 Nightingale Row, Åre"}'.encode(),
    etag='"1.cd"',
    content_type="application/json",
    is_private=True,
)


@pytest.fixture(autouse=True)
def _kept(kept_answers):
    return


@pytest.fixture
def redis_at(settings):
    def at(port):
        elsewhere = settings.CACHES["answers"] | {
            "LOCATION": f"redis://127.0.0.1:{port}/0?socket_timeout=0.25"
        }
        settings.CACHES = settings.CACHES | {"answers": elsewhere}

    return at


def kept(answer: Answer, *tags: str) -> str:
    key = str(uuid4())
    answer_cache.keep_answer(key, answer, tokens=answer_cache.tokens_of(tags), seconds=60)
    return key


def raw(key: str) -> bytes:
    return get_redis_connection("answers").get(f"tradepost-answers:answer:{key}")


@pytest.mark.parametrize("answer", [PAGE, PRIVATE])
def test_what_is_kept_is_found_as_it_was(answer):
    assert answer_cache.find_answer(kept(answer, "cup:1", "shop:1")) == answer
    assert answer_cache.find_answer("another") is None


def test_one_tag_of_several_ends_it():
    key, other = kept(PAGE, "cup:2", "shop:2"), kept(PAGE, "cup:3", "shop:2")

    answer_cache.outdate(["cup:2"])

    assert answer_cache.find_answer(key) is None
    assert answer_cache.find_answer(other) == PAGE


def test_tokens_stay_until_they_are_removed_and_are_never_seen_again():
    before = answer_cache.tokens_of(["cup:4"])
    assert answer_cache.tokens_of(["cup:4"]) == before

    answer_cache.outdate(["cup:4"])

    assert answer_cache.tokens_of(["cup:4"]) != before


def test_what_was_read_before_a_write_and_kept_after_it_is_not_found():
    tokens = answer_cache.tokens_of(["cup:5"])
    answer_cache.outdate(["cup:5"])
    answer_cache.tokens_of(["cup:5"])  # somebody else has read meanwhile

    answer_cache.keep_answer("late", PAGE, tokens=tokens, seconds=60)

    assert answer_cache.find_answer("late") is None


def test_a_flush_ends_everything_and_harms_nothing():
    key = kept(PAGE, "cup:6")
    tokens = answer_cache.tokens_of(["cup:6"])

    get_redis_connection("answers").flushdb()

    assert answer_cache.find_answer(key) is None
    assert answer_cache.tokens_of(["cup:6"]) != tokens
    answer_cache.keep_answer(key, PAGE, tokens=tokens, seconds=60)
    assert answer_cache.find_answer(key) is None


def test_it_is_kept_no_longer_than_asked():
    key = kept(PAGE, "cup:7")
    left = get_redis_connection("answers").ttl(f"tradepost-answers:answer:{key}")
    assert 0 < left <= 60


def test_ones_own_copy_cannot_be_read_in_redis(settings):
    public, own = raw(kept(PAGE, "cup:8")), raw(kept(PRIVATE, "cup:8"))
    assert PAGE.body in public
    assert b"Nightingale" not in own
    assert b'"1.cd"' not in own  # a digest of what little there is can be guessed from


def test_what_was_encrypted_under_a_lost_key_is_a_miss(settings):
    key = kept(PRIVATE, "cup:9")
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    assert answer_cache.find_answer(key) is None


def test_redis_knows_which_events_it_was_told_of():
    told, untold = uuid4(), uuid4()
    answer_cache.outdate(["cup:10"], told_by=[told])
    assert answer_cache.not_told([told, untold]) == {untold}
    assert answer_cache.not_told([]) == set()


# --- many at once
def twenty_at_once() -> int:
    """How many of twenty have rendered what all of them have asked for."""
    rendered: list[int] = []
    key = str(uuid4())

    def ask() -> bytes:
        answer = answer_cache.find_or_claim(key)
        if answer is None:
            tokens = answer_cache.tokens_of(["cup:11"])
            rendered.append(1)
            time.sleep(0.05)
            answer_cache.keep_answer(key, PAGE, tokens=tokens, seconds=60)
            answer_cache.release_claim(key, is_kept=True)
            return PAGE.body
        return answer.body

    assert at_once(*[ask] * 20) == [PAGE.body] * 20
    return len(rendered)


@pytest.mark.django_db
def test_of_twenty_who_ask_at_once_one_renders(settings):
    settings.ANSWER_WAIT_SECONDS = 60
    assert twenty_at_once() == 1


@pytest.mark.django_db
def test_without_claims_many_would_render(monkeypatch):
    monkeypatch.setattr(answer_cache, "_claim", lambda key: True)
    assert twenty_at_once() > 1


def test_who_renders_for_too_long_is_waited_for_no_more(settings):
    settings.ANSWER_WAIT_SECONDS = 0.05
    key = str(uuid4())
    assert answer_cache.find_or_claim(key) is None
    assert answer_cache.find_or_claim(key) is None


def test_who_never_ends_is_followed_by_another(settings):
    settings.ANSWER_RENDERING_SECONDS = 0.05
    settings.ANSWER_WAIT_SECONDS = 60
    key = str(uuid4())
    assert answer_cache.find_or_claim(key) is None
    assert answer_cache.find_or_claim(key) is None


def test_nobody_waits_for_what_is_not_kept(settings):
    settings.ANSWER_WAIT_SECONDS = 60
    key = str(uuid4())
    assert answer_cache.find_or_claim(key) is None
    answer_cache.release_claim(key, is_kept=False)

    assert answer_cache.find_or_claim(key) is None
    assert answer_cache.find_or_claim(key) is None  # while the one above renders


def test_a_claim_that_came_too_late_is_given_back(settings, monkeypatch):
    settings.ANSWER_WAIT_SECONDS = 60
    key = str(uuid4())
    claim = answer_cache._claim

    def claim_late(key):
        tokens = answer_cache.tokens_of(["cup:13"])
        answer_cache.keep_answer(key, PAGE, tokens=tokens, seconds=60)
        return claim(key)

    with monkeypatch.context() as late:
        late.setattr(answer_cache, "_claim", claim_late)
        assert answer_cache.find_or_claim(key) == PAGE
    answer_cache.outdate(["cup:13"])

    started = time.monotonic()
    assert answer_cache.find_or_claim(key) is None
    assert time.monotonic() - started < 1


# --- without Redis
@pytest.mark.parametrize("dead", [True, False], ids=["dead", "frozen"])
def test_without_redis_one_caller_waits_and_the_others_know(redis_at, dead, monkeypatch):
    asked = []
    connect = answer_cache.get_redis_connection
    monkeypatch.setattr(
        answer_cache, "get_redis_connection", lambda name: asked.append(name) or connect(name)
    )
    with frozen_server() as port:
        redis_at(closed_port() if dead else port)
        for attempt in (
            lambda: answer_cache.find_or_claim("x"),
            lambda: answer_cache.tokens_of(["x"]),
            lambda: answer_cache.outdate(["x"]),
            lambda: answer_cache.not_told([UUID(int=1)]),
        ):
            with pytest.raises(CacheAway):
                attempt()
    assert len(asked) == 1


def test_a_redis_that_is_full_is_no_redis_that_is_gone(monkeypatch):
    def full(*_, **__):
        raise OutOfMemoryError("OOM command not allowed when used memory > 'maxmemory'.")

    key = kept(PAGE, "cup:12")
    tokens = answer_cache.tokens_of(["cup:12"])
    with monkeypatch.context() as filled:
        filled.setattr(Redis, "set", full)
        with pytest.raises(CacheAway):
            answer_cache.keep_answer("big", PAGE, tokens=tokens, seconds=60)
        assert answer_cache.find_answer(key) == PAGE


@pytest.mark.parametrize("what", [b"", b"7", b"[]\n", b'[{"a": "b"}, false]', b'{"a": 1}\n\xff'])
def test_what_is_not_ours_is_a_miss(what):
    get_redis_connection("answers").set("tradepost-answers:answer:odd", what, ex=60)
    assert answer_cache.find_answer("odd") is None
