"""Settings of the processes in fault tests: as local, with subscribers that count and die."""

from config.settings.local import *  # noqa: F403
from config.settings.local import INSTALLED_APPS as OURS

INSTALLED_APPS = [*OURS, "tests.faults.lamps.apps.LampsConfig"]
# What is killed while it speaks to the outside is tried again within a test's patience.
EVENTS_LEASE_SECONDS = 10
EVENTS_MAX_ATTEMPTS = 3
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
