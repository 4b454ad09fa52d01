"""How Stripe is spoken to: one client for each process, and one meaning for all its silences."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

import stripe
import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings

from apps.payments.errors import GatewayUnavailable
from apps.payments.gateways.stripe_answers import UnreadableAnswer

log = structlog.get_logger(__name__)

# Of requests that were fine and came at a bad moment.
_BUSY = {"lock_timeout", "idempotency_key_in_use", "rate_limit"}

# What the package stumbles over, and we, when somebody else answers in Stripe's place.
_STRANGE = (UnreadableAnswer, AttributeError, LookupError, TypeError, ValueError)


def stripe_client() -> stripe.StripeClient:
    """This function will return this process's client for the account that is set up."""
    return _client(
        os.getpid(),
        settings.STRIPE_SECRET_KEY,
        settings.STRIPE_API_VERSION,
        settings.STRIPE_API_BASE,
        settings.STRIPE_TIMEOUTS,
        settings.STRIPE_NETWORK_RETRIES,
    )


@lru_cache(maxsize=4)
def _client(
    process: int,  # connections are not shared with children
    key: str,
    version: str,
    base: str,
    timeouts: tuple[float, float],
    retries: int,
) -> stripe.StripeClient:
    # It would write a file into the home directory and tell Stripe about this machine.
    stripe.enable_telemetry = False
    return stripe.StripeClient(
        key,
        stripe_version=version,
        base_addresses={"api": base} if base else None,
        max_network_retries=retries,
        # It keeps a session for each thread, so threads may share it.
        http_client=stripe.RequestsClient(timeout=timeouts),
    )


@contextmanager
def asking(what: str) -> Iterator[None]:
    """This function will turn every way of not answering into `GatewayUnavailable`.

    `CardError` and `InvalidRequestError` are answers, and pass. Messages are not logged: Stripe
    puts the end of a wrong key into them.
    """
    try:
        yield
    except stripe.CardError:
        raise
    except stripe.InvalidRequestError as error:
        if error.code not in _BUSY:
            raise
        raise _unavailable(what, error) from error
    except (stripe.AuthenticationError, stripe.PermissionError, stripe.IdempotencyError) as error:
        # Ours to mend: a wrong key, or one idempotency key for two different things.
        log.error("stripe_refused_us", **_told(what, error))  # noqa: TRY400 - see above
        raise GatewayUnavailable from None
    except stripe.StripeError as error:
        if isinstance(error.__cause__, SoftTimeLimitExceeded):
            raise error.__cause__ from None  # the end of the task that asks, not of the line
        raise _unavailable(what, error) from error
    except _STRANGE as error:
        log.exception("stripe_answer_unreadable", asked=what)
        raise GatewayUnavailable from error


def _unavailable(what: str, error: stripe.StripeError) -> GatewayUnavailable:
    log.warning("stripe_did_not_answer", **_told(what, error))
    return GatewayUnavailable()


def _told(what: str, error: stripe.StripeError) -> dict[str, object]:
    return {
        "asked": what,
        "error": type(error).__name__,
        "code": error.code,
        "status": error.http_status,
        "stripe_request_id": error.request_id,
    }
