"""A limit is exact however many ask at once, and whatever they say of where they come from."""

import random
from collections import Counter
from functools import partial

import pytest

from apps.accounts.tests.factories import UserFactory
from tests.serving import served
from tests.shop import Answer, Buyer, Shop, at_once, tally

pytestmark = pytest.mark.race

# The requests of these tests come through a proxy that is believed.
LIMITED = {
    "DJANGO_SETTINGS_MODULE": "tests.concurrency.quick_passwords",
    "TRUSTED_PROXIES": "127.0.0.1",
    "RATE_LIMIT_LOGIN": "10/30d",
    "RATE_LIMIT_DEFAULT": "100/30d",
    "RATE_LIMIT_ORDER": "5/30d",
}


def an_address() -> str:
    return ".".join(str(random.randint(1, 223)) for _ in range(4))


def guess(url: str, address: str, number: int) -> Answer:
    """A guess at somebody's password, with a forged origin in front of the true one."""
    headers = {"X-Forwarded-For": f"{an_address()}, {address}", "X-Real-IP": an_address()}
    body = {"username": f"person{number}@example.com", "password": "not the password"}
    return Buyer(url, headers=headers).call("POST", "auth/token", body)


def guesses(url: str, count: int) -> Counter[object]:
    address = an_address()
    return tally(at_once([partial(guess, url, address, number) for number in range(count)]))


@pytest.fixture
def limited(transactional_db, store) -> Shop:
    with served(**LIMITED) as url:
        yield Shop(store, url)


def test_of_sixty_guesses_at_once_ten_are_evaluated(limited, trials):
    for _ in trials:
        assert guesses(limited.url, 60) == {
            (401, "invalid_credentials"): 10,
            (429, "too_many_requests"): 50,
        }


def test_an_account_is_guessed_at_ten_times_from_everywhere_at_once(
    transactional_db, store, trials
):
    with served(**LIMITED, RATE_LIMIT_LOGIN_ACCOUNT="10/30d") as url:
        for _ in trials:
            person = UserFactory(store=store)

            def guess_at(spell, email=person.email):
                headers = {"X-Forwarded-For": an_address()}
                body = {"username": spell(email), "password": "not the password"}
                return Buyer(url, headers=headers).call("POST", "auth/token", body)

            spellings = [str.upper, str.lower, str.title]
            answers = at_once([partial(guess_at, spellings[n % 3]) for n in range(30)])
            assert tally(answers) == {
                (401, "invalid_credentials"): 10,
                (429, "too_many_requests"): 20,
            }


def test_of_a_hundred_and_fifty_reads_at_once_a_hundred_are_answered(limited):
    reader = limited.newcomer()
    answers = at_once([partial(reader.call, "GET", "me")] * 150)
    assert tally(answers) == {200: 100, (429, "too_many_requests"): 50}


def test_of_sixty_orders_of_one_customer_at_once_five_are_placed(limited):
    buyer, goods = limited.newcomer(), limited.goods(stock=100)
    answers = at_once([partial(buyer.order, (goods, 1))] * 60)
    assert tally(answers) == {201: 5, (429, "too_many_requests"): 55}


def test_without_atomic_counts_more_than_ten_are_evaluated(mutant):
    with mutant("without_atomic_counts", variables=LIMITED) as shop:
        evaluated = guesses(shop.url, 60)[(401, "invalid_credentials")]
    assert evaluated > 10
