from apps.idempotency.services.claim_key import Claim, claim_key
from apps.idempotency.services.forget_caller import answers_of, forget_caller
from apps.idempotency.services.prune_keys import prune_keys
from apps.idempotency.services.release_key import release_key
from apps.idempotency.services.remember_answer import remember_answer

__all__ = [
    "Claim",
    "answers_of",
    "claim_key",
    "forget_caller",
    "prune_keys",
    "release_key",
    "remember_answer",
]
