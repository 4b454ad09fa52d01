"""The test suite: as local, with cheap password hashes and nothing running in the background."""

import tempfile

from config import env
from config.logging import logging_settings
from config.settings.base import *  # noqa: F403
from config.settings.base import broker_settings, cache_settings, with_options

DEBUG = False
SECRET_KEY = "test-only-and-known-to-everybody-never-use-it-elsewhere"  # noqa: S105
ALLOWED_HOSTS = ["*"]

_cache_url, _broker_url = env.cache_and_broker(profile="test")
# No pool here: the runner drops its database at the end, and a pool would still hold on to it.
DATABASES = {"default": with_options(env.database(profile="test"), pooled=False)}
# On a busy machine the copy of the template that each run begins with takes its time.
DATABASES["default"]["OPTIONS"]["options"] += " -c statement_timeout=60000"
CACHES = cache_settings(_cache_url)
globals().update(broker_settings(_broker_url))

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EVENTS_WAKE_RELAY = False
STORE_DIRECTORY_SECONDS = 0
MEDIA_ROOT = tempfile.mkdtemp(prefix="tradepost-media-")
WHITENOISE_USE_FINDERS = True
LOGGING = logging_settings(level="WARNING", json=True)
