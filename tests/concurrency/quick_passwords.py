"""Settings of a server that looks at passwords in no time: guessing is counted, not made slow."""

from config.settings.local import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
