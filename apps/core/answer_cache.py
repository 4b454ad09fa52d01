"""Rendered answers in Redis, and why none outlives what it was rendered from.

An answer depends on tags, such as `product:<id>`, and each tag has a token in Redis: random, made
when it is asked for and missing. Whoever renders takes the tokens *before* reading the database,
and keeps them with the answer. Whoever writes removes the tokens *after* the commit. An answer is
good while its tokens are those of its tags: one that was read before a write and kept after it has
tokens that nobody will ever see again, however slow its reader was.

A key that Redis has lost, evicted or been told to flush is a miss, and a lost token is one too.
"""

import json
import secrets
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django_redis import get_redis_connection
from redis.exceptions import RedisError, ResponseError

from apps.core.breaker import Breaker
from apps.core.encryption import decrypt, encrypt

log = structlog.get_logger(__name__)

_PREFIX = "tradepost-answers"
_SECONDS_WITHOUT_REDIS = 2.0
# Above the longest that an answer is kept; a token that is gone before costs a miss.
_TOKEN_SECONDS = 24 * 3600
# Well above what it takes for an event to come by a second time.
_TOLD_SECONDS = 600
_PAUSE_SECONDS = 0.01
# For so long nobody waits for what was rendered and not kept: a page that is not there, say.
_OPEN_SECONDS = 10
_OPEN = b"open"

Tokens = dict[str, str]


class CacheAway(Exception):
    """Redis does not answer, or would not do as it was told. Everything can be read without it."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The body of a 200, as it was sent. `is_private`: it is encrypted where it is kept."""

    body: bytes
    etag: str
    content_type: str
    is_private: bool = False


def find_answer(key: str) -> Answer | None:
    """This function will return what is kept under a key, unless it is out of date.

    Raises:
        CacheAway: it cannot be told.
    """
    with _redis() as redis:
        kept = redis.get(_named("answer", key))
    if kept is None:
        return None
    try:
        head, _, payload = kept.partition(b"\n")
        tokens, is_private = json.loads(head)
        return _unpacked(payload, is_private=is_private) if _are_present(tokens) else None
    except (ValueError, TypeError):  # not ours, or under a key that was taken out of the ring
        log.warning("kept_answer_not_readable")
        return None


def find_or_claim(key: str) -> Answer | None:
    """This function will return what is kept under a key; `None`: the caller is to render it.

    Of many who ask for the same thing at once one renders and the others wait, for
    `ANSWER_WAIT_SECONDS` at most, unless there was nothing to keep lately. Call `release_claim`
    afterwards, however it ended.

    Raises:
        CacheAway: it cannot be told.
    """
    deadline = time.monotonic() + settings.ANSWER_WAIT_SECONDS
    while (answer := find_answer(key)) is None:
        if _claim(key):
            # Whoever had the claim before may have kept an answer since we looked.
            answer = find_answer(key)
            if answer is not None:
                release_claim(key, is_kept=True)
            return answer
        if time.monotonic() >= deadline:
            return None
        time.sleep(_PAUSE_SECONDS)
    return answer


def tokens_of(tags: Collection[str]) -> Tokens:
    """This function will return the present token of each tag. Call it before anything is read.

    Raises:
        CacheAway: they are not to be had.
    """
    names = [_named("tag", tag) for tag in tags]
    with _redis() as redis, redis.pipeline(transaction=True) as together:
        for name in names:
            together.set(name, secrets.token_hex(12), nx=True, ex=_TOKEN_SECONDS)
        together.mget(names)
        present = together.execute()[-1]
    if None in present:
        raise CacheAway
    return dict(zip(tags, (token.decode() for token in present), strict=True))


def keep_answer(key: str, answer: Answer, *, tokens: Tokens, seconds: int) -> None:
    """This function will keep an answer that was read after its tokens were taken.

    Raises:
        CacheAway: it is not kept.
    """
    head = json.dumps([tokens, answer.is_private]).encode()
    with _redis() as redis:
        redis.set(_named("answer", key), head + b"\n" + _packed(answer), ex=seconds)


def release_claim(key: str, *, is_kept: bool) -> None:
    """This function will let others render what this caller has, or has not, rendered.

    Unless it `is_kept` nobody waits for the next one either: they would wait for nothing, one after
    another.
    """
    name = _named("claim", key)
    try:
        with _redis() as redis:
            redis.delete(name) if is_kept else redis.set(name, _OPEN, ex=_OPEN_SECONDS)
    except CacheAway:
        log.info("claim_not_released")  # it ends by itself


def outdate(tags: Collection[str], *, told_by: Collection[UUID] = ()) -> None:
    """This function will end all answers that depend on one of the tags. Call it after the commit.

    `told_by` are the events that said so: `not_told` leaves them out from now on.

    Raises:
        CacheAway: Redis could not be told; it has to be told again.
    """
    with _redis() as redis, redis.pipeline(transaction=True) as together:
        if tags:
            together.unlink(*(_named("tag", tag) for tag in tags))
        for event in told_by:
            together.set(_named("told", str(event)), 1, ex=_TOLD_SECONDS)
        together.execute()


def not_told(events: Collection[UUID]) -> set[UUID]:
    """This function will return the events of which Redis has not been told.

    Raises:
        CacheAway: it cannot be told.
    """
    known = list(events)
    if not known:
        return set()
    with _redis() as redis:
        marks = redis.mget([_named("told", str(event)) for event in known])
    return {event for event, mark in zip(known, marks, strict=True) if mark is None}


def forget() -> None:
    """This function will forget what this process knows of Redis."""
    _breaker.worked()


def _claim(key: str) -> bool:
    name, milliseconds = _named("claim", key), int(settings.ANSWER_RENDERING_SECONDS * 1000)
    with _redis() as redis:
        return bool(redis.set(name, 1, nx=True, px=milliseconds)) or redis.get(name) == _OPEN


def _packed(answer: Answer) -> bytes:
    payload = b"\n".join([answer.etag.encode(), answer.content_type.encode(), answer.body])
    return encrypt(payload.decode()).encode() if answer.is_private else payload


def _unpacked(payload: bytes, *, is_private: bool) -> Answer:
    payload = decrypt(payload.decode()).encode() if is_private else payload
    etag, content_type, body = payload.split(b"\n", 2)
    return Answer(
        body=body, etag=etag.decode(), content_type=content_type.decode(), is_private=is_private
    )


def _are_present(tokens: Tokens) -> bool:
    with _redis() as redis:
        present = redis.mget([_named("tag", tag) for tag in tokens])
    return [token.encode() for token in tokens.values()] == present


def _named(kind: str, name: str) -> str:
    return f"{_PREFIX}:{kind}:{name}"


@contextmanager
def _redis() -> Iterator[Any]:
    if not _breaker.lets_through():
        raise CacheAway
    try:
        yield get_redis_connection("answers")
    except ResponseError as error:  # it is there, and full or read-only
        log.warning("cache_refuses", error=type(error).__name__)
        raise CacheAway from error
    except RedisError as error:
        _breaker.failed()
        log.warning("answers_without_redis", error=type(error).__name__)
        raise CacheAway from error
    _breaker.worked()


_breaker = Breaker(seconds=_SECONDS_WITHOUT_REDIS)
