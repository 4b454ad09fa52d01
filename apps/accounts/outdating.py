"""Which kept answers a fact about a person makes old: all of their own copies."""

from uuid import UUID

from apps.events.outdating import Fact, outdates


def person_tag(person_id: UUID) -> str:
    """This function will return the tag that every answer of somebody's own depends on."""
    return f"person:{person_id}"


@outdates("customer")
def of_person(fact: Fact) -> list[str]:
    """This function will name the person: who is forgotten has no copies left."""
    return [person_tag(fact.aggregate_id)]
