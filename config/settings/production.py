"""Production only hardens. Whatever is missing is named when the process starts."""

from pathlib import Path

from config import env
from config.logging import logging_settings
from config.settings.base import *  # noqa: F403
from config.settings.servers import server_settings

DEBUG = False
SECRET_KEY = env.required("SECRET_KEY", hint="50 or more random characters")
FIELD_ENCRYPTION_KEYS = env.required(
    "FIELD_ENCRYPTION_KEYS", hint="Fernet keys, comma separated; the first encrypts, all decrypt"
).split(",")
BLIND_INDEX_KEY = env.required("BLIND_INDEX_KEY", hint="32 or more random characters")
AUDIT_KEY = env.required("AUDIT_KEY", hint="32 or more random characters, kept apart")
ALLOWED_HOSTS = env.required("ALLOWED_HOSTS", hint="the host names of your shops").split(",")
INTERNAL_IPS = env.names("INTERNAL_IPS", [])

env.required("DATABASE_URL", hint="postgres://user:password@host:5432/name")
env.required("AUDIT_DATABASE_URL", hint="postgres://user:password@another-host:5432/name")
env.required("REDIS_URL", hint="redis://host:6379/0")
env.required("BROKER_URL", hint="amqp://user:password@host:5672//")
globals().update(server_settings(profile="production"))

globals().update(env.mail())
env.required("DEFAULT_FROM_EMAIL", hint="the sender of stores that name none of their own")

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
STATIC_ROOT = env.text("STATIC_ROOT", str(env.BASE_DIR / "staticfiles"))
SERVE_MEDIA = env.flag("SERVE_MEDIA", default=False)
MEDIA_ROOT = env.text("MEDIA_ROOT", str(env.BASE_DIR / "media"))
EXPORTS_ROOT = Path(env.text("EXPORTS_ROOT", str(EXPORTS_ROOT)))  # noqa: F405

# Whoever knows the simulated gateway's words can pay with nothing: only a demonstration wants it.
if not env.flag("ALLOW_SIMULATED_PAYMENTS", default=False):
    PAYMENT_GATEWAYS.remove(SIMULATED_GATEWAY)  # noqa: F405
if STRIPE_SECRET_KEY:  # noqa: F405
    # Without them nobody would tell us of a payment that its payer completed.
    env.required("STRIPE_WEBHOOK_SECRETS", hint="the signing secrets of the endpoint at Stripe")

# Staff without a second factor can do nothing in the admin but set one up.
ADMIN_REQUIRES_SECOND_FACTOR = env.flag("ADMIN_REQUIRES_SECOND_FACTOR", default=True)

SECURE_SSL_REDIRECT = env.flag("SECURE_SSL_REDIRECT", default=True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = env.number("SECURE_HSTS_SECONDS", 31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
# The probes of a load balancer speak plain HTTP.
SECURE_REDIRECT_EXEMPT = [r"^health/(live|ready)$"]
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
# By this prefix browsers know that nobody but this very host may set them, and by HTTPS only.
SESSION_COOKIE_NAME = "__Host-sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken"
# Messages to staff go with the session, and need no cookie of their own.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_TRUSTED_ORIGINS = env.names("CSRF_TRUSTED_ORIGINS", [])
LOGGING = logging_settings(level=env.text("LOG_LEVEL", "INFO"), json=True)
