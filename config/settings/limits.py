"""How much of everything one client may have (docs/adr/0019-limits.md)."""

from config import env

# Whose X-Forwarded-For is believed; "unix" stands for a proxy that speaks through a Unix socket.
TRUSTED_PROXIES = env.networks("TRUSTED_PROXIES")
# How often each client may do what; "off" lifts a limit.
RATE_LIMITS = {
    name: env.rate(f"RATE_LIMIT_{name.upper()}", usual)
    for name, usual in {
        "default": "100/60s",
        "login": "10/15m",
        "login_account": "10/15m",
        "register": "10/h",
        "password_reset": "10/h",
        "email_verify": "20/h",
        "order": "5/m",
        "payment": "10/m",
        "review": "10/h",
        "webhook": "600/m",
    }.items()
}
# What a client is: for some an address, for some the account that is named in the body; for all
# others who is logged in or, for want of anybody, the address.
RATE_LIMITS_BY_ADDRESS = ["login", "register", "password_reset", "email_verify", "webhook"]
RATE_LIMITS_BY_ACCOUNT = ["login_account"]
# Without Redis nobody is kept by these; all others are counted by each process for itself.
RATE_LIMITS_FAIL_OPEN = ["default", "webhook"]
# Pages that are no API views.
RATE_LIMITED_PAGES = {"admin:login": ["login", "login_account"]}
RATELIMIT_USE_CACHE = "limits"
# So many orders may wait to be paid at once, of one customer and from one address; 0: any number.
UNPAID_ORDERS_PER_CUSTOMER = env.number("UNPAID_ORDERS_PER_CUSTOMER", 5)
UNPAID_ORDERS_PER_ADDRESS = env.number("UNPAID_ORDERS_PER_ADDRESS", 20)
# A pending order is tried to be paid so often; 0: as often as one likes.
PAYMENT_ATTEMPTS_PER_ORDER = env.number("PAYMENT_ATTEMPTS_PER_ORDER", 10)

# --- how large a request may be
API_MAX_BODY_BYTES = 1024 * 1024
API_MAX_JSON_DEPTH = 32
API_MAX_JSON_MEMBERS = 1000  # of one object
API_MAX_DIGITS = 40  # of one number
DATA_UPLOAD_MAX_MEMORY_SIZE = API_MAX_BODY_BYTES
IMAGE_MAX_BYTES = 8 * 1024 * 1024
IMAGE_MAX_PIXELS = 40_000_000
