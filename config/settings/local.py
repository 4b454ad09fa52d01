"""A developer's machine and `make demo`: embedded servers unless the environment names others."""

import secrets
from pathlib import Path

from cryptography.fernet import Fernet

from config import env
from config.logging import logging_settings
from config.settings.base import *  # noqa: F403
from config.settings.servers import server_settings

DEBUG = env.flag("DEBUG", default=False)
SECRET_KEY = env.text("SECRET_KEY", "local-only-and-known-to-everybody-never-use-it-elsewhere")
# Without these two what was encrypted cannot be read or found again: they lie beside the data.
FIELD_ENCRYPTION_KEYS = env.secret(
    "FIELD_ENCRYPTION_KEYS", profile="local", make=lambda: Fernet.generate_key().decode()
).split(",")
BLIND_INDEX_KEY = env.secret(
    "BLIND_INDEX_KEY", profile="local", make=lambda: secrets.token_urlsafe(32)
)
# Who knows it could write the record anew, and nobody would see it.
AUDIT_KEY = env.secret("AUDIT_KEY", profile="local", make=lambda: secrets.token_urlsafe(32))
ALLOWED_HOSTS = env.names("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]", ".localhost"])
INTERNAL_IPS = ["127.0.0.1", "::1"]

globals().update(server_settings(profile="local"))

# Mails are files, one each, unless EMAIL_URL names a server.
globals().update(env.mail(default_folder=env.BASE_DIR / "var" / "mail"))

SERVE_MEDIA = env.flag("SERVE_MEDIA", default=True)
MEDIA_ROOT = env.text("MEDIA_ROOT", str(MEDIA_ROOT))  # noqa: F405
EXPORTS_ROOT = Path(env.text("EXPORTS_ROOT", str(EXPORTS_ROOT)))  # noqa: F405
# Static files are served from the apps' own folders: nothing to collect.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
LOGGING = logging_settings(
    level=env.text("LOG_LEVEL", "INFO"), json=env.flag("LOG_JSON", default=True)
)
