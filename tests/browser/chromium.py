"""The machine's own Chromium, driven by Playwright; nothing is ever downloaded."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

PROGRAMS = ["chromium", "chromium-browser", "google-chrome"]


def find_chromium() -> str | None:
    """This function will return the path of the browser, if the machine has one."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


@contextmanager
def launched(program: str) -> Iterator[Browser]:
    """This function will start the browser, and end it.

    Playwright's blocking calls run an event loop in this very thread. Django sees one and refuses
    to talk to the database, in case somebody else's coroutine would wait for it: here there is
    none, only the test, which calls one after the other.
    """
    # Chromium's sandbox does not work for root, as which containers run.
    flags = ["--no-sandbox"] if os.geteuid() == 0 else []
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=flags)
            yield browser
            browser.close()
    finally:
        if before is None:
            del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
        else:
            os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before
