"""Why a mail has not gone out yet. Whoever wanted it tries again."""

from apps.core.errors import Unavailable


class MailUnderWay(Unavailable):
    """Another process is handing this mail over, or died doing so a moment ago."""

    code = "mail_under_way"
    title = "The mail is being sent already"


class MailNotSent(Unavailable):
    """The mail server was not to be had, or asked to come back later."""

    code = "mail_not_sent"
    title = "The mail could not be sent"
