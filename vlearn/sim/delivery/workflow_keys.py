"""The keys of a workflow file: those that the model reads, and those that it passes over with what that means.

Any other key is an error of the file, as it is for GitHub. Source: GitHub's documentation, "Workflow syntax".
"""

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from vlearn.errors import ModelError, did_you_mean
from vlearn.sim.delivery.pipeline import Remark
from vlearn.sim.delivery.yaml_lines import At

Read = TypeVar("Read")
READ = {
    "a workflow": ("name", "on", "env", "jobs", "concurrency"),
    "a job": (
        "name", "needs", "if", "runs-on", "steps", "strategy", "environment", "concurrency", "timeout-minutes",
        "continue-on-error", "env",
    ),
    "a step": ("name", "id", "run", "uses", "with", "env", "if", "shell", "working-directory"),
    "strategy": ("matrix", "fail-fast", "max-parallel"),
    "concurrency": ("group", "cancel-in-progress"),
    "environment": ("name", "url"),
    "push": ("branches", "branches-ignore"),
}  # fmt: skip
PASSED_OVER = {
    "a workflow": {
        "run-name": "the run has the workflow's name",
        "permissions": "tokens are not modelled",
        "defaults": "steps are not executed",
    },
    "a job": {
        "permissions": "tokens are not modelled",
        "outputs": "no value goes from job to job",
        "defaults": "steps are not executed",
        "container": "the runner is modelled, not what it runs in",
        "services": "no service runs beside a job",
        "uses": "a reusable workflow is in another file: it counts as one step",
        "with": "a reusable workflow is in another file",
        "secrets": "a reusable workflow is in another file",
        "snapshot": "runner images are not modelled",
    },
    "a step": {
        "continue-on-error": "a job passes or fails as a whole",
        "timeout-minutes": "a job takes its time as a whole",
    },
    "push": {
        "paths": "any push counts, whatever it changes",
        "paths-ignore": "any push counts, whatever it changes",
        "tags": "the model pushes branches",
        "tags-ignore": "the model pushes branches",
    },
    "strategy": {}, "concurrency": {"queue": "one run waits at most"},
    "environment": {"deployment": "every use is a deployment"},
}  # fmt: skip


def passed_over(found: Mapping[str, At], what: str) -> Iterator[Remark]:
    """A remark for each key that is not modelled. Raises ModelError for one that no workflow has."""
    for key, value in found.items():
        if key in READ[what]:
            continue
        if key not in PASSED_OVER[what]:
            known = (*READ[what], *PASSED_OVER[what])
            raise ModelError(f"line {value.line}: {what} has no key {key!r}{did_you_mean(key, known)}")
        yield Remark(value.line, f"{key} is not modelled: {PASSED_OVER[what][key]}")


def literal(
    found: Mapping[str, At], key: str, read: Callable[[At, str], Read], otherwise: Read, remarks: list[Remark]
) -> Read:
    """What a key says; `otherwise` where it is missing, and, with a remark, where an expression computes it."""
    at = found.get(key)
    if at is None:
        return otherwise
    if at.computed:
        remarks.append(Remark(at.line, f"{key} is computed by an expression: it counts as if it were not there"))
        return otherwise
    return read(at, key)
