"""YAML as Kubernetes reads it: version 1.1's, in which y, yes, on and their opposites are truth values.

Source: sigs.k8s.io/yaml over go-yaml 2. Leaves out sexagesimal numbers.
"""

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from vlearn.sim.engine.compose.errors import ComposeError
from vlearn.sim.engine.compose.source import Loader, read_yaml


class _Loader(Loader):
    """The other loader, with the older truth values."""

    bool_values: ClassVar[dict[str, bool]] = {**Loader.bool_values, "y": True, "n": False}


_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:y|Y|yes|Yes|YES|n|N|no|No|NO|on|On|ON|off|Off|OFF)$"), list("yYnNoO")
)


def read_manifest(text: str) -> Any:
    """The JSON value that a YAML text stands for. Raises ComposeError."""
    try:
        return _as_json(read_yaml(text, _Loader))
    except ComposeError as error:
        # PyYAML and libyaml, which go-yaml follows, say the same in different words.
        raise ComposeError(
            re.sub(r"expected (.*), but (?:got|found) .*", r"did not find expected \1", str(error))
        ) from None


def _as_json(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {_key(key): _as_json(each) for key, each in value.items()}
    return [_as_json(each) for each in value] if isinstance(value, list) else value


def _key(key: Any) -> str:
    return str(key).lower() if isinstance(key, bool) else str(key)
