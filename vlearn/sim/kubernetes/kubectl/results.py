"""What a command says of an object that it has changed: a line, or the object itself with -o."""

from typing import Any

from vlearn.sim.kubernetes.api.kinds import Resource
from vlearn.sim.kubernetes.kubectl.command import Call
from vlearn.sim.kubernetes.kubectl.naming import titled
from vlearn.sim.kubernetes.kubectl.shown import printed


def report(call: Call, resource: Resource, object: Any, done: str) -> None:
    """Print `deployment.apps/web created`, or what -o asks for."""
    form = call.given.text("output")
    name = object["metadata"]["name"]
    if not form:
        call.out(f"{titled(resource, name)} {done}{call.dry_suffix}")
    elif form == "name":
        call.out(titled(resource, name))
    else:
        call.client.to.raw(printed(form, object))
