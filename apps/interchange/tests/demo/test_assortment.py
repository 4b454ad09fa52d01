from decimal import Decimal
from itertools import islice

from apps.interchange.demo.assortment import assortment, read_shelves, zipf_weight


def goods(count, *, seed=1, decimals=2):
    return list(assortment(count=count, seed=seed, currency="EUR", decimals=decimals))


def test_the_same_number_and_seed_give_the_same_goods():
    assert goods(20) == goods(20)
    assert goods(20) != goods(20, seed=2)


def test_a_longer_assortment_begins_with_a_shorter_one():
    assert goods(30)[:10] == goods(10)


def test_no_slug_and_no_sku_comes_twice():
    many = goods(2000)
    skus = [variant.sku for product in many for variant in product.variants]
    assert len({product.slug for product in many}) == 2000
    assert len(set(skus)) == len(skus)


def test_every_shelf_has_goods():
    paths = {product.category_paths[0] for product in goods(2000)}
    assert paths == {shelf.path for shelf in read_shelves()}


def test_products_with_choices_have_one_value_of_an_option_for_each():
    several = [product for product in goods(200) if len(product.variants) > 1]
    assert several
    for product in several:
        assert len(product.options) == 1
        assert all(len(variant.option_values) == 1 for variant in product.variants)


def test_prices_fit_the_currency():
    for product in islice(goods(300, decimals=0), 300):
        for variant in product.variants:
            assert variant.price.amount == variant.price.amount.to_integral_value()
            assert variant.price.amount >= 1
            assert variant.compare_at is None or variant.compare_at.amount > variant.price.amount


def test_prices_are_those_of_price_tags():
    amounts = [variant.price.amount for product in goods(300) for variant in product.variants]
    assert all(one % 1 == (Decimal("0.95") if one < 50 else 0) for one in amounts)


def test_every_rank_is_taken_once():
    weights = sorted(zipf_weight(place=place, count=100) for place in range(100))
    assert weights[-3:] == [1 / 3, 1 / 2, 1.0]
    assert len(set(weights)) == 100


def test_one_product_alone_is_the_most_wanted():
    assert zipf_weight(place=0, count=1) == 1.0
