from apps.core.errors import Conflict, Invalid, Unavailable


class BrokerAway(Unavailable):
    """The message broker did not answer, or not in time. What was to be sent is in the outbox."""

    code = "broker_away"
    title = "The message broker is away"


class UnknownSubscriber(Invalid):
    """Nobody of that name hears of events."""

    code = "unknown_subscriber"
    title = "There is no such subscriber"


class DeliveryNotDead(Conflict):
    """Only what was given up is begun again; the rest is tried by itself."""

    code = "delivery_not_dead"
    title = "The delivery was not given up"
