"""Tokens: RS256, signed with the keys in the database (docs/adr/0015-tokens.md)."""

from datetime import timedelta

from config import env

SIMPLE_JWT = {
    "ALGORITHM": "RS256",
    "SIGNING_KEY": "",
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=15),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=7),
    "UPDATE_LAST_LOGIN": False,
}
# In whose name tokens are signed, and for whom: other services compare both.
JWT_ISSUER = env.text("JWT_ISSUER", "tradepost")
JWT_AUDIENCE = env.text("JWT_AUDIENCE", "tradepost-api")
# By so much may the clocks of our machines differ.
JWT_LEEWAY_SECONDS = 5
# However often somebody refreshes, after so long they have to log in again.
SESSION_MOST_DAYS = env.number("SESSION_MOST_DAYS", 90)
# A key signs for so long, is known to all for so long before it does, and is read again by each
# process after so long. Others may keep what /.well-known/jwks.json said for so long.
SIGNING_KEY_DAYS = env.number("SIGNING_KEY_DAYS", 30)
SIGNING_KEY_PUBLISHED_SECONDS = env.number("SIGNING_KEY_PUBLISHED_SECONDS", 900)
SIGNING_KEY_RING_SECONDS = env.number("SIGNING_KEY_RING_SECONDS", 30)
JWKS_MAX_AGE_SECONDS = 300
