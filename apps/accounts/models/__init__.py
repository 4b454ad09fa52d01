"""People: who they are to a store, how they prove it, what they may do there, where they live."""

from apps.accounts.models.address import Address
from apps.accounts.models.api_key import ApiKey
from apps.accounts.models.membership import Membership
from apps.accounts.models.one_time_token import OneTimeToken
from apps.accounts.models.recovery_code import RecoveryCode
from apps.accounts.models.second_factor import SecondFactor
from apps.accounts.models.signing_key import SigningKey, SigningKeyState
from apps.accounts.models.token_family import EndReason, TokenFamily
from apps.accounts.models.user import User

__all__ = [
    "Address",
    "ApiKey",
    "EndReason",
    "Membership",
    "OneTimeToken",
    "RecoveryCode",
    "SecondFactor",
    "SigningKey",
    "SigningKeyState",
    "TokenFamily",
    "User",
]
