"""What a generator of questions is: a function that poses one variant of a question, its key computed by a model.

The keyword parameters of `pose`, with their types and defaults, declare what a question file may set: whole numbers,
numbers, true or false, text, `Literal`, an Enum, and lists of these as `tuple[X, ...]`.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, get_type_hints

from msgspec import Struct, defstruct, structs

from vlearn.questions.faults import Complain, Where
from vlearn.questions.generators.posed import Posed
from vlearn.questions.load import Plain
from vlearn.questions.shape import shaped


@dataclass(frozen=True, slots=True)
class Generator:
    """`pose(rng, **parameters)` poses a variant of a question of `kind`, the same for the same state of `rng`.

    It raises ValueError (a ModelError is one) where the parameters make no sense together.
    """

    name: str
    kind: str
    pose: Callable[..., Posed]

    def parameters(self, given: dict[str, Plain], where: Where, complain: Complain) -> dict[str, Any] | None:
        """The arguments for `pose` that a question file states; None, after a complaint for each fault."""
        read = shaped(given, _declared(self.pose), where, complain)
        return None if read is None else structs.asdict(read)


@cache
def _declared(pose: Callable[..., Posed]) -> type[Struct]:
    _, *parameters = inspect.signature(pose).parameters.values()
    types = get_type_hints(pose, include_extras=True)
    fields = [
        (p.name, types[p.name]) if p.default is p.empty else (p.name, types[p.name], p.default) for p in parameters
    ]
    return defstruct("parameters", fields, kw_only=True, forbid_unknown_fields=True)
