from apps.events.services.announce_again import announce_again
from apps.events.services.announce_events import announce_events
from apps.events.services.deliver_event import Outcome, deliver_event
from apps.events.services.deliver_pending import deliver_pending
from apps.events.services.dispatch_deliveries import dispatch_deliveries
from apps.events.services.follow_feed import follow_feed
from apps.events.services.forget_answers import forget_answers
from apps.events.services.number_events import number_events
from apps.events.services.plan_replay import plan_replay
from apps.events.services.publish_events import publish
from apps.events.services.redeliver import redeliver
from apps.events.services.relay_events import Relayed, relay_events
from apps.events.services.replay_deliveries import Replayed, replay_deliveries
from apps.events.services.resume_deliveries import resume_deliveries
from apps.events.services.start_task import start_task

__all__ = [
    "Outcome",
    "Relayed",
    "Replayed",
    "announce_again",
    "announce_events",
    "deliver_event",
    "deliver_pending",
    "dispatch_deliveries",
    "follow_feed",
    "forget_answers",
    "number_events",
    "plan_replay",
    "publish",
    "redeliver",
    "relay_events",
    "replay_deliveries",
    "resume_deliveries",
    "start_task",
]
