"""Which model runs which case file. A format is recognised by the shape of the document, never by its file name.

To bring a model under conformance, give its format a `run`: a function from a case to None, or to a sentence that
says how the model differs from the recording.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.conformance import (
    cpu_answers,
    k8s_cases,
    k8s_rest_cases,
    k8s_trace_cases,
    kernel_cases,
    memory_cases,
    overlay_cases,
)

Case = Mapping[str, Any]
Document = Mapping[str, Any]
Run = Callable[[Case], str | None]


@dataclass(frozen=True)
class Format:
    """A kind of case file: how it is recognised, where its cases are, and what runs one (None: no model yet)."""

    name: str
    recognises: Callable[[Document], bool]
    cases_under: str = "cases"
    run: Run | None = None


def _meta(document: Document) -> Mapping[str, Any]:
    meta = document.get("meta", {})
    return meta if isinstance(meta, Mapping) else {}


def _named(name: str, run: Run) -> Format:
    return Format(name, lambda document: _meta(document).get("format") == name, run=run)


FORMATS: tuple[Format, ...] = (
    *(_named(name, run) for name, run in {**memory_cases.FORMATS, **cpu_answers.FORMATS}.items()),
    Format("overlay", lambda document: "backing_fs" in _meta(document), run=overlay_cases.overlay),
    Format("kernel", lambda document: "facts" in document, cases_under="facts", run=kernel_cases.kernel),
    Format(
        "k8s table",
        lambda document: "topic" in _meta(document) and "k8s_version" in _meta(document),
        run=k8s_cases.table_row,
    ),
    Format(
        "k8s trace",
        lambda document: "controller-manager" in str(_meta(document).get("server", "")),
        run=k8s_trace_cases.trace,
    ),
    Format(
        "k8s recording",
        lambda document: "kube-apiserver" in str(_meta(document).get("server", "")),
        run=k8s_rest_cases.rest,
    ),
)


def format_of(document: Document) -> Format | None:
    """The format of a case file, or None where no format recognises it."""
    return next((f for f in FORMATS if f.recognises(document)), None)


def name_of(case: Case, number: int) -> str:
    """A case's own name where it has one, and its place in the file, which every case has."""
    data = case.get("data")
    inner = data if isinstance(data, Mapping) else {}
    own = case.get("id") or case.get("name") or inner.get("name") or inner.get("case") or case.get("test") or ""
    return f"{number}-{own}" if own else str(number)
