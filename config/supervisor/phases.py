"""What is done once before the processes start: each step with its name and its seconds."""

import subprocess
import time
from collections.abc import Callable, Sequence

from config.processes import dying_with_parent, stop
from config.supervisor.interruption import STOPPING, Interruption

LOOK_SECONDS = 0.05
STOP_SECONDS = 3.0


def run_phase(
    name: str,
    command: Sequence[str],
    *,
    interruption: Interruption,
    write: Callable[[str], None],
) -> int | None:
    """This function will run a command to its end and return its status.

    It returns nothing when we were told to stop: then the command was stopped too.
    """
    write(f"{name} ...")
    began = time.monotonic()
    process = subprocess.Popen(  # noqa: S603
        command,
        stdin=subprocess.DEVNULL,
        process_group=0,
        preexec_fn=dying_with_parent(STOPPING[1]),  # noqa: PLW1509
    )
    while process.poll() is None and not interruption:
        time.sleep(LOOK_SECONDS)
    if interruption:
        stop(process, signals=[STOPPING[1]], seconds=STOP_SECONDS)
        return None
    write(f"{name} took {time.monotonic() - began:.1f} s")
    return process.returncode
