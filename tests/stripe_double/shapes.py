"""The parameters that each operation takes. https://docs.stripe.com/api"""

import re
from typing import Any

from tests.stripe_double.errors import wrong_parameter
from tests.stripe_double.parameters import (
    Check,
    Shape,
    anything,
    boolean,
    choice,
    integer,
    listing,
    mapping,
    metadata,
    text,
)


def _currency(value: Any, param: str) -> str:
    # The reference wants lower case; Stripe itself is said to be more lenient.
    code = text(3)(value, param)
    if not re.fullmatch("[a-z]{3}", code):
        raise wrong_parameter(f"Invalid currency: {code}", param)
    return code


def _off_session(value: Any, param: str) -> bool | str:
    return value if value in {"one_off", "recurring"} else boolean(value, param)


def _created(value: Any, param: str) -> dict[str, int]:
    moment = integer(0, 99_999_999_999)
    if isinstance(value, dict):
        return Shape(dict.fromkeys(("gt", "gte", "lt", "lte"), moment)).read(value, param)
    return {"": moment(value, param)}


_EXPAND: dict[str, Check] = {"expand": listing(text())}
_WORDS = dict.fromkeys(
    ("description", "receipt_email", "statement_descriptor", "statement_descriptor_suffix"), text()
)
_CONFIRMING: dict[str, Check] = {
    **_EXPAND,
    "capture_method": choice("automatic", "automatic_async", "manual"),
    "error_on_requires_action": boolean,
    "mandate_data": anything,
    "off_session": _off_session,
    "payment_method": text(),
    "receipt_email": text(),
    "return_url": text(),
    "shipping": anything,
    "use_stripe_sdk": boolean,
}
_AUTOMATIC = Shape(
    {"enabled": boolean, "allow_redirects": choice("always", "never")}, required=("enabled",)
)
_UPDATING: dict[str, Check] = {
    **_EXPAND,
    **_WORDS,
    "amount": integer(1),
    "currency": _currency,
    "metadata": metadata,
    "payment_method": text(),
    "shipping": anything,
    "transfer_group": text(),
}
_BEYOND = frozenset(
    """
    allowed_payment_method_types amount_details amount_to_confirm application_fee_amount
    confirmation_method confirmation_token customer customer_account
    excluded_payment_method_types hooks mandate on_behalf_of payment_details
    payment_method_configuration payment_method_data payment_method_options radar_options
    setup_future_usage transfer_data
    """.split()  # noqa: SIM905 - a list of words reads better as text
)
_LISTING: dict[str, Check] = {
    **_EXPAND,
    "created": _created,
    "ending_before": text(),
    "limit": integer(1, 100),
    "starting_after": text(),
}
_OF_A_PAYMENT: dict[str, Check] = {"charge": text(), "payment_intent": text()}

CREATE = Shape(
    _UPDATING
    | _CONFIRMING
    | {
        "automatic_payment_methods": mapping(_AUTOMATIC),
        "confirm": boolean,
        "payment_method_types": listing(text()),
    },
    required=("amount", "currency"),
    beyond=_BEYOND,
)
CAPTURE = Shape(
    _EXPAND | {"amount_to_capture": integer(1), "metadata": metadata},
    beyond=_BEYOND | {"final_capture", "statement_descriptor", "statement_descriptor_suffix"},
)
_REASONS = ("duplicate", "fraudulent", "requested_by_customer", "abandoned")
CANCEL = Shape(_EXPAND | {"cancellation_reason": choice(*_REASONS)})
REFUND = Shape(
    _EXPAND
    | _OF_A_PAYMENT
    | {"amount": integer(1), "metadata": metadata, "reason": choice(*_REASONS[:3])},
    beyond=frozenset(
        {
            "currency",
            "customer",
            "instructions_email",
            "origin",
            "refund_application_fee",
            "reverse_transfer",
        }
    ),
)
SEARCH = Shape(
    _EXPAND | {"query": text(), "limit": integer(1, 100), "page": text()}, required=("query",)
)
ONE = Shape(_EXPAND)
REFUNDS = Shape(_LISTING | _OF_A_PAYMENT)
CHARGES = Shape(_LISTING | {"payment_intent": text()}, beyond=frozenset({"customer"}))
LIST = Shape(_LISTING, beyond=_BEYOND)
RETRIEVE = Shape(_EXPAND | {"client_secret": text()})
UPDATE = Shape(_UPDATING, beyond=_BEYOND | {"capture_method"})
CONFIRM = Shape(_CONFIRMING, beyond=_BEYOND)
REFUND_UPDATE = Shape(_EXPAND | {"metadata": metadata})
EVENTS = Shape(
    _LISTING | {"type": text(), "types": listing(text())}, beyond=frozenset({"delivery_success"})
)
