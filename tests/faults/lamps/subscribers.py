import os
import signal

from apps.events.models import Delivery
from apps.events.registry import external_subscriber, inner_subscriber
from tests.faults.lamps.effects import write_effect
from tests.faults.lamps.events import FuseBlown, LampSwitched


@inner_subscriber(LampSwitched)
def count_inside(delivery: Delivery) -> None:
    write_effect("inner", delivery.public_id)


@external_subscriber(LampSwitched)
def tell_outside(delivery: Delivery) -> None:
    write_effect("external", delivery.public_id)


@inner_subscriber(FuseBlown)
def die(delivery: Delivery) -> None:
    os.kill(os.getpid(), signal.SIGKILL)
