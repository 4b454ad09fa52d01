"""A developer's machine and `make demo`: embedded servers unless the environment names others."""

from config import env
from config.logging import logging_settings
from config.settings.base import *  # noqa: F403
from config.settings.base import broker_settings, cache_settings, with_options

DEBUG = env.flag("DEBUG", default=False)
SECRET_KEY = env.text("SECRET_KEY", "local-only-and-known-to-everybody-never-use-it-elsewhere")
ALLOWED_HOSTS = env.names("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]", ".localhost"])
INTERNAL_IPS = ["127.0.0.1", "::1"]

_cache_url, _broker_url = env.cache_and_broker(profile="local")
DATABASES = {"default": with_options(env.database(profile="local"), pooled=True)}
CACHES = cache_settings(_cache_url)
globals().update(broker_settings(_broker_url))

# Static files are served from the apps' own folders: nothing to collect.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
LOGGING = logging_settings(
    level=env.text("LOG_LEVEL", "INFO"), json=env.flag("LOG_JSON", default=True)
)
