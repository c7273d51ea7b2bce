"""When a job runs: on which branches, and after which results of the jobs before it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

After: TypeAlias = Literal["success", "failure", "always"]
"""Results of the jobs before it: none failed, some failed, or whatever came of them."""


@dataclass(frozen=True, slots=True)
class Condition:
    """Branches by patterns (none: every branch), those that are left out, and what must have come before."""

    branches: tuple[str, ...] = ()
    but_not: tuple[str, ...] = ()
    after: After = "success"

    def on(self, branch: str) -> bool:
        """Whether the branch is meant."""
        wanted = not self.branches or matches(branch, self.branches)
        return wanted and not matches(branch, self.but_not)

    def holds(self, failed: bool) -> bool:
        """Whether it runs after jobs of which some failed or none."""
        return self.after == "always" or (self.after == "failure") == failed

    def __str__(self) -> str:
        where = [f"on {' or '.join(self.branches)}"] * bool(self.branches)
        where += [f"not on {' or '.join(self.but_not)}"] * bool(self.but_not)
        when = {"success": [], "failure": ["after a failure"], "always": ["whatever came before"]}[self.after]
        return ", ".join([*where, *when]) or "always on success"


def matches(branch: str, patterns: Iterable[str]) -> bool:
    """Whether one of the patterns is the branch's: `*` stands for anything without a slash, `**` for anything."""
    return any(re.fullmatch(_regular(pattern), branch) for pattern in patterns)


def _regular(pattern: str) -> str:
    stars = {"**": ".*", "*": "[^/]*"}
    return "".join(stars.get(part) or re.escape(part) for part in re.split(r"(\*\*|\*)", pattern))


ALWAYS_ON_SUCCESS = Condition()
