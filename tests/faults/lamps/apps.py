"""Ends the worker between a delivery's effect and its acknowledgement, when a test asks for it."""

import os
import signal
from pathlib import Path

from celery.signals import task_postrun
from django.apps import AppConfig

from tests.faults.lamps.effects import number_of_effects


class LampsConfig(AppConfig):
    name = "tests.faults.lamps"
    label = "lamps"

    def ready(self) -> None:
        if kills := os.environ.get("FAULT_KILLS"):
            task_postrun.connect(_maker_of_ends(Path(kills)), weak=False)


def _maker_of_ends(kills: Path):
    """Each file in `kills` is named for the number of effects after which it strikes, once."""

    def end_worker(task, **_: object) -> None:
        if task.name != "events.deliver":
            return
        effects = number_of_effects()
        for file in kills.iterdir():
            if int(file.name) <= effects:
                file.unlink()
                os.kill(os.getppid(), signal.SIGKILL)
                os.kill(os.getpid(), signal.SIGKILL)

    return end_worker
