"""Views whose rendered answers are kept, and given again to whoever asks the same.

class ProductViewSet(...):
    @cached_answer("product", basis=product_basis, reader=public_only)
    def retrieve(self, request, **_): ...

What is kept is a body with its content type and ETag; limits, request ids and all other headers
are each request's own. `X-Cache-Hit` tells whether an answer was kept, on all that might have been.
"""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, wraps
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from prometheus_client import Counter
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import answer_cache
from apps.core.answer_cache import Answer, CacheAway
from apps.core.etags import conditional, entity_tag, tagged
from apps.core.transactions import in_transaction

HEADER = "X-Cache-Hit"

_reads = Counter(
    "tradepost_cached_answers", "Reads that might be answered from Redis.", ["resource", "outcome"]
)


@dataclass(frozen=True, kw_only=True)
class Basis:
    """What an answer is made from: the tags it depends on and, where the address names one thing,
    the public id that was found behind the name."""

    tags: tuple[str, ...]
    thing: str = ""


# Whom an answer is for: "" for everybody, a name for one's own copy, `None` when it is not kept.
Reader = Callable[[Request], str | None]
Basing = Callable[[Any, Request], Basis | None]
Method = Callable[..., Any]


def everybody(request: Request) -> str | None:
    """This function will give one answer to all."""
    return ""


def own_copy(request: Request) -> str | None:
    """This function will give each person answers of their own, and keep none for API keys."""
    caller = request.user
    return f"person {caller.public_id}" if caller.is_authenticated and caller.is_person else None


def cached_answer(
    resource: str, *, basis: Basing, reader: Reader = everybody, unless: tuple[str, ...] = ()
) -> Callable[[Method], Method]:
    """This function will keep the answers of a view method that reads, named in `ANSWER_SECONDS`.

    Kept are first pages, asked for in few words and without any of the query's parameters `unless`;
    one's own copies are encrypted. `basis` runs on a miss only, before anything is read; it returns
    `None` when there is nothing to be found.
    """

    def keep(method: Method) -> Method:
        @wraps(method)
        def answered(view: Any, request: Request, *args: Any, **kwargs: Any) -> Any:
            whom = _reader_of(request, resource=resource, reader=reader, unless=unless)
            if whom is None:
                return _unkept(method(view, request, *args, **kwargs), request, resource, "bypass")
            asked = _Asked(resource=resource, request=request, whom=whom)
            try:
                found = answer_cache.find_or_claim(asked.key)
            except CacheAway:
                return _unkept(method(view, request, *args, **kwargs), request, resource, "away")
            if found is not None:
                return asked.shown(found)
            is_kept = False
            try:
                response, is_kept = asked.render(view, method, basis, kwargs)
            finally:
                answer_cache.release_claim(asked.key, is_kept=is_kept)
            return response

        return answered

    return keep


def _reader_of(
    request: Request, *, resource: str, reader: Reader, unless: tuple[str, ...]
) -> str | None:
    query = request.query_params
    wanted = getattr(request, "accepted_media_type", "")
    if (
        not settings.ANSWER_SECONDS[resource]
        or in_transaction()  # what it sees may never be committed
        or wanted != "application/json"  # indented, for instance
        or query.get("page", "1") != "1"
        or any(name in query for name in unless)
        or len(query.urlencode()) > settings.ANSWER_MOST_QUERY
    ):
        return None
    return reader(request)


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """One request for one answer."""

    resource: str
    request: Any
    whom: str

    @cached_property
    def key(self) -> str:
        """All that an answer depends on besides the data: links in it begin with the host."""
        request = self.request
        parts = [
            settings.ANSWER_GENERATION,
            self.resource,
            str(request.store.public_id),
            request.scheme,
            request.get_host(),
            request.path,
            self.whom,
            sorted(request.query_params.lists()),
        ]
        return sha256(json.dumps(parts).encode()).hexdigest()

    def render(
        self, view: Any, method: Method, basis: Basing, kwargs: dict[str, Any]
    ) -> tuple[Any, bool]:
        """This function will have the view answer, and keep what it answers if it can."""
        based = basis(view, self.request)
        tokens = None
        if based is not None:
            with suppress(CacheAway):
                tokens = answer_cache.tokens_of(based.tags)
        response = method(view, self.request, **kwargs)
        if based is None or not isinstance(response, Response) or response.status_code != 200:
            return _unkept(response, self.request, self.resource, "miss"), False
        answer, is_kept = _rendered(response, is_private=bool(self.whom)), False
        if tokens and _is_small(answer) and _is_about(response, based.thing):
            seconds = settings.ANSWER_SECONDS[self.resource]
            with suppress(CacheAway):
                answer_cache.keep_answer(self.key, answer, tokens=tokens, seconds=seconds)
                is_kept = True
        return self.shown(answer, hit=False), is_kept

    def shown(self, answer: Answer, *, hit: bool = True) -> HttpResponse:
        """This function will answer with what is kept, or has just been rendered."""
        _reads.labels(self.resource, "hit" if hit else "miss").inc()
        response = HttpResponse(answer.body, content_type=answer.content_type)
        response["ETag"] = answer.etag
        response[HEADER] = "true" if hit else "false"
        return conditional(response, request=self.request)


def _unkept(response: Any, request: Request, resource: str, outcome: str) -> Any:
    _reads.labels(resource, outcome).inc()
    response[HEADER] = "false"
    if isinstance(response, Response) and not hasattr(response, "version"):
        return tagged(response, request=request, version=None)
    return response


def _rendered(response: Response, *, is_private: bool) -> Answer:
    body = JSONRenderer().render(response.data)
    version = getattr(response, "version", None)
    return Answer(
        body=body,
        etag=entity_tag(version=version, content=body),
        content_type=JSONRenderer.media_type,
        is_private=is_private,
    )


def _is_small(answer: Answer) -> bool:
    return len(answer.body) <= settings.ANSWER_MOST_BYTES


def _is_about(response: Response, thing: str) -> bool:
    """Whether the name meant the same thing when the tokens were taken and when it was read."""
    return not thing or str(response.data["id"]) == thing
