"""Calls behind guards: bulkhead, circuit breaker, time-out and retry, in the order in which a call meets them.

A time-out ends the waiting, not the work: the callee goes on, and what it does is wasted. A call that its bulkhead or
its breaker holds back has failed at once, and counts as an attempt, but the breaker does not count what the bulkhead
held back. In Resilience4j's usual order the bulkhead comes last, and its refusals do count.
"""

from typing import TYPE_CHECKING

from vlearn.sim.services.guards import Circuit, ask, learn
from vlearn.sim.services.latency import nanoseconds
from vlearn.sim.services.stations import Attempt, Edge, Visit

if TYPE_CHECKING:
    from vlearn.sim.services.engine import Machine


def attempt(machine: "Machine", edge: Edge, caller: Visit, nth: int) -> None:
    """Make the call for the n-th time, if bulkhead and breaker let it through."""
    call = edge.call
    if call.bulkhead is not None and edge.out >= call.bulkhead:
        edge.rejected += 1
        _tell(machine, "reject", edge, caller, f"bulkhead full: {edge.out} calls to {call.to} are out already")
        _failed(machine, edge, caller, nth)
        return
    if call.breaker is not None:
        circuit, allowed = ask(call.breaker, edge.circuit, machine.now)
        _turn(machine, edge, caller, circuit)
        if not allowed:
            edge.broken += 1
            _tell(machine, "reject", edge, caller, f"the breaker to {call.to} is {circuit.state}: no call is made")
            _failed(machine, edge, caller, nth)
            return
    edge.out += 1
    tried = Attempt(edge, caller, nth)
    if edge.timeout:
        machine.at(machine.now + edge.timeout, lambda one: _timed_out(machine, one), tried)
    machine.enter(edge.target, tried, caller.number, 0)


def answered(machine: "Machine", tried: Attempt, good: bool) -> None:
    """The callee is done with it; nobody may wait any more."""
    if tried.done:
        tried.edge.target.wasted += good
        return
    _conclude(machine, tried, good)
    if good:
        machine.go_on(tried.caller)
    else:
        _failed(machine, tried.edge, tried.caller, tried.nth)


def _timed_out(machine: "Machine", tried: Attempt) -> None:
    if tried.done:
        return
    edge, caller = tried.edge, tried.caller
    edge.timeouts += 1
    _tell(machine, "time-out", edge, caller, f"{caller.station.name} waits no longer for {edge.call.to}")
    _conclude(machine, tried, False)
    _failed(machine, edge, caller, tried.nth)


def _conclude(machine: "Machine", tried: Attempt, good: bool) -> None:
    edge = tried.edge
    tried.done = True
    edge.out -= 1
    if edge.call.breaker is not None:
        _turn(machine, edge, tried.caller, learn(edge.call.breaker, edge.circuit, machine.now, tried.round, good))


def _turn(machine: "Machine", edge: Edge, caller: Visit, circuit: Circuit) -> None:
    before, edge.circuit = edge.circuit.state, circuit
    if circuit.state != before:
        words = f"the breaker from {caller.station.name} to {edge.call.to} is {circuit.state}"
        _tell(machine, f"breaker-{circuit.state}", edge, caller, words)


def _failed(machine: "Machine", edge: Edge, caller: Visit, nth: int) -> None:
    retry = edge.call.retry
    if retry is None or nth >= retry.attempts:
        machine.returned(caller, False)
        return
    wait = retry.back_off(nth, edge.chance() if retry.jitter != "none" else 0.0)
    edge.retries += 1
    _tell(machine, "back-off", edge, caller, f"{caller.station.name} will try {edge.call.to} again in {wait:g} s")
    machine.at(machine.now + nanoseconds(wait), lambda one: attempt(machine, edge, one, nth + 1), caller)


def _tell(machine: "Machine", kind: str, edge: Edge, caller: Visit, words: str) -> None:
    if machine.watch:
        machine.watch(kind, f"request {caller.number}: {words}", (caller.station.name, edge.call.to))
