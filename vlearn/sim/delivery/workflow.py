"""A GitHub Actions workflow as a Pipeline: triggers, jobs, needs, matrix, conditions, environments, concurrency.

Who must review a deployment to an environment is a setting of the repository and not in the file: it is an argument
here. What is left out is told by line, in the pipeline's remarks; a step's own `if` counts as true.
Source: GitHub's documentation, "Workflow syntax for GitHub Actions".
"""

from collections.abc import Mapping
from itertools import pairwise

from vlearn.errors import ModelError
from vlearn.sim.delivery.condition import Condition
from vlearn.sim.delivery.expressions import NO_BRANCH
from vlearn.sim.delivery.pipeline import Concurrency, Pipeline, Remark
from vlearn.sim.delivery.workflow_jobs import jobs, named, variants
from vlearn.sim.delivery.workflow_keys import literal, passed_over
from vlearn.sim.delivery.yaml_lines import At, read_lines


def read_workflow(text: str, reviewers: Mapping[str, tuple[str, ...]] | None = None) -> Pipeline:
    """The pipeline of a workflow file; `reviewers` are the required ones by environment. Raises ModelError by line."""
    document = read_lines(text)
    found = document.mapping("a workflow")
    remarks = list(passed_over(found, "a workflow"))
    for key in ("on", "jobs"):
        if key not in found:
            raise ModelError(f"line {document.line}: a workflow needs the key {key!r}, which is missing")
    listed = found["jobs"].mapping("jobs")
    if not listed:
        raise ModelError(f"line {found['jobs'].line}: a workflow needs at least one job")
    trigger = _trigger(found["on"], remarks)
    found_variants = {each: variants(job, remarks) for each, job in listed.items()}
    names = {each: [named(each, one) for one in ones] for each, ones in found_variants.items()}
    made = [
        job
        for each, at in listed.items()
        for job in jobs(each, at, found_variants[each], names, reviewers or {}, remarks)
    ]
    title = found["name"].text("a name") if "name" in found else "workflow"
    env = found["env"].mapping("env") if "env" in found else {}
    return Pipeline(
        title,
        tuple(made),
        trigger=trigger,
        concurrency=_concurrency(found["concurrency"], remarks) if "concurrency" in found else None,
        variables=tuple((key, value.text(key)) for key, value in env.items()),
        remarks=tuple(sorted(set(remarks), key=lambda remark: (remark.line, remark.text))),
    )


def _trigger(on: At, remarks: list[Remark]) -> Condition:
    events = on.mapping("on") if isinstance(on.value, dict) else dict.fromkeys(on.texts("on"), At(on.line, None))
    for event, how in events.items():
        if event != "push":
            remarks.append(Remark(how.line, f"the event {event} is not modelled: a run begins with a push"))
    if "push" not in events:
        return Condition(but_not=NO_BRANCH)
    push = events["push"].mapping("push")
    remarks.extend(passed_over(push, "push"))
    if len({"branches", "branches-ignore"} & push.keys()) == 2:
        raise ModelError(f"line {push['branches'].line}: push has branches or branches-ignore, not both")
    wanted = push["branches"].texts("branches") if "branches" in push else ()
    ignored = push["branches-ignore"].texts("branches-ignore") if "branches-ignore" in push else ()
    if not wanted and not ignored and ("tags" in push or "tags-ignore" in push):
        ignored = NO_BRANCH  # who names tags alone is not started by branches
    if any(one.startswith("!") and not other.startswith("!") for one, other in pairwise(wanted)):
        words = "a pattern with ! takes away from those behind it, too; on GitHub the last one that fits decides"
        remarks.append(Remark(push["branches"].line, words))
    odd = [each for each in (*wanted, *ignored) if set(each) & set("?+[")]
    remarks.extend(Remark(events["push"].line, f"of the pattern {each!r} only * and ** are modelled") for each in odd)
    negated = tuple(each[1:] for each in wanted if each.startswith("!"))
    if wanted and len(negated) == len(wanted):
        ignored = NO_BRANCH  # patterns with ! take away from the others; alone they leave nothing
    return Condition(tuple(each for each in wanted if not each.startswith("!")), (*ignored, *negated))


def _concurrency(found: At, remarks: list[Remark]) -> Concurrency:
    if not isinstance(found.value, dict):
        return Concurrency(found.text("concurrency"))
    remarks.extend(passed_over(found.value, "concurrency"))
    if "group" not in found.value:
        raise ModelError(f"line {found.line}: concurrency needs a group, whose runs do not overlap")
    cancels = literal(found.value, "cancel-in-progress", At.truth, False, remarks)
    return Concurrency(found.value["group"].text("a group"), cancels)
