"""Objects as text: YAML and JSON as kubectl prints them.

Source: k8s.io/cli-runtime, package `printers`; the quoting is that of go-yaml.
"""

import json
import re
from typing import Any

import yaml

_LIKE_ANOTHER_TYPE = re.compile(
    r"~|null|Null|NULL|true|True|TRUE|false|False|FALSE|y|Y|yes|Yes|YES|n|N|no|No|NO|on|On|ON|off|Off|OFF|<<|"
    r"[-+]?(\d[\d_]*)?\.?[\d_]+([eE][-+]?\d+)?|[-+]?\d[\d_]*\.([eE][-+]?\d+)?|0x[\da-fA-F_]+|0b[01_]+|0o?[0-7_]+|"
    r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)|\d{4}-\d\d?-\d\d?([Tt ].*)?|[-+]?\d[\d_]*(:[0-5]?\d)+(\.\d*)?|"
)
_HTML = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}


class _Dumper(yaml.SafeDumper):
    """SafeDumper with go-yaml's choice of quotes."""

    def ignore_aliases(self, data: Any) -> bool:
        """An object that stands in two places is written twice."""
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    style = None
    if "\n" in text:
        style = "|"
    elif _LIKE_ANOTHER_TYPE.fullmatch(text):
        style = '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(tuple, lambda dumper, each: dumper.represent_list(each))


def as_yaml(value: Any) -> str:
    """A value as YAML, keys in order."""
    return yaml.dump(value, Dumper=_Dumper, default_flow_style=False, sort_keys=True, width=80, allow_unicode=True)


def as_json(value: Any, indent: int | None = 4) -> str:
    """A value as Go writes JSON: keys in order, and what HTML would take for markup escaped."""
    separators = (",", ": ") if indent else (",", ":")
    text = json.dumps(value, indent=indent, sort_keys=True, ensure_ascii=False, separators=separators)
    return re.sub("[<>&]", lambda each: _HTML[each[0]], text)


def listed(objects: list[Any]) -> dict[str, Any]:
    """Several objects as the List that kubectl prints."""
    return {"apiVersion": "v1", "items": objects, "kind": "List", "metadata": {"resourceVersion": ""}}
