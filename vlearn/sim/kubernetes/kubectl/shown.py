"""An object in the form that -o asks for."""

from typing import Any

from vlearn.sim.kubernetes.kubectl.errors import Fault, Unmodelled
from vlearn.sim.kubernetes.kubectl.jsonpath import rendered
from vlearn.sim.kubernetes.kubectl.written import as_json, as_yaml

_ALLOWED = (
    "custom-columns,custom-columns-file,go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file"
)
_OTHERS = ("go-template", "template", "jsonpath-file", "jsonpath-as-json", "custom-columns-file")


def printed(form: str, object: Any) -> str:
    """An object as json, yaml or by a path in it. Raises Fault for a form that there is none of."""
    if form == "json":
        return as_json(object) + "\n"
    if form == "yaml":
        return as_yaml(object)
    kind, equals, template = form.partition("=")
    if kind == "jsonpath":
        if not equals or not template:
            raise Fault("template format specified but no template given")
        return rendered(template, object)
    if kind in _OTHERS:
        raise Unmodelled(f"-o {kind}")
    raise Fault(
        f'unable to match a printer suitable for the output format "{form}", allowed formats are: '
        f"{_ALLOWED},name,template,templatefile,wide,yaml"
    )
