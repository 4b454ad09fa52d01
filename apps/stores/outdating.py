"""Which kept answers a fact about a store makes old: all of its own."""

from apps.events.outdating import Fact, outdates, store_tag


@outdates("store")
def of_store(fact: Fact) -> list[str]:
    """This function will name everything: prices, addresses and hosts are the store's."""
    return [store_tag(fact.aggregate_id)]
