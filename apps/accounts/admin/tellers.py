"""Who has done what to a row, for whoever was about to save over it."""

from datetime import datetime
from uuid import UUID

from apps.accounts.models import User
from apps.core.service_admin import Told
from apps.events.models import OutboxEvent

_MOST = 5


def told_of(rows: list[UUID], since: datetime | None) -> list[Told]:
    """This function will return the last few facts about rows (public ids) since a moment; without
    one, the last."""
    facts = OutboxEvent.objects.filter(aggregate_id__in=rows).order_by("-id")
    found = list(facts.filter(created_at__gte=since)[:_MOST] if since else facts[:1])
    names = _names_of({one.actor for one in found})
    return [
        Told(what=_words_of(one), who=names[one.actor], when=one.created_at)
        for one in reversed(found)
    ]


def _words_of(fact: OutboxEvent) -> str:
    changed = fact.payload.get("changed") or []
    return f"{fact.name} ({', '.join(map(str, changed))})" if changed else fact.name


def _names_of(actors: set[str]) -> dict[str, str]:
    """Colleagues by their names; of others only what they are."""
    by_id = {actor.removeprefix("user:"): actor for actor in actors if actor.startswith("user:")}
    names = dict.fromkeys(actors, "The system")
    names |= {actor: "An API key" for actor in actors if actor.startswith("key:")}
    names |= dict.fromkeys(by_id.values(), "The customer")
    for person in User.objects.filter(public_id__in=by_id):
        if person.is_staff or person.is_superuser:
            names[by_id[str(person.public_id)]] = person.full_name or "A colleague"
    return names
