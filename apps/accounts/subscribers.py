"""What accounts do when they hear of something: they write to the person."""

from apps.accounts import services
from apps.accounts.events import (
    CustomerRegistered,
    EmailVerificationRequested,
    PasswordChanged,
    PasswordResetRequested,
)
from apps.events.models import Delivery
from apps.events.registry import external_subscriber


@external_subscriber(CustomerRegistered)
def mail_welcome(delivery: Delivery) -> None:
    """This function will ask somebody new to verify their address."""
    services.mail_email_verification(person_id=delivery.event.aggregate_id, key=delivery.public_id)


@external_subscriber(EmailVerificationRequested)
def mail_email_verification(delivery: Delivery) -> None:
    """This function will ask somebody to verify their address."""
    services.mail_email_verification(
        person_id=delivery.event.aggregate_id,
        key=delivery.public_id,
        asked_at=delivery.event.created_at,
    )


@external_subscriber(PasswordResetRequested)
def mail_password_reset(delivery: Delivery) -> None:
    """This function will mail a link to whoever has the address that was typed, if anybody has."""
    services.mail_password_reset(request_id=delivery.event.aggregate_id, key=delivery.public_id)


@external_subscriber(PasswordChanged)
def mail_password_changed(delivery: Delivery) -> None:
    """This function will tell somebody that their password was changed, in case it was not they."""
    services.mail_password_changed(
        person_id=delivery.event.aggregate_id,
        changed_at=delivery.event.created_at,
        key=delivery.public_id,
    )
