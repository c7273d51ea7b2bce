"""A generator's parameters are declared by the signature of its `pose`, and read with every fault."""

from random import Random
from typing import Literal

import pytest

from vlearn.blocks import Text
from vlearn.questions.generators import GENERATORS, Generator, Posed
from vlearn.questions.model import KINDS, ShortText


def pose(
    rng: Random, mode: Literal["pae", "4-level"], levels: int, sizes: tuple[int, ...] = (), nested: bool = False
) -> Posed:
    """Echo the parameters."""
    return Posed((Text(f"{mode} {levels} {sizes} {nested}"),), ShortText((str(rng.randrange(9)),)), ())


ECHO = Generator("echo", "short-text", pose)


def read(**given):
    faults = []
    arguments = ECHO.parameters(given, ("parameters",), lambda where, message: faults.append((where, message)))
    return arguments, faults


def test_parameters_are_read_by_their_declared_types():
    arguments, faults = read(mode="pae", levels="0x3", sizes=["4096", "0x200000"], nested="true")
    assert faults == []
    assert arguments == {"mode": "pae", "levels": 3, "sizes": (4096, 0x200000), "nested": True}
    assert ECHO.pose(Random(0), **arguments).prompt == (Text("pae 3 (4096, 2097152) True"),)


def test_a_parameter_with_a_default_may_be_left_out():
    assert read(mode="4-level", levels="4")[0] == {"mode": "4-level", "levels": 4, "sizes": (), "nested": False}


FAULTS = [
    ({"levels": "3"}, ("parameters",), "missing field `parameters.mode`: one of"),
    ({"mode": "5-level", "levels": "3"}, ("parameters", "mode"), "did you mean '4-level'?"),
    ({"mode": "pae", "levels": "three"}, ("parameters", "levels"), "is 'three'; it must be a whole number"),
    ({"mode": "pae", "levels": "3", "sizes": "4096"}, ("parameters", "sizes"), "it must be a list"),
    ({"mode": "pae", "levels": "3", "sizes": ["1", "x"]}, ("parameters", "sizes", 1), "`parameters.sizes[2]` is 'x'"),
    ({"mode": "pae", "levels": "3", "nested": "yes"}, ("parameters", "nested"), "it must be true or false"),
    ({"mode": "pae", "levels": "3", "nesetd": "true"}, ("parameters", "nesetd"), "did you mean 'nested'?"),
]


@pytest.mark.parametrize(("given", "where", "fragment"), FAULTS, ids=[fragment for _, _, fragment in FAULTS])
def test_a_bad_parameter_is_told_with_what_would_be_right(given, where, fragment):
    arguments, faults = read(**given)
    assert arguments is None
    ((place, message),) = faults
    assert place == where
    assert fragment in message


def test_every_registered_generator_is_known_by_its_own_name_and_poses_a_known_kind():
    assert all(name == generator.name and generator.kind in KINDS for name, generator in GENERATORS.items())
