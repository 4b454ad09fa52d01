"""What browsers may do with our answers."""

from corsheaders.defaults import default_headers

from config import env

CSRF_FAILURE_VIEW = "apps.backoffice.refusals.csrf_failure"
CORS_ALLOWED_ORIGINS = env.names("CORS_ALLOWED_ORIGINS", [])
CORS_ALLOW_HEADERS = [
    *default_headers,
    "idempotency-key",
    "if-match",
    "if-none-match",
    "x-admin-token",
    "x-cart-token",
    "x-request-id",
]
CORS_EXPOSE_HEADERS = [
    "ETag",
    "Idempotent-Replayed",
    "Location",
    "RateLimit",
    "RateLimit-Policy",
    "Retry-After",
    "WWW-Authenticate",
    "X-Cache-Hit",
    "X-Cart-Token",
    "X-Request-ID",
]

# --- content security policy: strict for the API, more for the pages that are made for people -----
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "object-src": ["'none'"],
    },
}
_PAGE = {"style-src": ["'self'", "'unsafe-inline'"], "img-src": ["'self'", "data:", "blob:"]}
CONTENT_SECURITY_POLICY_BELOW = {
    # The theme's scripts (Alpine.js) evaluate expressions that stand in the page.
    "/admin/": _PAGE | {"script-src": ["'self'", "'unsafe-eval'"]},
    "/api/docs/": _PAGE,
    # Redoc searches in a worker of its own making.
    "/api/redoc/": _PAGE | {"worker-src": ["'self'", "blob:"]},
}
