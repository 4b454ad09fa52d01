import os
import signal

from celery import shared_task


@shared_task(name="faults.end_process")
def end_process() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
