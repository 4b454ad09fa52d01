"""The queues of tasks: one for what beat starts and one for deliveries, so that a backlog of
deliveries keeps no periodic task waiting. A worker serves both.

The arguments of a queue that exists cannot be changed: whoever changes these gives new names.
"""

from kombu import Exchange, Queue

PERIODIC = "tradepost.periodic"
DELIVERIES = "tradepost.deliveries"
DEAD_LETTERS = "tradepost.dead"


def quorum_queues() -> list[Queue]:
    """This function will return RabbitMQ's queues: they outlive the death of the broker, and put
    aside a message that ends every worker which takes it.

    Workers that stop give back what they had fetched, and that counts too: hence not two or three.
    """
    return [
        Queue(
            name,
            Exchange("tradepost.tasks", type="topic", durable=True),
            routing_key=name,
            queue_arguments={
                "x-queue-type": "quorum",
                "x-delivery-limit": 10,
                "x-dead-letter-exchange": DEAD_LETTERS,
            },
        )
        for name in (PERIODIC, DELIVERIES)
    ]


def plain_queues() -> list[Queue]:
    """This function will return the queues of a Redis or Valkey. They are reached directly: the
    bindings of a topic exchange would be gone with a flush."""
    return [
        Queue(name, Exchange(name, type="direct"), routing_key=name)
        for name in (PERIODIC, DELIVERIES)
    ]


def dead_letters() -> Queue:
    """This function will return the place for messages that were put aside."""
    return Queue(
        DEAD_LETTERS,
        Exchange(DEAD_LETTERS, type="fanout", durable=True),
        queue_arguments={"x-queue-type": "quorum"},
    )
