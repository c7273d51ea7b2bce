"""The expressions of `if:` in a workflow that say something about the branch or about the jobs before.

Read are comparisons of `github.ref`, `github.ref_name` and `github.event_name` with a text, the functions success(),
failure(), always() and !cancelled(), and `&&` between them. The model knows pushes only: any other event is not one.
Left out: GitHub compares texts whatever the case of their letters.
Source: GitHub's documentation, "Evaluate expressions in workflows and actions".
"""

import re

from vlearn.sim.delivery.condition import After, Condition

COMPARISON = re.compile(r"^github\.(ref|ref_name|event_name)\s*(==|!=)\s*'([^']*)'$")
STATUS: dict[str, After] = {
    "success()": "success",
    "failure()": "failure",
    "always()": "always",
    "!cancelled()": "always",
}
_STRICTEST: tuple[After, ...] = ("success", "failure", "always")
"""Of functions that must all hold, the first one here decides: always() asks for nothing more."""
NO_BRANCH = ("**",)
"""As branches left out: all."""


def condition(text: str) -> Condition | None:
    """What the expression asks for, or None if the model does not read it."""
    inner = text.strip()
    if inner.startswith("${{") and inner.endswith("}}"):
        inner = inner[3:-2].strip()
    branches: list[str] = []
    but_not: list[str] = []
    statuses: set[After] = set()
    for part in (part.strip() for part in inner.split("&&")):
        if part in STATUS:
            statuses.add(STATUS[part])
            continue
        found = COMPARISON.match(part)
        if not found:
            return None
        what, operator, value = found.groups()
        if what == "event_name":
            if (value == "push") != (operator == "=="):
                but_not.extend(NO_BRANCH)
            continue
        if what == "ref" and not value.startswith("refs/heads/"):
            return None
        branch = value.removeprefix("refs/heads/")
        if "*" in branch:
            return None  # no name of a branch has one: who writes it takes the comparison for a pattern
        (branches if operator == "==" else but_not).append(branch)
    if len(set(branches)) > 1:
        but_not.extend(NO_BRANCH)  # no ref equals two texts
    if {"success", "failure"} <= statuses:
        but_not.extend(NO_BRANCH)
    after: After = next((one for one in _STRICTEST if one in statuses), "success")
    return Condition(tuple(branches), tuple(but_not), after)
