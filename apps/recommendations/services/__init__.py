from apps.recommendations.services.learn_co_purchases import learn_co_purchases
from apps.recommendations.services.rebuild_co_purchases import rebuild_co_purchases
from apps.recommendations.services.rebuild_popularity import rebuild_popularity
from apps.recommendations.services.rebuild_similar_products import rebuild_similar_products

__all__ = [
    "learn_co_purchases",
    "rebuild_co_purchases",
    "rebuild_popularity",
    "rebuild_similar_products",
]
