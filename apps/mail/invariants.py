"""I8: no mail is on its way for ever."""

from apps.core.invariants import Invariant

INVARIANTS = [
    Invariant(
        id="I8",
        promise="no mail is being sent for more than an hour",
        broken_rows="""
            SELECT public_id AS mail, template, recipient, attempts, failure FROM mail_sentmail
            WHERE state = 'sending' AND created_at < now() - interval '1 hour'
        """,
    ),
]
