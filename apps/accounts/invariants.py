"""I8: keys, sessions and one-time tokens go in time, one key signs, and who is staff is so by a
role."""

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
        promise="no session of the staff site is kept for more than three days past its expiry",
        broken_rows="""
            SELECT expire_date AS expired_at FROM django_session
            WHERE expire_date < now() - interval '3 days'
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
    Invariant(
        id="I8",
        promise="who may enter the staff site has a role or is an operator, and nobody else may",
        broken_rows="""
            SELECT u.public_id AS person, u.is_staff, u.is_superuser FROM accounts_user u
            WHERE u.is_staff <> (u.is_superuser OR EXISTS (
                SELECT 1 FROM accounts_membership m WHERE m.person_id = u.id
            ))
        """,
    ),
]
