"""`kubectl delete`: ask for it, and wait until the object is gone.

Source: k8s.io/kubectl, cmd/delete.
"""

from functools import partial
from typing import Any

from vlearn.sim.kubernetes.api.status import StatusError
from vlearn.sim.kubernetes.kubectl.client import Client
from vlearn.sim.kubernetes.kubectl.command import DRY, FILES, SELECTOR, Call, Command, command
from vlearn.sim.kubernetes.kubectl.errors import Fault, Several
from vlearn.sim.kubernetes.kubectl.found import Info, gathered

POLICIES = {"background": "Background", "foreground": "Foreground", "orphan": "Orphan", "true": "Background"}
IMMEDIATE = (
    "Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The "
    "resource may continue to run on the cluster indefinitely."
)


def delete(call: Call) -> None:
    """`kubectl delete`."""
    options = _options(call)
    infos, errors = gathered(call)
    if call.given.has("ignore-not-found") or call.given.has("all") or call.given.text("selector"):
        errors = [each for each in errors if not isinstance(each, StatusError) or each.code != 404]
    done: list[tuple[Info, str]] = []
    if call.given.has("force") and options.get("gracePeriodSeconds") == 0:
        call.err(IMMEDIATE)
    for info in infos:
        try:
            done.append((info, _deleted(call, info, options)))
        except StatusError as refused:
            errors.append(refused)
    if not infos and not errors and (call.given.has("all") or call.given.text("selector")):
        call.out("No resources found")
    if call.given.options.get("wait", True) and not call.dry and not _is_immediate(options):
        _wait(call, done)
    if errors:
        raise errors[0] if len(errors) == 1 else Several(errors)


def _is_immediate(options: dict[str, Any]) -> bool:
    return options.get("gracePeriodSeconds") == 0


def _options(call: Call) -> dict[str, Any]:
    policy = call.given.text("cascade", "background")
    if policy not in POLICIES and policy != "false":
        raise Fault(f'invalid cascade value ({policy}). Must be "background", "foreground", or "orphan"')
    grace = call.given.options.get("grace-period", -1)
    force = call.given.has("force")
    if call.given.has("now"):
        if grace != -1:
            raise Fault("--now and --grace-period cannot be specified together")
        grace = 1
    if force and grace > 0:
        raise Fault("--force and --grace-period greater than 0 cannot be specified together")
    if force and grace < 0:
        grace = 0
    if grace == 0 and not force:
        # To delete at once is to be asked for twice: kubectl then waits a second at least.
        grace = 1
    return {
        "propagationPolicy": POLICIES.get(policy, "Orphan"),
        **({"gracePeriodSeconds": grace} if grace >= 0 else {}),
    }


def _deleted(call: Call, info: Info, options: dict[str, Any]) -> str:
    """Delete it, say so, and give its uid."""
    if call.dry != "client":
        body = {"kind": "DeleteOptions", "apiVersion": "v1", **options}
        told = call.client.ask("DELETE", info.path, body, call.query())
    else:
        told = info.object
    if call.given.text("output") == "name":
        call.out(info.title)
    else:
        kind = info.resource.singular + (f".{info.resource.group}" if info.resource.group else "")
        how = "force deleted" if _is_immediate(options) else "deleted"
        call.out(f'{kind} "{info.name}" {how}{call.dry_suffix}')
    uid: str = (told.get("details") or {}).get("uid") or told["metadata"].get("uid") or ""
    return uid


def gone(client: Client, info: Info, uid: str) -> bool:
    """Whether the object with this uid is there no more."""
    try:
        there = client.ask("GET", info.path)
    except StatusError as refused:
        return refused.code == 404
    return bool(uid) and there["metadata"]["uid"] != uid


def _wait(call: Call, done: list[tuple[Info, str]]) -> None:
    limit = call.seconds("timeout", None)
    for info, uid in done:
        if not call.client.until(limit or None, partial(gone, call.client, info, uid)):
            raise Fault(f"timed out waiting for the condition on {info.resource.name}/{info.name}")


COMMANDS: tuple[Command, ...] = (
    command(
        "delete", delete, *FILES, *SELECTOR, *DRY, "--all", "-A, --all-namespaces", "--field-selector string",
        "--cascade string", "--grace-period int", "--force", "--now", "--wait", "--timeout string",
        "--ignore-not-found", "-o, --output string", "-i, --interactive",
    ),
)  # fmt: skip
