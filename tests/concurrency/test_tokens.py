"""One refresh token is good once, and no valid token is refused while keys change."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import pytest
from django.test import override_settings
from django.utils import timezone

from apps.accounts import services
from apps.accounts.models import EndReason, SigningKey, TokenFamily
from tests.serving import served
from tests.shop import Answer, Buyer, Shop, at_once, tally

pytestmark = pytest.mark.race


class Visitor:
    """Somebody who has logged in, and goes on as a client should."""

    def __init__(self, shop: Shop) -> None:
        pair = services.issue_tokens(person=shop.newcomer().user)
        self.url = shop.url
        self.caller = Buyer(shop.url)
        self._hold(pair.grant.access, pair.refresh)

    def _hold(self, access: str, refresh: str) -> None:
        self.refresh_token = refresh
        self.caller.headers = {"Authorization": f"Bearer {access}"}

    def keep(self, answer: Answer) -> Answer:
        """This function will hold on to a new pair of tokens."""
        if answer.status == 200:
            self._hold(answer.body["access"], answer.body["refresh"])
        return answer

    def refresh(self) -> Answer:
        return Buyer(self.url).call("POST", "auth/token/refresh", {"refresh": self.refresh_token})

    def look(self) -> Answer:
        return self.caller.call("GET", "me")


def test_one_refresh_token_twelve_times_at_once_is_one_pair_and_the_end(
    shop, trials, promises_kept
):
    for _ in trials:
        visitor = Visitor(shop)
        answers = at_once([visitor.refresh] * 12)

        assert tally(answers) == {200: 1, (401, "token_not_valid"): 11}
        (pair,) = [answer for answer in answers if answer.status == 200]
        visitor.keep(pair)
        assert visitor.look().code == "token_not_valid"
        assert visitor.refresh().code == "token_not_valid"
        family = TokenFamily.objects.latest("pk")
        assert family.end_reason == EndReason.REUSED
    promises_kept()


def test_whoever_logs_out_while_refreshing_is_out(shop, trials, promises_kept):
    for _ in trials:
        visitor = Visitor(shop)
        leave = partial(visitor.caller.call, "POST", "auth/logout", {})
        refreshed, left = at_once([visitor.refresh, leave])

        assert left.status == 204
        assert refreshed.status in {200, 401}
        visitor.keep(refreshed)
        assert visitor.look().status == 401
        assert visitor.refresh().status == 401
    promises_kept()


def test_the_first_logins_of_an_installation_make_one_key(shop, promises_kept):
    guest, password = shop.guest(), "a long enough secret"
    people = [f"{number}@example.com" for number in range(8)]
    for email in people:
        guest.call("POST", "auth/register", {"email": email, "password": password})
    assert not SigningKey.objects.exists()

    shown = [{"username": email, "password": password} for email in people]
    answers = at_once([partial(guest.call, "POST", "auth/token", body) for body in shown])

    assert tally(answers) == {200: 8}
    assert SigningKey.objects.count() == 2
    for answer in answers:
        caller = Buyer(shop.url, headers={"Authorization": f"Bearer {answer.body['access']}"})
        assert caller.call("GET", "me").status == 200
    promises_kept()


@contextmanager
def traffic(visitors: list[Visitor]) -> Iterator[list[Answer]]:
    """This function will have each visitor look and refresh without a pause while the block runs;
    what they were answered is in the list then."""
    stop, answers = threading.Event(), []

    def visit(visitor: Visitor) -> None:
        while not stop.is_set():
            answers.extend(visitor.look() for _ in range(4))
            answers.append(visitor.keep(visitor.refresh()))

    threads = [threading.Thread(target=visit, args=(visitor,)) for visitor in visitors]
    for thread in threads:
        thread.start()
    try:
        yield answers
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def rotate_often(times: int, *, published: int) -> list[str]:
    """This function will rotate as soon as it may, again and again; it returns who has signed."""
    signed = []
    with override_settings(SIGNING_KEY_PUBLISHED_SECONDS=published):
        while len(signed) < times:
            key = services.rotate_signing_keys(now=timezone.now())
            if key is not None:
                signed.append(key.kid)
            time.sleep(0.05)
    return signed


def test_no_valid_token_is_refused_while_keys_rotate(transactional_db, store, promises_kept):
    # Each process reads the ring every second; a key is published for two before it signs.
    with served(SIGNING_KEY_RING_SECONDS="1") as url:
        visitors = [Visitor(Shop(store, url)) for _ in range(6)]
        with traffic(visitors) as answers:
            signed = rotate_often(4, published=2)

    assert len(set(signed)) == 4
    assert tally(answers) == {200: len(answers)}
    assert len(answers) > 100
    promises_kept()
