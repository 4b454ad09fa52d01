"""I8: keys, sessions and one-time tokens go in time, and there is always one key to sign with."""

from apps.core.invariants import Invariant

INVARIANTS = [
    Invariant(
        id="I8",
        promise="one key signs and one is next, once there are keys",
        broken_rows="""
            SELECT wanted.state, (SELECT count(*) FROM accounts_signingkey) AS keys
            FROM (VALUES ('current'), ('next')) AS wanted (state)
            WHERE EXISTS (SELECT FROM accounts_signingkey)
              AND NOT EXISTS (SELECT FROM accounts_signingkey k WHERE k.state = wanted.state)
        """,
    ),
    Invariant(
        id="I8",
        promise="no signing key is kept for more than two days past its use",
        broken_rows="""
            SELECT kid, state, kept_until FROM accounts_signingkey
            WHERE kept_until < now() - interval '2 days'
        """,
    ),
    Invariant(
        id="I8",
        promise="no token family is kept for more than three days past its expiry",
        broken_rows="""
            SELECT public_id AS session, expires_at FROM accounts_tokenfamily
            WHERE expires_at < now() - interval '3 days'
        """,
    ),
    Invariant(
        id="I8",
        promise="no one-time token is kept for more than three days past its expiry",
        broken_rows="""
            SELECT public_id AS token, expires_at FROM accounts_onetimetoken
            WHERE expires_at < now() - interval '3 days'
        """,
    ),
]
