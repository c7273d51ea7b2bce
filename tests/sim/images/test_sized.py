"""Images of names and sizes: equal layers are one blob, others are not, and what is too small is refused."""

import pytest

from vlearn.errors import ModelError
from vlearn.sim.images.oci.image import Images
from vlearn.sim.images.sized import with_sized


def test_layers_of_one_name_and_size_are_one_blob():
    images = with_sized(with_sized(Images(), "a", (("base", 40), ("one", 7))), "b", (("base", 40), ("two", 7)))
    (base, one), (also, two) = (images.image(f"docker.io/library/{name}:latest").manifest.layers for name in "ab")
    assert base == also
    assert one != two
    assert (base.size, one.size) == (40, 7)


def test_a_layer_that_could_not_be_told_from_others_is_refused():
    with pytest.raises(ModelError, match="'base' of size 3 is too small"):
        with_sized(Images(), "a", (("base", 3),))
