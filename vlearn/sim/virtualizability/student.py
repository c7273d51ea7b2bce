"""Calls a semantic function that somebody wrote in a cell, and says what is wrong with it: the line, and the state.

A function must return a state of the machine, mutate nothing and end. It is stopped after so many of its own lines; a
single line that never ends by itself, in code that is not Python, cannot be stopped this way.
"""

import linecache
import sys
from collections.abc import Callable
from dataclasses import FrozenInstanceError, replace
from types import CodeType, FrameType, TracebackType
from typing import Any

from vlearn.errors import ModelError
from vlearn.sim.virtualizability.definitions import Mode
from vlearn.sim.virtualizability.third_generation import FIELD, WORD, MemoryTrap, State

LINES = 5_000
"""Lines that one execution of an instruction may take."""


class _TooLong(BaseException):
    """Raised in the function itself: no `except Exception` there catches it."""


def call(mnemonic: str, semantics: Callable[[State, int], Any], state: State, operand: int) -> State:
    """The state that the function returns. Lets MemoryTrap through, and turns every other failure into a ModelError."""
    given = replace(state)
    try:
        with _Watch(semantics) as watch:
            after = semantics(given, operand)
    except MemoryTrap:
        raise
    except _TooLong:
        raise ModelError(
            f"{_where(mnemonic, operand, semantics, watch.line)}: it did not end within {LINES} lines, {_given(state)}"
        ) from None
    except Exception as problem:
        line = _line(semantics, problem.__traceback__)
        changed = isinstance(problem, FrozenInstanceError) or "item assignment" in str(problem)
        hint = "; a state cannot be changed: return another, such as state.write(0, 1).next()" if changed else ""
        said = f"{type(problem).__name__}: {problem}".rstrip(": ")
        raise ModelError(f"{_where(mnemonic, operand, semantics, line)}: {said}, {_given(state)}{hint}") from problem
    wrong = _fault(state, after) if given == state else "it changed the state it was given, behind that state's back"
    if wrong:
        raise ModelError(f"{_where(mnemonic, operand, semantics, None)}: {wrong}, {_given(state)}")
    return after  # type: ignore[no-any-return]


def _fault(before: State, after: object) -> str:
    """What is wrong with what a function returned; empty if it is a state of the machine."""
    if after is None:
        return "it returned nothing; an instruction that does nothing returns state.next()"
    if not isinstance(after, State):
        return f"it returned {after!r:.60}, which is no state; return what state.next() or another of its methods gives"
    if len(after.memory) != len(before.memory):
        return f"it returned a state of {len(after.memory)} words; this machine has {len(before.memory)}"
    for place, word in enumerate(after.memory):
        if not _is_number(word, WORD):
            return f"it left {word!r:.60} in E[{place}]; a word is a whole number from 0 to {WORD:#x}"
    if after.mode not in tuple(Mode):
        return f"it left {after.mode!r:.60} as mode; the modes are Mode.SUPERVISOR and Mode.USER"
    for name in ("counter", "base", "bound"):
        value = getattr(after, name)
        if not _is_number(value, FIELD):
            return f"it left {value!r:.60} as {name}; that is a whole number from 0 to {FIELD}"
    return ""


def _is_number(value: object, most: int) -> bool:
    return isinstance(value, int) and 0 <= value <= most


def _given(state: State) -> str:
    words = " ".join(f"{word:#x}" for word in state.window)
    return (
        f"executed in {state.mode.value} mode with P = {state.counter}, R = ({state.base}, {state.bound})"
        f" and the words {words}"
    )


def _where(mnemonic: str, operand: int, semantics: Callable[..., Any], line: int | None) -> str:
    code = _code(semantics)
    if code is None:
        return f"instruction {mnemonic} {operand}"
    number = line or code.co_firstlineno
    source = linecache.getline(code.co_filename, number).strip()
    return f"instruction {mnemonic} {operand}, line {number}" + (f" (`{source}`)" if source else "")


def _line(semantics: Callable[..., Any], trace: TracebackType | None) -> int | None:
    """The last line of the function's own file that the traceback went through."""
    code, line = _code(semantics), None
    while trace:
        if code and trace.tb_frame.f_code.co_filename == code.co_filename:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _code(semantics: Callable[..., Any]) -> CodeType | None:
    found = getattr(semantics, "__code__", None) or getattr(getattr(semantics, "__call__", None), "__code__", None)  # noqa: B004
    return found if isinstance(found, CodeType) else None


class _Watch:
    """Counts what runs in it, and raises _TooLong after LINES, or as many opcodes as they may have.

    A loop on a single line is no new line, so opcodes count as well. Whatever traced before traces on afterwards.
    """

    def __init__(self, semantics: Callable[..., Any]) -> None:
        code = _code(semantics)
        self._file = code.co_filename if code else ""
        self._left = {"line": LINES, "opcode": 20 * LINES}
        self.line: int | None = None

    def __enter__(self) -> "_Watch":
        self._before = sys.gettrace()
        sys.settrace(self._trace)
        return self

    def __exit__(self, *_: object) -> None:
        sys.settrace(self._before)

    def _trace(self, frame: FrameType, event: str, argument: object) -> Callable[..., Any]:
        frame.f_trace_opcodes = True
        if event in self._left:
            self._left[event] -= 1
            if frame.f_code.co_filename == self._file:
                self.line = frame.f_lineno
            if self._left[event] <= 0:
                raise _TooLong
        return self._trace
