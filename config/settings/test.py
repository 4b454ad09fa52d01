"""The test suite: as local, with cheap password hashes and nothing running in the background."""

import tempfile
from pathlib import Path
from typing import Any

from config import env
from config.logging import logging_settings
from config.settings.base import *  # noqa: F403
from config.settings.servers import server_settings, unpooled

DEBUG = False
SECRET_KEY = "test-only-and-known-to-everybody-never-use-it-elsewhere"  # noqa: S105
FIELD_ENCRYPTION_KEYS = ["dGVzdC1vbmx5LWFuZC1rbm93bi10by1ldmVyeWJvZHk="]
BLIND_INDEX_KEY = "test-only-and-known-to-everybody-never-use-it-elsewhere-either"
AUDIT_KEY = "test-only-and-known-to-everybody-never-use-it-for-a-record"
ALLOWED_HOSTS = ["*"]

_servers = server_settings(profile=env.test_profile())
globals().update(_servers)
# No pool here: the runner drops its database at the end, and a pool would still hold on to it. And
# on a busy machine the copy of the template that each run begins with takes its time.
DATABASES = {
    alias: unpooled(database, statement_timeout=60_000)
    for alias, database in _servers["DATABASES"].items()
}

# Whatever the environment holds, no test finds its way to Stripe by accident.
STRIPE_SECRET_KEY = STRIPE_API_BASE = STRIPE_RETURN_URL = ""
STRIPE_WEBHOOK_SECRETS: list[str] = []
PAYMENT_GATEWAYS = [SIMULATED_GATEWAY]  # noqa: F405

# And no link of theirs gets into a mail.
ACCOUNT_LINKS = {"verify_email": "", "reset_password": ""}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
EVENTS_WAKE_RELAY = False
STORE_DIRECTORY_SECONDS = 0
# A test that is about a limit sets it.
RATE_LIMITS = dict.fromkeys(RATE_LIMITS, "off")  # noqa: F405
# A test that is about kept answers asks for them: rolled back, a test outdates nothing.
ANSWER_SECONDS = dict.fromkeys(ANSWER_SECONDS, 0)  # noqa: F405
# A busy machine is no reason to count apart, or to render twice.
CACHES: dict[str, Any] = _servers["CACHES"]
for _alias in ("limits", "answers"):
    CACHES[_alias]["LOCATION"] = CACHES[_alias]["LOCATION"].replace("=0.25", "=5")
UNPAID_ORDERS_PER_CUSTOMER = UNPAID_ORDERS_PER_ADDRESS = PAYMENT_ATTEMPTS_PER_ORDER = 0
SERVE_MEDIA = True
_media = tempfile.TemporaryDirectory(prefix="tradepost-media-")  # gone with the process
MEDIA_ROOT = _media.name
_exports = tempfile.TemporaryDirectory(prefix="tradepost-exports-")
EXPORTS_ROOT = Path(_exports.name)
WHITENOISE_USE_FINDERS = True
LOGGING = logging_settings(level="WARNING", json=True)
MIDDLEWARE = [*MIDDLEWARE, "tests.on_record.EveryWriteIsOnRecord"]  # noqa: F405
