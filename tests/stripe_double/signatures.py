"""`Stripe-Signature`. https://docs.stripe.com/webhooks#verify-manually"""

import hashlib
import hmac
from collections.abc import Iterable


def sign(body: bytes, secrets: Iterable[str], timestamp: int) -> str:
    """This function will return the header over a body: one `v1` for each secret in use."""
    signatures = [f"v1={_digest(body, secret, timestamp)}" for secret in secrets]
    # In test mode Stripe adds a `v0` that proves nothing.
    return ",".join([f"t={timestamp}", *signatures, f"v0={_digest(body, 'v0', timestamp)}"])


def _digest(body: bytes, secret: str, timestamp: int) -> str:
    return hmac.new(secret.encode(), b"%d." % timestamp + body, hashlib.sha256).hexdigest()
