"""What is said of the demo's goods is said of goods that there are, as anybody could say it."""

from apps.catalog.changes import require_valid, review_columns
from apps.catalog.models import Review
from apps.interchange.demo.goods import read_goods
from apps.interchange.demo.opinions import read_opinions


def test_opinions_are_of_goods_that_are_sold():
    published = {record.slug for record in read_goods(currency="EUR")}
    assert read_opinions().keys() <= published


def test_each_is_a_review_that_would_be_taken():
    said = [opinion for each in read_opinions().values() for opinion in each]
    assert len(said) >= 50
    for opinion in said:
        columns = review_columns(
            {"rating": opinion.rating, "title": opinion.title, "body": opinion.body}
        )
        require_valid(Review(**columns))


def test_not_everybody_is_happy():
    ratings = [str(one.rating) for each in read_opinions().values() for one in each]
    assert {"2.0", "2.5", "3.0", "4.5", "5.0"} <= set(ratings)
