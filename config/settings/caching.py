"""Which rendered answers are kept in Redis, and for how long (docs/adr/0022-cached-answers.md)."""

from config import env

# So many seconds at most; 0: they are not kept. A committed change ends them before.
ANSWER_SECONDS = {
    name: env.number(f"CACHE_{name.upper()}_SECONDS", usual)
    for name, usual in {
        "product": 300,
        "products": 300,
        "suggestions": 300,
        "category": 3600,
        "categories": 3600,
        "order": 300,
        "recommendations": 300,
    }.items()
}
# Another word, and nothing that was kept is found any more.
ANSWER_GENERATION = env.text("CACHE_GENERATION", "1")
# What is larger is not kept, and a list that is asked for in more words is not either.
ANSWER_MOST_BYTES = 256 * 1024
ANSWER_MOST_QUERY = 200
# While somebody renders an answer others wait for it so long, and then render it themselves. Who
# has not ended after so long is waited for no more.
ANSWER_WAIT_SECONDS = 0.5
ANSWER_RENDERING_SECONDS = 3
