from uuid import uuid4


def new_gateway_key() -> str:
    """This function will return an idempotency key that no gateway has seen.

    It is stored before the gateway is called, so that whoever resumes asks with the same one.
    """
    return str(uuid4())
