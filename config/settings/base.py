"""What every installation shares. Values from outside come through `config.env` alone."""

import sys
from typing import Any

from celery.schedules import crontab

from config import env, queues
from config.settings.admin import UNFOLD  # noqa: F401 - a setting
from config.settings.caching import *  # noqa: F403 - settings, all of them
from config.settings.edges import *  # noqa: F403
from config.settings.limits import *  # noqa: F403
from config.settings.people import *  # noqa: F403 - settings, all of them
from config.settings.schedule import expiring
from config.settings.tokens import *  # noqa: F403 - settings, all of them

BASE_DIR = env.BASE_DIR

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "apps.backoffice.site.StaffSiteConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "corsheaders",
    "csp",
    "django_filters",
    "django_otp",
    "django_prometheus",
    "django_structlog",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rest_framework",
    "config",
    "apps.core",
    "apps.events",
    "apps.idempotency",
    "apps.stores",
    "apps.mail",
    "apps.accounts",
    "apps.catalog",
    "apps.inventory",
    "apps.orders",
    "apps.audit",
    "apps.payments",
    "apps.recommendations",
    "apps.interchange",
    "apps.backoffice",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "apps.core.request_id.RequestIdMiddleware",
    "apps.core.client_address.ClientAddressMiddleware",
    "apps.core.request_log.RequestLogMiddleware",
    "apps.core.edges.EdgeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "apps.backoffice.middleware.PagePolicyMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "apps.stores.middleware.StoreMiddleware",
    "apps.accounts.middleware.HomeStoreMiddleware",
    "apps.core.rate_limit_middleware.RateLimitMiddleware",
    "apps.accounts.middleware.SecondFactorMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
APPEND_SLASH = False

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# --- language and time ---------------------------------------------------------------------------
LANGUAGE_CODE = "en"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
FORMAT_MODULE_PATH = "config.formats"

# --- files ---------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = BASE_DIR / "media"
# Whether Django serves pictures itself: fine for one machine, a web server's job in production.
SERVE_MEDIA = False
# What workers write for staff alone, sealed. Never below MEDIA_ROOT, and shared by web and workers.
EXPORTS_ROOT = BASE_DIR / "var" / "exports"
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

# --- mail ----------------------------------------------------------------------------------------
# Each conversation with a mail server is bounded: so many seconds to connect, and for each answer.
EMAIL_TIMEOUT = 10
# The sender of a store that names none of its own.
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "Tradepost <tradepost@localhost>")
MAIL_TEMPLATES = BASE_DIR / "templates" / "emails"
# What happened longer ago is not written to customers about: an import, or events told again.
MAIL_DAYS = 7
# What an import has overwritten, and the rows it has refused, are kept so long: after that it is
# not reverted any more where it changed something.
IMPORT_DETAILS_DAYS = 30

# --- API -----------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "apps.accounts.authentication.AccessTokenAuthentication",
        "apps.accounts.key_authentication.ApiKeyAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["apps.core.access.DeclaredAccess"],
    "DEFAULT_THROTTLE_CLASSES": ["apps.core.throttling.DeclaredLimits"],
    "DEFAULT_PARSER_CLASSES": ["apps.core.parsers.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PAGINATION_CLASS": "apps.core.pagination.PageNumberPagination",
    "DEFAULT_SCHEMA_CLASS": "apps.core.openapi.TradepostSchema",
    # What a route takes stands in the schema: OPTIONS is for browsers that ask before they send.
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "apps.core.problems.exception_handler",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "COERCE_DECIMAL_TO_STRING": True,
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Tradepost API",
    "DESCRIPTION": "A commerce back-end that never oversells, never charges twice and never "
    "loses an order or an event.",
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "GET_LIB_DOC_EXCLUDES": "apps.core.openapi.documented_elsewhere",
    "POSTPROCESSING_HOOKS": ["drf_spectacular.hooks.postprocess_schema_enums"],
    "ENUM_NAME_OVERRIDES": {
        "InvoiceKindEnum": "apps.orders.models.invoice.Invoice.Kind",
        "OrderStateEnum": "apps.orders.transitions.OrderState",
        "PaymentStateEnum": "apps.payments.transitions.PaymentState",
        "RefundStateEnum": "apps.payments.models.refund.Refund.State",
        "ReviewStateEnum": "apps.catalog.models.review.ReviewState",
        "StockMovementKindEnum": "apps.inventory.models.StockMovement.Kind",
    },
}
# The id is ours: RequestIdMiddleware has checked the client's, or made one.
DJANGO_STRUCTLOG_TRUST_UPSTREAM_REQUEST_ID = True

# --- shop ----------------------------------------------------------------------------------------
RESERVATION_MINUTES = env.number("RESERVATION_MINUTES", 15)
# How stock is locked: "row", "row+redis" or "optimistic" (docs/adr/0006-lock-order.md).
INVENTORY_LOCKING = env.text("INVENTORY_LOCKING", "row")
# With no more than so many left staff are told, where a stock row has no number of its own.
LOW_STOCK_THRESHOLD = env.number("LOW_STOCK_THRESHOLD", 5)
# The shop directory (host -> store) is read again after so many seconds.
STORE_DIRECTORY_SECONDS = env.number("STORE_DIRECTORY_SECONDS", 10)
IDEMPOTENCY_HOURS = 24
ADMIN_TOKENS = env.names("ADMIN_TOKENS", [])  # what exports of a store take; none: they are off
# So many exports of a store may wait, run or lie ready at once; so many run at once, of all stores.
EXPORTS_PER_STORE = env.number("EXPORTS_PER_STORE", 10)
EXPORTS_AT_ONCE = env.number("EXPORTS_AT_ONCE", 1)
EXPORT_HOURS = 24
# The same of files that staff send to be imported; so many bytes one has at most, as it is sent.
IMPORTS_PER_STORE = env.number("IMPORTS_PER_STORE", 10)
IMPORTS_AT_ONCE = env.number("IMPORTS_AT_ONCE", 1)
IMPORT_MAX_BYTES = env.number("IMPORT_MAX_BYTES", 256 * 1024 * 1024)
IMPORT_HOURS = 24
SIMULATED_GATEWAY = "apps.payments.gateways.simulated.SimulatedGateway"
STRIPE_GATEWAY = "apps.payments.gateways.stripe.StripeGateway"
# Stripe is offered where there is a key for it.
STRIPE_SECRET_KEY = env.text("STRIPE_SECRET_KEY", "")
# While they are changed there are two of them.
STRIPE_WEBHOOK_SECRETS = env.names("STRIPE_WEBHOOK_SECRETS", [])
# What the installed package was made for. Changing it changes what Stripe answers.
STRIPE_API_VERSION = "2026-10-28.endive"
# Where Stripe is; empty: where it always is.
STRIPE_API_BASE = env.text("STRIPE_API_BASE", "")
# Where a bank sends a payer back to; without it, no payment method that leads to a bank's page.
STRIPE_RETURN_URL = env.text("STRIPE_RETURN_URL", "")
# Seconds to connect and to wait for an answer, and how often a request is repeated at once.
STRIPE_TIMEOUTS = (3, 10)
STRIPE_NETWORK_RETRIES = 1
PAYMENT_GATEWAYS = [SIMULATED_GATEWAY, *([STRIPE_GATEWAY] if STRIPE_SECRET_KEY else [])]
# Who hears the simulated gateway's webhooks: a function of ours, in place of an address. Its name
# stands here because it asks the gateways in turn: imported there, it would close a circle.
SIMULATED_GATEWAY_WEBHOOK = "apps.payments.services.receive_webhook"
# After so long without news of a payment the gateway is asked.
PAYMENT_CHECK_MINUTES = 5
# A silent gateway is asked again after so many seconds, twice as many the next time, and so on.
# After so many silences in a row the order is canceled.
PAYMENT_RETRY_SECONDS = 10
PAYMENT_MAX_ATTEMPTS = 6

# --- recommendations (docs/algorithms.md) --------------------------------------------------------
RECOMMENDATIONS_ENGINE = env.text("RECOMMENDATIONS_ENGINE", "local")
# How many neighbours of each product are kept.
RECOMMENDATIONS_NEIGHBOURS = 100
# A larger penalty trusts what is bought often more; an old purchase counts half after so many days.
RECOMMENDATIONS_PENALTY = 400
RECOMMENDATIONS_HALF_LIFE_DAYS = 60
# Memory: 8 bytes times the square of the one, 32 bytes times the other, of the latest lines.
RECOMMENDATIONS_DENSE_PRODUCTS = env.number("RECOMMENDATIONS_DENSE_PRODUCTS", 6_000)
RECOMMENDATIONS_MOST_LINES = env.number("RECOMMENDATIONS_MOST_LINES", 3_000_000)

# --- events --------------------------------------------------------------------------------------
EVENTS_WAKE_RELAY = True
EVENTS_LEASE_SECONDS = 120
EVENTS_MAX_ATTEMPTS = 12
# A message to a worker that was not heard of for so long is sent again; and so many at most lie in
# the broker's queue.
EVENTS_QUEUED_SECONDS = 20
EVENTS_MOST_QUEUED = 1000

# --- Celery: what a killed worker or broker must not lose (docs/adr/0011-pipeline.md) -------------
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 120
CELERY_TASK_SOFT_TIME_LIMIT = 90
CELERY_TASK_DEFAULT_QUEUE = queues.PERIODIC
CELERY_TASK_ROUTES = {"events.deliver": {"queue": queues.DELIVERIES}}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_TIMEOUT = 2
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_PUBLISH_RETRY = False
# What runs when the broker goes ends well: its message comes again, and finds the work done.
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_DB_REUSE_MAX = sys.maxsize  # connections are given back by config/celery.py
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    "run-exports": {"task": "interchange.run_exports", "schedule": 15.0},
    "run-imports": {"task": "interchange.run_imports", "schedule": 15.0},
    "sweep-imports": {"task": "interchange.sweep_imports", "schedule": 600.0},
    "sweep-exports": {"task": "interchange.sweep_exports", "schedule": 600.0},
    "relay-events": {"task": "events.relay_events", "schedule": 5.0},
    "record-events": {"task": "audit.record_events", "schedule": 5.0},
    "sweep-reservations": {"task": "inventory.sweep_reservations", "schedule": 30.0},
    "sync-availability": {"task": "inventory.sync_availability", "schedule": crontab("20", "3")},
    "rebuild-recommendations": {"task": "recommendations.rebuild", "schedule": crontab("40")},
    "report-low-stock": {"task": "inventory.report_low_stock", "schedule": crontab("0", "5")},
    "check-payments": {"task": "payments.check_payments", "schedule": 10.0},
    "check-refunds": {"task": "payments.check_refunds", "schedule": 10.0},
    "apply-parked-provider-events": {"task": "payments.apply_parked_events", "schedule": 60.0},
    "rotate-signing-keys": {"task": "accounts.rotate_signing_keys", "schedule": 3600.0},
    "prune-signing-keys": {"task": "accounts.prune_signing_keys", "schedule": crontab("25", "4")},
    "prune-token-families": {"task": "accounts.prune_token_families", "schedule": crontab("50")},
    "prune-staff-sessions": {"task": "accounts.prune_staff_sessions", "schedule": 3600.0},
    "prune-one-time-tokens": {"task": "accounts.prune_one_time_tokens", "schedule": 3600.0},
    "prune-imports": {"task": "interchange.prune_imports", "schedule": crontab("35", "4")},
    "prune-idempotency-keys": {"task": "idempotency.prune_keys", "schedule": 3600.0},
}
CELERY_BEAT_SCHEDULE = expiring(CELERY_BEAT_SCHEDULE)
