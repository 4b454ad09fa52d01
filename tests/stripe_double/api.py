"""From a request to its answer: who asks, for what, whether again, and what goes wrong."""

import base64
import binascii
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.stripe_double.answers import Answer, Received, Request, as_json
from tests.stripe_double.errors import Refused
from tests.stripe_double.faults import Fault, Faults
from tests.stripe_double.forms import decode_form
from tests.stripe_double.idempotency import Memory
from tests.stripe_double.ids import new_id
from tests.stripe_double.ledger import Ledger
from tests.stripe_double.operations import Operation, find_operation
from tests.stripe_double.rendering import render


class ConnectionLost(Exception):
    """No answer: the connection is to be reset."""


@dataclass
class Account:
    """A Stripe account: a secret key, and books of its own."""

    id: str
    client_key: str
    ledger: Ledger
    memory: Memory = field(default_factory=Memory)


@dataclass(frozen=True)
class _Call:
    """A request understood."""

    account: Account
    operation: Operation
    names: tuple[str, ...]
    path: str
    given: dict[str, Any]
    key: str
    request_id: str


class Api:
    """Stripe's API. `lock` guards the books, never a delay; `pause` sleeps until the end comes."""

    def __init__(self, *, pause: Callable[[float], None]) -> None:
        self.lock = threading.RLock()
        self.accounts: dict[str, Account] = {}
        self.faults = Faults()
        self.requests: list[Received] = []
        self._pause = pause

    def answer(self, request: Request) -> Answer:
        """This function will answer a request.

        Raises:
            ConnectionLost: it is not to be answered at all.
        """
        seen = Received(request.method, request.path)
        with self.lock:
            self.requests.append(seen)
        request_id = new_id("req", 14)
        try:
            answer = self._answer(request, seen, request_id)
        except Refused as refused:
            answer = _refusal(refused)
        seen.status = answer.status
        seen.replayed = "Idempotent-Replayed" in answer.headers
        if seen.idempotency_key:
            answer = answer.with_headers(idempotency_key=seen.idempotency_key)
        return answer.with_headers(request_id=request_id, stripe_version=seen.stripe_version)

    def _answer(self, request: Request, seen: Received, request_id: str) -> Answer:
        account = self._account_of(request.headers)
        seen.account = account.id
        seen.stripe_version = _version(request, account)
        call = _understand(request, account, request_id)
        seen.operation, seen.params = call.operation.name, call.given
        seen.idempotency_key = call.key
        with self.lock:
            fault = self.faults.take(call.operation.name)
        self._strike_before(fault)
        answer = self._answer_once(call, fault)
        self._strike_after(fault)
        if fault and fault.kind == "error_after" and not fault.kept:
            raise fault.error()
        return answer

    def _account_of(self, headers: Mapping[str, str]) -> Account:
        key = _secret_key(headers.get("authorization", ""))
        if not key:
            message = (
                "You did not provide an API key. You need to provide your API key in the "
                "Authorization header, using Bearer auth (e.g. 'Authorization: Bearer "
                "YOUR_SECRET_KEY')."
            )
            raise Refused(401, message, kept=False)
        if key not in self.accounts:
            shown = f"{key[:8]}{'*' * 8}{key[-4:]}"
            raise Refused(401, f"Invalid API Key provided: {shown}", kept=False)
        return self.accounts[key]

    def _strike_before(self, fault: Fault | None) -> None:
        if fault is None:
            return
        if fault.kind == "hang_before":
            self._pause(fault.seconds)
        if fault.kind in {"hang_before", "reset_before"}:
            raise ConnectionLost
        if fault.kind in {"rate_limit", "lock_timeout"}:
            raise fault.error()
        if fault.kind == "error_before" and not fault.kept:
            raise fault.error()

    def _strike_after(self, fault: Fault | None) -> None:
        if fault and fault.kind == "hang_after":
            self._pause(fault.seconds)
        if fault and fault.kind == "reset_after":
            raise ConnectionLost

    def _answer_once(self, call: _Call, fault: Fault | None) -> Answer:
        if not call.key:
            return self._execute(call, fault)
        memory = call.account.memory
        with self.lock:
            answer = memory.claim(
                call.key, path=call.path, params=call.given, request_id=call.request_id
            )
        if answer:
            return answer
        try:
            answer = self._execute(call, fault)
            with self.lock:
                memory.keep(call.key, answer)
            return answer
        finally:
            with self.lock:
                memory.release(call.key)

    def _execute(self, call: _Call, fault: Fault | None) -> Answer:
        if fault and fault.kind == "slow":
            self._pause(fault.seconds)
        params = call.operation.read(call.given)
        if fault and fault.kind == "error_before":
            return _refusal(fault.error())
        with self.lock:
            answer = _run(call, params)
        if fault and fault.kind == "error_after" and fault.kept:
            return _refusal(fault.error())
        return answer


def _run(call: _Call, params: dict[str, Any]) -> Answer:
    ledger = call.account.ledger
    ledger.request = {"id": call.request_id, "idempotency_key": call.key or None}
    try:
        record = call.operation.run(ledger, params, *call.names)
        answer = as_json(200, render(record, params.get("expand", ())))
    except Refused as refused:
        if not refused.kept:
            raise
        answer = _refusal(refused)
    finally:
        ledger.request = {"id": None, "idempotency_key": None}
    call.account.memory.executions[call.key] += 1
    return answer


def _refusal(refused: Refused) -> Answer:
    answer = as_json(refused.status, refused.body)
    if refused.status >= 500 and not refused.kept:
        return answer  # a proxy says nothing of it, and the client decides by the status
    again = "true" if refused.status in {409, 429} else "false"
    return answer.with_headers(stripe_should_retry=again)


def _secret_key(authorization: str) -> str:
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value).decode().partition(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return ""


def _version(request: Request, account: Account) -> str:
    version = request.headers.get("stripe-version", account.ledger.events.api_version)
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}(\.[a-z]+)?", version):
        raise Refused(400, f"Invalid Stripe API version: {version}", kept=False)
    return version


def _understand(request: Request, account: Account, request_id: str) -> _Call:
    found = find_operation(request.method, request.path)
    if found is None:
        where = f"{request.method}: {request.path}"
        raise Refused(404, f"Unrecognized request URL ({where}).", kept=False)
    operation, names = found
    sent = request.query if request.method == "GET" else request.body.decode(errors="replace")
    # A key on a GET means nothing: to read is idempotent by itself.
    key = "" if request.method == "GET" else request.headers.get("idempotency-key", "")
    return _Call(account, operation, names, request.path, decode_form(sent), key, request_id)
