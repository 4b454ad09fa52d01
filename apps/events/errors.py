from apps.core.errors import Invalid, Unavailable


class BrokerAway(Unavailable):
    """The message broker did not answer, or not in time. What was to be sent is in the outbox."""

    code = "broker_away"
    title = "The message broker is away"


class UnknownSubscriber(Invalid):
    """Nobody of that name hears of events."""

    code = "unknown_subscriber"
    title = "There is no such subscriber"
