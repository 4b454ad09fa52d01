from apps.recommendations.services.learn_co_purchases import learn_co_purchases
from apps.recommendations.services.rebuild_co_purchases import rebuild_co_purchases

__all__ = ["learn_co_purchases", "rebuild_co_purchases"]
