"""The words of a declarative Jenkinsfile: those that the model reads, and those that it passes over.

Another word at the level of directives is an error of the file, as it is for Jenkins. A step or an option that is not
known may belong to a plugin: it is kept, with a remark. Source: Jenkins's documentation, "Pipeline Syntax".
"""

from collections.abc import Iterable, Iterator

from vlearn.errors import ModelError, did_you_mean
from vlearn.sim.delivery.jenkins_values import Statement
from vlearn.sim.delivery.pipeline import Remark

READ = {
    "pipeline": ("agent", "stages", "environment", "options", "post"),
    "stage": ("agent", "steps", "stages", "parallel", "failFast", "when", "input", "environment", "options", "post"),
    "options": ("timeout", "retry", "disableConcurrentBuilds", "parallelsAlwaysFailFast"),
    "when": ("branch", "not", "beforeInput"),
    "input": ("message", "submitter", "ok", "id"),
    "post": ("always", "success", "failure"),
}
PASSED_OVER = {
    "pipeline": {
        "parameters": "a run has no parameters",
        "triggers": "a run begins with a push",
        "tools": "steps are not executed",
        "libraries": "shared libraries are not read",
    },
    "stage": {"tools": "steps are not executed", "matrix": "write the cells as parallel stages"},
    "options": dict.fromkeys(
        (
            "buildDiscarder", "checkoutToSubdirectory", "disableResume", "newContainerPerStage",
            "overrideIndexTriggers", "preserveStashes", "quietPeriod", "skipDefaultCheckout",
            "skipStagesAfterUnstable", "timestamps", "ansiColor",
        ),
        "it changes neither the order nor the time of stages here",
    ),
    "when": dict.fromkeys(
        (
            "expression", "environment", "tag", "buildingTag", "changelog", "changeset", "changeRequest", "equals",
            "triggeredBy", "allOf", "anyOf", "isRestartedRun",
        ),
        "the stage runs whatever it says",
    )
    | dict.fromkeys(("beforeAgent", "beforeOptions"), "agents and options take no time here"),
    "input": {"parameters": "a gate asks yes or no", "submitterParameter": "who opened it is in the run"},
    "post": dict.fromkeys(
        ("changed", "fixed", "regression", "aborted", "unstable", "unsuccessful", "cleanup"),
        "a run here is a success or a failure, and knows no earlier one",
    ),
}  # fmt: skip
OPEN = ("options",)
"""Where plugins may bring words of their own."""
STEPS = (
    "sh", "bat", "powershell", "echo", "checkout", "git", "junit", "archiveArtifacts", "stash", "unstash", "sleep",
    "error", "mail", "deleteDir", "cleanWs", "build", "publishHTML", "input", "retry", "timeout", "script", "dir",
    "withEnv", "withCredentials", "catchError", "waitUntil", "parallel", "fingerprint", "writeFile", "readFile",
    "unstable",
)  # fmt: skip
"""Steps that Jenkins brings or nearly every server has."""


def passed_over(found: Iterable[Statement], what: str) -> Iterator[Remark]:
    """A remark for each word that is not modelled. Raises ModelError for one that Jenkins does not know there."""
    for one in found:
        if one.name in READ[what]:
            continue
        if one.name not in PASSED_OVER[what]:
            nearest = did_you_mean(one.name, (*READ[what], *PASSED_OVER[what]))
            if what not in OPEN:
                raise ModelError(f"line {one.line}: {what} has no {one.name!r}{nearest}")
            yield Remark(one.line, f"{one.name} is not known: a plugin may bring it; it does nothing{nearest}")
            continue
        yield Remark(one.line, f"{one.name} is not modelled: {PASSED_OVER[what][one.name]}")


def only(found: Iterable[Statement], name: str) -> Statement | None:
    """The statement of that name. Raises ModelError if it is there twice."""
    those = [one for one in found if one.name == name]
    if len(those) > 1:
        raise ModelError(f"line {those[1].line}: {name} is there already, on line {those[0].line}")
    return those[0] if those else None
