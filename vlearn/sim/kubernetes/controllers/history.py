"""The history of a stateful set or daemon set: each template that it has had, as a ControllerRevision.

A template that comes back is not recorded again: its revision gets the next number. As with deployments the letters of
a hash differ from a real cluster's. Source: pkg/controller/history, pkg/controller/statefulset. Leaves out adopting a
stranger's revision that happens to have the same name and content.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vlearn.sim.kubernetes.api.moments import created
from vlearn.sim.kubernetes.controllers.counts import counted
from vlearn.sim.kubernetes.controllers.owners import controller_reference
from vlearn.sim.kubernetes.controllers.revisions import template_hash

Revision = Mapping[str, Any]
Workload = Mapping[str, Any]

HASH_LABEL = "controller.kubernetes.io/hash"
REVISION_LABEL = "controller-revision-hash"
"""What a pod's label says it was made from."""


@dataclass(frozen=True, slots=True)
class History:
    """The revision that the workload has been at, the one it goes to, and the one to write before anything else.

    `collisions` is how many names were found taken by something else so far.
    """

    current: Revision
    update: Revision
    write: Revision | None = None
    collisions: int = 0


def history(owner: Workload, known: Sequence[Revision], taken: Collection[str] = ()) -> History:
    """The history of a workload whose own revisions are `known`; `taken` are the names of other ones beside it."""
    ordered = sorted(known, key=lambda each: (number(each), created(each), name(each)))
    following = number(ordered[-1]) + 1 if ordered else 1
    collisions = counted(owner, "collisionCount")
    update: Revision = new_revision(owner, following, collisions)
    equal = [each for each in ordered if each["data"] == update["data"]]
    write: Revision | None = None
    if equal and equal[-1] is ordered[-1]:
        update = equal[-1]
    elif equal:
        update = write = {**equal[-1], "revision": following}
    else:
        while name(update) in taken:
            collisions += 1
            update = new_revision(owner, following, collisions)
        write = update
    before = (owner.get("status") or {}).get("currentRevision")
    current = next((each for each in ordered if name(each) == before), update)
    return History(current, update, write, collisions)


def new_revision(owner: Workload, number: int, collisions: int = 0) -> dict[str, Any]:
    """The owner's template as a revision of this number."""
    data = {"spec": {"template": {**owner["spec"]["template"], "$patch": "replace"}}}
    digest = template_hash(data, collisions)
    labels = (owner["spec"]["template"].get("metadata") or {}).get("labels") or {}
    metadata = {
        "name": f"{owner['metadata']['name'][:223]}-{digest}",
        "namespace": owner["metadata"].get("namespace", ""),
        "labels": {**labels, HASH_LABEL: digest},
        "ownerReferences": [controller_reference(owner)],
    }
    return {
        "apiVersion": "apps/v1",
        "kind": "ControllerRevision",
        "metadata": metadata,
        "data": data,
        "revision": number,
    }


def name(revision: Revision) -> str:
    """By which pods and the status refer to it."""
    return str(revision["metadata"]["name"])


def number(revision: Revision) -> int:
    """Its place in the history: 1 for the first."""
    return int(revision.get("revision") or 0)


def template_of(revision: Revision) -> dict[str, Any]:
    """The pod template that it recorded."""
    template: Mapping[str, Any] = revision["data"]["spec"]["template"]
    return {key: value for key, value in template.items() if key != "$patch"}


def surplus_revisions(owner: Workload, known: Sequence[Revision], live: Collection[str]) -> tuple[Revision, ...]:
    """Which revisions to delete: the oldest beyond revisionHistoryLimit (10) that are not in use."""
    limit = owner["spec"].get("revisionHistoryLimit")
    unused = sorted((each for each in known if name(each) not in live), key=lambda each: (number(each), created(each)))
    return tuple(unused[: max(0, len(unused) - (10 if limit is None else limit))])
