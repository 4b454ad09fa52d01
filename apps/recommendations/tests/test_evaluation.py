"""What is asked, and how answers are judged, against numbers computed by hand."""

from array import array
from math import log2

import numpy as np
import pytest

from apps.recommendations.engine import Neighbours
from apps.recommendations.evaluation import Case, Trial, first, measure
from apps.recommendations.purchases import Purchases

DAY = 86_400
MUG, TEA, POT, HAT, PEN = 10, 20, 30, 40, 50
ANN, BOB = 1, 2


def bought(*baskets, day=0) -> Purchases:
    purchases = Purchases()
    for key, (person, products) in enumerate(baskets, 1 + 100 * day):
        purchases.add_basket(basket=key, products=products, moment=day * DAY, person=person)
    return purchases


class Oracle:
    """Finds what it was told."""

    def __init__(self, **_):
        self.found = {MUG: {TEA: 0.5, POT: 0.25}, HAT: {TEA: -0.25, PEN: 0.75}}

    def neighbours(self, *, purchases, most):
        for product, others in self.found.items():
            best = list(others)[:most]
            scores = array("f", [others[one] for one in best])
            yield Neighbours(product=product, others=array("q", best), scores=scores)


def test_measures_against_the_best_order_there_could_be():
    """Of the answers 3, 1, 0 the first and the third are right, of three in all."""
    case = Case(weights={0: 1.0}, known=np.array([2]), right=frozenset({0, 3, 4}))
    scores = np.array([1.0, 2.0, 9.0, 3.0, 0.0])
    result = measure(lambda _: scores.copy(), [case], k=3)
    assert (result.cases, result.hit_rate) == (1, 1.0)
    assert result.recall == pytest.approx(2 / 3)
    assert result.ndcg == pytest.approx((1 + 1 / 2) / (1 + 1 / log2(3) + 1 / 2))


def test_averages_over_cases_and_no_case_is_nothing():
    right = Case(weights={0: 1.0}, known=np.array([0]), right=frozenset({1}))
    wrong = Case(weights={0: 1.0}, known=np.array([0]), right=frozenset({2}))
    result = measure(lambda _: np.array([0.0, 2.0, 1.0]), [right, wrong], k=1)
    assert (result.hit_rate, result.recall, result.ndcg) == (0.5, 0.5, 0.5)
    assert measure(lambda _: np.zeros(3), [], k=1).cases == 0


def test_the_second_place_is_worth_less_than_the_first():
    case = Case(weights={0: 1.0}, known=np.array([0]), right=frozenset({2}))
    result = measure(lambda _: np.array([0.0, 2.0, 1.0]), [case], k=10)
    assert result.ndcg == pytest.approx(0.6309297535714575)


def test_of_equal_scores_the_first_is_answered_first():
    assert first(np.array([1.0, 3.0, 1.0, 3.0, 1.0]), 3).tolist() == [1, 3, 0]
    assert first(np.array([1.0, 3.0]), 10).tolist() == [1, 0]


def test_one_of_a_later_basket_asks_for_the_rest_of_what_is_known():
    training = bought((ANN, [MUG, TEA, POT]))
    later = bought((ANN, [MUG, POT, PEN]), (BOB, [TEA, PEN]), day=1)
    (case,) = Trial.of(training=training, later=later, seed=0).baskets
    asked = {*case.weights}
    assert asked | case.right == {0, 2}
    assert set(case.known.tolist()) == asked
    assert len(asked) == 1


def test_baskets_of_resellers_ask_nothing():
    products = list(range(1, 62))
    training = bought((ANN, products))
    for size, cases in ((60, 1), (61, 0)):
        later = bought((ANN, products[:size]), day=1)
        assert len(Trial.of(training=training, later=later, seed=0).baskets) == cases


def test_the_same_seed_asks_the_same():
    training = bought((ANN, list(range(50))))
    later = bought(*[(ANN, list(range(50)))] * 5, day=1)
    asked = [
        [list(case.weights) for case in Trial.of(training=training, later=later, seed=seed).baskets]
        for seed in (1, 1, 2)
    ]
    assert asked[0] == asked[1] != asked[2]


def test_who_bought_three_asks_for_what_is_new_to_them():
    training = bought((ANN, [MUG, TEA, POT]), (BOB, [MUG, HAT]), (0, [MUG, TEA, POT]))
    later = bought((ANN, [MUG, HAT]), (ANN, [PEN]), (BOB, [TEA]), (0, [HAT]), day=1)
    (case,) = Trial.of(training=training, later=later, seed=0).people
    assert case.right == {3}
    assert set(case.known.tolist()) == {0, 1, 2}


def test_what_was_bought_lately_counts_most():
    training = bought((ANN, [MUG, TEA]))
    training.add_basket(basket=9, products=[POT, MUG], moment=90 * DAY, person=ANN)
    training.add_basket(basket=10, products=[HAT], moment=0)
    (case,) = Trial.of(training=training, later=bought((ANN, [HAT]), day=99), seed=0).people
    assert case.weights == {0: 1.0, 2: 1.0, 1: 0.5}


def test_asks_an_engine_with_all_that_somebody_has():
    training = bought((ANN, [MUG, HAT, POT]), (0, [TEA, PEN]))
    later = bought((ANN, [PEN]), day=1)
    trial = Trial.of(training=training, later=later, seed=0)
    _, person = trial.measure_engine(Oracle(), most=2, k=1)
    assert (person.cases, person.ndcg) == (1, 1.0)  # pen 0.75; tea 0.5 - 0.25
    _, person = trial.measure_engine(Oracle(), most=1, k=1)
    assert person.ndcg == 0.0  # nothing is left of pen


def test_popularity_answers_with_what_is_in_most_baskets():
    training = bought((ANN, [MUG, HAT, POT]), (0, [TEA, PEN]), (0, [PEN]))
    later = bought((ANN, [PEN]), (0, [MUG, TEA]), day=1)
    beside, person = Trial.of(training=training, later=later, seed=0).measure_popularity(k=1)
    assert (person.cases, person.ndcg) == (1, 1.0)
    assert (beside.cases, beside.ndcg) == (1, 0.0)


def test_nothing_before_the_split_asks_nothing():
    trial = Trial.of(training=Purchases(), later=bought((ANN, [MUG, TEA])), seed=0)
    assert (trial.baskets, trial.people) == ([], [])
    assert trial.measure_engine(Oracle(), most=0, k=10)[0].cases == 0
