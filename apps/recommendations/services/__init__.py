from apps.recommendations.services.learn_co_purchases import learn_co_purchases

__all__ = ["learn_co_purchases"]
