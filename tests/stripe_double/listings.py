"""Lists, newest first, and the search by metadata."""

import re
from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase
from typing import Any

from tests.stripe_double.errors import no_such, wrong_parameter
from tests.stripe_double.ledger import Ledger
from tests.stripe_double.records import Charge, Intent, Refund
from tests.stripe_double.rendering import render

Params = dict[str, Any]

_CLAUSE = re.compile(r"""(\w+)(?:\[["'](.+?)["']\])?:["'](.*?)["']""")


def payment_intents(ledger: Ledger, params: Params) -> Params:
    """This function will list payments."""
    return _page(ledger.intents.values(), params, "/v1/payment_intents")


def refunds(ledger: Ledger, params: Params) -> Params:
    """This function will list refunds, of one payment if asked to."""

    def asked_for(refund: Refund) -> bool:
        return params.get("charge") in {None, refund.charge.id} and params.get(
            "payment_intent"
        ) in {None, refund.charge.intent.id}

    return _page(filter(asked_for, ledger.refunds.values()), params, "/v1/refunds")


def charges(ledger: Ledger, params: Params) -> Params:
    """This function will list charges, of one payment if asked to."""

    def asked_for(charge: Charge) -> bool:
        return params.get("payment_intent") in {None, charge.intent.id}

    return _page(filter(asked_for, ledger.charges.values()), params, "/v1/charges")


def events(ledger: Ledger, params: Params) -> Params:
    """This function will list events, of some kinds if asked to."""
    if "type" in params and "types" in params:
        raise wrong_parameter("You may not pass both `type` and `types`.", "type")
    kinds = params.get("types") or [params.get("type", "*")]

    def asked_for(event: Params) -> bool:
        return any(fnmatchcase(event["type"], kind) for kind in kinds)

    return _page(filter(asked_for, ledger.events), params, "/v1/events")


def charge(ledger: Ledger, _params: Params, name: str) -> Charge:
    """This function will show a charge."""
    return ledger.charge(name)


def event(ledger: Ledger, _params: Params, name: str) -> Params:
    """This function will show an event as it was when it was told."""
    found = ledger.events.find(name)
    if found is None:
        raise no_such("event", name, param="id")
    return found


def search_payment_intents(ledger: Ledger, params: Params) -> Params:
    """This function will find payments: clauses of equality, joined by AND."""
    tests = [_clause(text.strip()) for text in params["query"].split(" AND ")]
    found = [one for one in ledger.intents.values() if all(test(one) for test in tests)]
    page = _page(found, params | {"limit": params.get("limit", 10)}, "/v1/payment_intents/search")
    return page | {"object": "search_result", "next_page": None}


def _clause(text: str) -> Callable[[Intent], bool]:
    read = _CLAUSE.fullmatch(text)
    if not read:
        raise wrong_parameter(f"We were unable to parse your search query: {text}", "query")
    field, key, value = read.groups()
    if field == "metadata":
        return lambda intent: intent.metadata.get(key) == value
    if field not in {"status", "currency"}:
        raise wrong_parameter(f"Field `{field}` is an unsupported search field.", "query")
    return lambda intent: getattr(intent, field) == value


def _page(records: Iterable[Any], params: Params, url: str) -> Params:
    shown = [record for record in records if _created_as_asked(record, params.get("created"))]
    shown.reverse()
    names = [_field(record, "id") for record in shown]
    limit = params.get("limit", 10)
    begin, end = 0, len(shown)
    if "starting_after" in params:
        begin = _place(names, params["starting_after"], "starting_after") + 1
    if "ending_before" in params:
        end = _place(names, params["ending_before"], "ending_before")
        begin = max(begin, end - limit)
    page = shown[begin : min(end, begin + limit)]
    more = begin > 0 if "ending_before" in params else begin + len(page) < end
    paths = [path.removeprefix("data.") for path in params.get("expand", [])]
    data = [render(record, paths) for record in page]
    return {"object": "list", "data": data, "has_more": more, "url": url}


def _place(names: list[str], name: str, param: str) -> int:
    if name not in names:
        raise no_such("object", name, param=param, status=400)
    return names.index(name)


def _created_as_asked(record: Any, asked: Any) -> bool:
    if asked is None:
        return True
    created = _field(record, "created")
    return all(_COMPARISONS[sign](created, moment) for sign, moment in asked.items())


def _field(record: Any, name: str) -> Any:
    return record[name] if isinstance(record, dict) else getattr(record, name)


_COMPARISONS: dict[str, Callable[[int, int], bool]] = {
    "gt": lambda created, moment: created > moment,
    "gte": lambda created, moment: created >= moment,
    "lt": lambda created, moment: created < moment,
    "lte": lambda created, moment: created <= moment,
    "": lambda created, moment: created == moment,
}
