"""What the engines find, against numbers computed by hand."""

import pytest

from apps.recommendations import purchase_matrix
from apps.recommendations.cooccurrence import CoOccurrence
from apps.recommendations.engine import engine_named
from apps.recommendations.item_model import ItemModel, item_weights
from apps.recommendations.purchases import Purchases

DAY = 86_400
MUG, TEA, POT, HAT = 10, 20, 30, 40
ANN, BOB, CAT = 1, 2, 3


def bought(*baskets) -> Purchases:
    """Baskets of (person, products) or (person, products, day)."""
    purchases = Purchases()
    for key, (person, products, *day) in enumerate(baskets, 1):
        moment = day[0] * DAY if day else 0
        purchases.add_basket(basket=key, products=products, moment=moment, person=person)
    return purchases


def found(engine, purchases, *, most=10) -> dict[int, dict[int, float]]:
    return {
        one.product: {
            other: pytest.approx(score, abs=1e-6)
            for other, score in zip(one.others, one.scores, strict=True)
        }
        for one in engine.neighbours(purchases=purchases, most=most)
    }


@pytest.fixture(autouse=True)
def small_numbers(settings):
    settings.RECOMMENDATIONS_PENALTY = 1
    settings.RECOMMENDATIONS_HALF_LIFE_DAYS = 30


@pytest.fixture
def engine():
    return ItemModel()


def test_engines_have_names_and_one_of_your_own_a_path():
    assert isinstance(engine_named(name="local"), ItemModel)
    assert isinstance(engine_named(name="cooccurrence"), CoOccurrence)
    own = engine_named(name="apps.recommendations.cooccurrence.CoOccurrence")
    assert isinstance(own, CoOccurrence)
    with pytest.raises(ImportError):
        engine_named(name="clairvoyance")


# --- co-occurrence -------------------------------------------------------------------------------
def test_counts_baskets_that_held_both():
    purchases = bought((ANN, [MUG, TEA]), (ANN, [MUG, TEA, POT]), (BOB, [HAT]))
    assert found(CoOccurrence(), purchases) == {
        MUG: {TEA: 2, POT: 1},
        TEA: {MUG: 2, POT: 1},
        POT: {MUG: 1, TEA: 1},
    }


def test_keeps_so_many_the_most_frequent_first_and_of_equal_ones_the_older():
    purchases = bought((ANN, [MUG, HAT]), (ANN, [MUG, TEA]), (ANN, [MUG, POT]), (BOB, [MUG, POT]))
    (mug,) = [
        one for one in CoOccurrence().neighbours(purchases=purchases, most=3) if one.product == MUG
    ]
    assert list(mug.others) == [POT, TEA, HAT]
    assert list(found(CoOccurrence(), purchases, most=1)[MUG]) == [POT]


@pytest.mark.parametrize("engine", [CoOccurrence, ItemModel])
def test_nothing_bought_and_nothing_bought_together_is_nothing_found(engine):
    assert found(engine(), bought()) == {}
    assert found(engine(), bought((ANN, [MUG]))) == {}
    assert found(engine(), bought((0, [MUG]), (0, [TEA]))) == {}


# --- the linear item-item model ------------------------------------------------------------------
def test_predicts_each_product_from_the_others(engine):
    """G + I = [[4, 2], [2, 3]], P = [[3, -2], [-2, 4]] / 8."""
    purchases = bought((ANN, [MUG, TEA]), (BOB, [MUG, TEA]), (CAT, [MUG]))
    assert found(engine, purchases) == {MUG: {TEA: 2 / 4}, TEA: {MUG: 2 / 3}}


def test_what_a_third_product_explains_is_not_told_twice(engine):
    """G + I = [[4, 3, 1], [3, 4, 1], [1, 1, 2]] of mug, tea and pot; its determinant is 12 and
    12 P = [[7, -5, -1], [-5, 7, -1], [-1, -1, 7]]."""
    purchases = bought((ANN, [MUG, TEA, POT]), (BOB, [MUG, TEA]), (CAT, [MUG, TEA]))
    assert found(engine, purchases) == {
        MUG: {TEA: 5 / 7, POT: 1 / 7},
        TEA: {MUG: 5 / 7, POT: 1 / 7},
        POT: {MUG: 1 / 7, TEA: 1 / 7},
    }


def test_what_excludes_each_other_speaks_against_it(engine):
    """Whoever has bought mug has bought either tea or pot."""
    purchases = bought((ANN, [MUG, TEA]), (BOB, [MUG, POT]))
    scores = found(engine, purchases)
    assert scores[TEA][POT] == pytest.approx(-1 / 5)
    assert scores[TEA][MUG] == pytest.approx(1 / 2)


def test_a_person_counts_once_with_all_they_bought_and_a_stranger_by_the_basket(engine):
    in_one = bought((ANN, [MUG, TEA]), (BOB, [MUG, TEA]), (CAT, [MUG]))
    in_many = bought((ANN, [MUG]), (BOB, [MUG, TEA]), (ANN, [MUG]), (CAT, [MUG]), (ANN, [TEA]))
    assert found(engine, in_many) == found(engine, in_one)
    strangers = bought((0, [MUG, TEA]), (0, [MUG, TEA]), (0, [MUG]))
    assert found(engine, strangers) == found(engine, in_one)


def test_a_person_and_a_basket_of_the_same_number_are_two(engine):
    assert found(engine, bought((0, [MUG]), (1, [TEA]))) == {}


def test_somebody_who_bought_last_a_half_life_ago_counts_half(engine):
    """G = [[1.5, 1.5], [1.5, 1.5]]: one today and half a one."""
    purchases = bought((ANN, [MUG, TEA], 0), (BOB, [MUG], 29), (BOB, [TEA], 30))
    assert found(engine, purchases) == {MUG: {TEA: 1.5 / 2.5}, TEA: {MUG: 1.5 / 2.5}}


def test_products_that_are_seldom_bought_are_predicted_from_one_alone(engine):
    """Mug and tea are dense as above; G(p, pot) / (G(p, p) + 1) for pot."""
    engine.most_dense = 2
    purchases = bought((ANN, [MUG, TEA, POT]), (BOB, [MUG, TEA]), (CAT, [MUG]))
    assert found(engine, purchases) == {
        MUG: {TEA: 2 / 4, POT: 1 / 4},
        TEA: {MUG: 2 / 3, POT: 1 / 3},
        POT: {MUG: 1 / 2, TEA: 1 / 2},
    }


@pytest.mark.parametrize("most_dense", [0, 1, 3, 100])
def test_however_much_is_dense_there_are_neighbours_of_everything(engine, most_dense):
    engine.most_dense = most_dense
    purchases = bought((ANN, [MUG, TEA, POT, HAT]), (BOB, [MUG, TEA]), (CAT, [MUG]))
    scores = found(engine, purchases)
    assert {one: set(others) for one, others in scores.items()} == {
        one: {MUG, TEA, POT, HAT} - {one} for one in (MUG, TEA, POT, HAT)
    }


def test_keeps_the_strongest_whichever_way_they_speak(engine):
    purchases = bought((ANN, [MUG, TEA]), (BOB, [MUG, POT]), (CAT, [MUG, HAT]), (4, [POT, HAT]))
    assert found(engine, purchases)[TEA] == {MUG: 1 / 2, POT: -2 / 19, HAT: -2 / 19}
    assert list(found(engine, purchases, most=2)[TEA]) == [MUG, POT]


def test_a_matrix_that_cannot_be_inverted_is_refused():
    cells = purchase_matrix.by_basket(bought((ANN, [MUG, TEA]))).cells
    with pytest.raises(ArithmeticError):
        item_weights(cells, penalty=0)


def test_blocks_and_parts_of_any_size_give_the_same(engine, monkeypatch):
    from apps.recommendations import item_model

    people = [(key, [MUG + (key * step) % 7 for step in range(1, 4)]) for key in range(1, 30)]
    purchases = bought(*((key, sorted(set(products))) for key, products in people))
    engine.most_dense = 4
    whole = found(engine, purchases), found(CoOccurrence(), purchases)
    monkeypatch.setattr(item_model, "_BLOCK", 3)
    monkeypatch.setattr(purchase_matrix, "_MOST_ENTRIES", 5)
    assert (found(engine, purchases), found(CoOccurrence(), purchases)) == whole


def test_of_who_buys_for_others_the_latest_tell_enough(monkeypatch):
    monkeypatch.setattr(purchase_matrix, "MOST_IN_ROW", 2)
    purchases = bought((ANN, [MUG], 1), (ANN, [TEA], 3), (ANN, [POT], 2), (BOB, [HAT], 1))
    matrix = purchase_matrix.by_person(purchases, half_life=float("inf"))
    assert matrix.cells.toarray().tolist() == [[0, 1, 1, 0], [0, 0, 0, 1]]
    assert matrix.products.tolist() == [MUG, TEA, POT, HAT]
