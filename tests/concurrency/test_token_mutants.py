"""The attacks on tokens succeed once their guards are gone."""

import time

import pytest

from tests.concurrency.test_mutants import happens
from tests.concurrency.test_tokens import Visitor, rotate_often, traffic
from tests.serving import served
from tests.shop import Shop, at_once

pytestmark = [pytest.mark.race, pytest.mark.thorough]


def test_without_locks_one_refresh_token_gives_many_pairs(mutant):
    with mutant("without_row_locks") as shop:

        def attack() -> bool:
            answers = at_once([Visitor(shop).refresh] * 12)
            return sum(answer.status == 200 for answer in answers) > 1

        assert happens(attack)


def test_keys_that_sign_before_all_know_them_are_refused(transactional_db, store):
    mutant = {"MUTANT": "without_asking_for_new_keys", "SIGNING_KEY_RING_SECONDS": "60"}
    with served("tests.concurrency.mutants:application", **mutant) as url:
        visitors = [Visitor(Shop(store, url)) for _ in range(4)]
        with traffic(visitors) as answers:
            rotate_often(3, published=0)
            time.sleep(1)
    assert "token_not_valid" in {answer.code for answer in answers}
