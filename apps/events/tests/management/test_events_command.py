from uuid import uuid4

import pytest
import time_machine
from django.core.management import CommandError, call_command

from apps.events import services as events
from apps.events.models import Delivery, OutboxEvent
from apps.events.tests.factories import lamp_lit
from apps.stores.tests.factories import StoreFactory


@pytest.fixture
def run(capsys):
    """Runs the command; what it wrote, line by line."""

    def run(*arguments: object) -> list[str]:
        call_command("events", *map(str, arguments))
        return capsys.readouterr().out.splitlines()

    return run


@pytest.fixture
def refused(run):
    """Runs the command, which fails: its exit status and what it said."""

    def refused(*arguments: object) -> tuple[int, str]:
        with pytest.raises(CommandError) as failure:
            run(*arguments)
        return failure.value.returncode, str(failure.value)

    return refused


@pytest.fixture
def heard(subscribe) -> list[int]:
    heard: list[int] = []
    subscribe(lambda delivery: heard.append(delivery.event.payload["number"]))
    return heard


def lit(store, number: int = 1, at: str = "2026-11-20T12:00Z") -> OutboxEvent:
    with time_machine.travel(at, tick=False):
        events.publish(lamp_lit(number=number), store=store)
    return OutboxEvent.objects.latest("pk")


def bury(*those: OutboxEvent) -> None:
    Delivery.objects.filter(event__in=those).update(state="dead", attempts=12)


# --- list -----------------------------------------------------------------------------------------


def test_lists_the_newest_first_with_how_they_fare(store, heard, run):
    first, second = lit(store, 1), lit(store, 2)
    bury(first)
    newest, oldest = run("list")
    assert newest.startswith(f"2026-11-20 12:00:00  {second.public_id}  lamp.lit")
    assert newest.endswith("1 pending")
    assert oldest.endswith("1 dead")
    assert len(run("list", "--limit", 1)) == 1


def test_lists_what_is_asked_for(store, heard, run):
    other = StoreFactory()
    first, second = lit(store, at="2026-11-19T12:00Z"), lit(other, at="2026-11-20T12:00Z")
    bury(second)

    def listed(*arguments: object) -> list[str]:
        return [line.split()[2] for line in run("list", *arguments)]

    assert listed("--since", "2026-11-20") == [str(second.public_id)]
    assert listed("--until", "2026-11-20T12:00") == [str(first.public_id)]
    assert listed("--since", "2026-11-20T13:00+01:00") == [str(second.public_id)]
    assert listed("--store", other.public_id) == [str(second.public_id)]
    assert listed("--state", "dead") == [str(second.public_id)]
    assert listed("--name", "lamp.*") == [str(second.public_id), str(first.public_id)]
    assert listed("--name", "lamp") == []


def test_lists_what_happened_a_while_ago(store, run):
    with time_machine.travel("2026-11-20T14:00Z", tick=False):
        lit(store, at="2026-11-20T11:59Z")
        recent = lit(store, at="2026-11-20T12:01Z")
        (line,) = run("list", "--since", "2h")
    assert str(recent.public_id) in line


@pytest.mark.parametrize(
    "arguments",
    [
        ["list", "--since", "yesterday"],
        ["list", "--since", "2026-13-01"],
        ["list", "--since", "999999d"],
        ["list", "--limit", "0"],
        ["list", "--limit", "many"],
        ["list", "--state", "lost"],
        ["list", "--store", "default"],
        ["show", "1"],
        ["explode"],
        [],
    ],
)
def test_what_makes_no_sense_is_said(db, refused, arguments):
    assert "error" in refused(*arguments)[1].lower()


# --- show -----------------------------------------------------------------------------------------


def test_shows_an_event_with_its_deliveries(store, subscribe, run):
    def fail(delivery):
        raise RuntimeError("no")

    subscribe(fail)
    event = lit(store)
    events.deliver_pending()
    shown = run("show", event.public_id)
    assert shown[1] == "name      lamp.lit"
    assert 'payload   {"price": null, "number": 1}' in shown
    assert shown[-1].startswith("to        lamps.react  pending next at ")
    assert "attempts: 1" in shown[-1]
    assert shown[-1].endswith('"RuntimeError: no"')


def test_shows_that_there_is_none(db, refused):
    unknown = uuid4()
    assert refused("show", unknown) == (1, f"There is no event {unknown}.")


# --- deliver --------------------------------------------------------------------------------------


def test_delivers_here_and_now(store, heard, run):
    lit(store, 7)
    assert run("deliver") == ["1 took effect, 0 are pending."]
    assert heard == [7]


# --- redeliver ------------------------------------------------------------------------------------


def test_tries_the_dead_again_by_id_of_event_or_delivery(store, heard, run):
    first, second, third = (lit(store, number) for number in (1, 2, 3))
    bury(first, second, third)
    delivery = Delivery.objects.get(event=second)
    assert run("redeliver", first.public_id, delivery.public_id) == ["2 will be tried again."]
    assert list(Delivery.objects.order_by("pk").values_list("state", flat=True)) == [
        "pending",
        "pending",
        "dead",
    ]


def test_tries_the_dead_of_one_subscriber_and_time_again(store, heard, subscribe, run):
    subscribe(lambda delivery: None, name="lamps.other")
    early, late = lit(store, at="2026-11-19T12:00Z"), lit(store, at="2026-11-20T12:00Z")
    bury(early, late)
    run("redeliver", "--subscriber", "lamps.other", "--since", "2026-11-20")
    revived = Delivery.objects.get(state="pending")
    assert (revived.event, revived.subscriber) == (late, "lamps.other")
    assert run("redeliver", "--all") == ["3 will be tried again."]


def test_redelivers_nothing_unless_told_what(store, heard, refused):
    bury(lit(store))
    status, said = refused("redeliver")
    assert (status, said.split(":")[0]) == (2, "Say which")
    assert Delivery.objects.get().state == "dead"


def test_says_when_nothing_is_dead(store, heard, refused):
    lit(store)
    assert refused("redeliver", "--all") == (1, "No dead delivery is like that.")


# --- replay ---------------------------------------------------------------------------------------


def test_only_tells_what_a_replay_would_do(store, heard, run):
    lit(store)
    events.deliver_pending()
    told = run("replay", "--subscriber", "lamps.react", "--name", "lamp.lit")
    assert told == [
        "0 would be delivered, and 1 once more.",
        "Nothing has been done. Say --yes to do it.",
    ]
    assert Delivery.objects.get().state == "done"


def test_replays_a_time_range_to_one_subscriber(store, heard, run):
    for number, day in enumerate((18, 19, 20)):
        lit(store, number, at=f"2026-11-{day}T12:00Z")
    events.deliver_pending()
    range_ = ["--since", "2026-11-19", "--until", "2026-11-20"]
    told = run("replay", "--subscriber", "lamps.react", *range_, "--yes")
    events.deliver_pending()
    assert told == ["0 will be delivered, and 1 once more."]
    assert heard == [0, 1, 2, 1]


def test_announces_a_name_again(store, line, run):
    event = lit(store)
    assert run("replay", "--announce", "--name", "lamp.lit")[0] == (
        "1 events would be announced again."
    )
    assert line.announced == []
    assert run("replay", "--announce", "--name", "lamp.lit", "--yes") == [
        "1 events were announced again."
    ]
    assert line.announced == [event]


def test_says_when_the_broker_is_away(store, line, refused):
    lit(store)
    line.room = 0
    said = refused("replay", "--announce", "--name", "lamp.lit", "--yes")
    assert said == (1, "it hung up; 0 had been announced")


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["--subscriber", "lamps.react"], 2),
        (["--announce"], 2),
        (["--subscriber", "lamps.nobody", "--name", "lamp.lit"], 2),
        (["--subscriber", "lamps.react", "--name", "lamp.broken"], 1),
    ],
)
def test_replays_nothing_that_was_not_clearly_asked_for(store, heard, refused, arguments, status):
    lit(store)
    events.deliver_pending()
    assert refused("replay", *arguments, "--yes")[0] == status
    assert Delivery.objects.get().state == "done"


def test_must_be_told_who_hears_a_replay(store, refused):
    assert "required" in refused("replay", "--name", "lamp.lit")[1]
    both = ["--announce", "--subscriber", "lamps.react"]
    assert "not allowed" in refused("replay", *both, "--name", "lamp.lit")[1]
