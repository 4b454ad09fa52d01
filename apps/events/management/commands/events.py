"""`manage.py events list | show | deliver | redeliver | replay`"""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q

from apps.core.errors import CommerceError
from apps.core.moments import moment
from apps.events import services
from apps.events.management.telling import event_in_a_line, event_in_full
from apps.events.models import Delivery, DeliveryQuerySet, OutboxEvent, OutboxEventQuerySet

NOT_DONE = 1
MAKES_NO_SENSE = 2
_LIMIT = 20


class Command(BaseCommand):
    help = (
        "Looks into the outbox, and has events delivered again. Exit status: 0 done, 1 there was "
        "nothing to do it to or it could not be done, 2 what was asked for makes no sense."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        listing = actions.add_parser("list", help="the last events, newest first")
        _add_choice(listing)
        listing.add_argument("--state", choices=Delivery.State.values, help="of any delivery")
        listing.add_argument("--limit", type=_positive, default=_LIMIT, help="default: %(default)s")
        show = actions.add_parser("show", help="one event, with its deliveries")
        show.add_argument("id", type=UUID)
        deliver = actions.add_parser("deliver", help="deliver what is due, here and now")
        deliver.add_argument("--seconds", type=_positive, default=30, help="default: %(default)s")
        again = actions.add_parser("redeliver", help="try dead deliveries again")
        again.add_argument("ids", nargs="*", type=UUID, metavar="ID", help="of event or delivery")
        again.add_argument("--subscriber")
        again.add_argument("--all", action="store_true", help="all that are dead")
        _add_choice(again)
        replay = actions.add_parser("replay", help="have events heard again: effects and all")
        who = replay.add_mutually_exclusive_group(required=True)
        who.add_argument("--subscriber", help="this one hears of them, whether it has or not")
        who.add_argument("--announce", action="store_true", help="other systems do")
        replay.add_argument("--yes", action="store_true", help="do it; otherwise it is only told")
        _add_choice(replay)

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        try:
            getattr(self, f"_{action}")(options)
        except CommerceError as refusal:
            raise CommandError(refusal.detail, returncode=_status_of(refusal)) from refusal

    def _list(self, options: dict[str, Any]) -> None:
        events = _chosen(options).prefetch_related("deliveries").order_by("-pk")
        if options["state"]:
            events = events.filter(deliveries__state=options["state"]).distinct()
        found = list(events[: options["limit"]])
        for event in found:
            self.stdout.write(event_in_a_line(event))
        if not found:
            self.stderr.write("No event is like that.")

    def _show(self, options: dict[str, Any]) -> None:
        event = OutboxEvent.objects.filter(public_id=options["id"]).first()
        if event is None:
            raise CommandError(f"There is no event {options['id']}.", returncode=NOT_DONE)
        self.stdout.write(event_in_full(event))

    def _deliver(self, options: dict[str, Any]) -> None:
        delivered = services.deliver_pending(seconds=options["seconds"])
        left = Delivery.objects.pending().count()
        self.stdout.write(f"{delivered} took effect, {left} are pending.")

    def _redeliver(self, options: dict[str, Any]) -> None:
        dead = _dead(options)
        revived = services.redeliver(delivery_ids=list(dead.values_list("pk", flat=True)))
        if not revived:
            raise CommandError("No dead delivery is like that.", returncode=NOT_DONE)
        self.stdout.write(f"{revived} will be tried again.")

    def _replay(self, options: dict[str, Any]) -> None:
        if not _is_narrowed(options):
            _refuse("Say which events: --name, --since, --until or --store.")
        events = _chosen(options)
        found = events.count()
        if not found:
            raise CommandError("No event is like that.", returncode=NOT_DONE)
        tell = self._announce if options["announce"] else self._replay_to
        self.stdout.write(tell(events, options))
        if not options["yes"]:
            self.stdout.write("Nothing has been done. Say --yes to do it.")

    def _announce(self, events: OutboxEventQuerySet, options: dict[str, Any]) -> str:
        if not options["yes"]:
            return f"{events.count()} events would be announced again."
        return f"{services.announce_again(events=events)} events were announced again."

    def _replay_to(self, events: OutboxEventQuerySet, options: dict[str, Any]) -> str:
        act = services.replay_deliveries if options["yes"] else services.plan_replay
        done = act(events=events, subscriber=options["subscriber"])
        will = "will" if options["yes"] else "would"
        return f"{done.created} {will} be delivered, and {done.repeated} once more."


def _add_choice(parser: ArgumentParser) -> None:
    parser.add_argument("--name", help="of the events, or its beginning: order.*")
    parser.add_argument("--since", type=moment, help="as 2026-11-20T18:30 (UTC), or 2h ago")
    parser.add_argument("--until", type=moment, help="before this time")
    parser.add_argument("--store", type=UUID, help="the public id of a store")


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def _is_narrowed(options: dict[str, Any]) -> bool:
    return any(options[key] for key in ("name", "since", "until", "store"))


def _chosen(options: dict[str, Any]) -> OutboxEventQuerySet:
    events = OutboxEvent.objects.published(since=options["since"], until=options["until"])
    if options["name"]:
        events = events.named(options["name"])
    return events.of_store(options["store"]) if options["store"] else events


def _dead(options: dict[str, Any]) -> DeliveryQuerySet:
    ids, subscriber = options["ids"], options["subscriber"]
    if not (ids or subscriber or options["all"] or _is_narrowed(options)):
        _refuse("Say which: ids, --subscriber, --name, --since, --until, --store or --all.")
    dead = Delivery.objects.dead().filter(event__in=_chosen(options))
    if ids:
        dead = dead.filter(Q(public_id__in=ids) | Q(event__public_id__in=ids))
    return dead.filter(subscriber=subscriber) if subscriber else dead


def _refuse(why: str) -> None:
    raise CommandError(why, returncode=MAKES_NO_SENSE)


def _status_of(refusal: CommerceError) -> int:
    return MAKES_NO_SENSE if refusal.status == 422 else NOT_DONE
