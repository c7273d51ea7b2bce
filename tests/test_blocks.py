from dataclasses import FrozenInstanceError
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlearn.blocks import Block, Chart, Code, Figure, Series, Table, Text

ONE_OF_EACH = (
    Text("A page is *4 KiB*."),
    Code("mov cr3, rax", "nasm"),
    Table(("level", "entry"), (("4", "PML4E"), ("3", "PDPTE"))),
    Figure("<svg xmlns='http://www.w3.org/2000/svg'/>", "an empty drawing"),
    Chart("Cost", "levels", "references", (Series("nested", (2.0, 4.0), (8.0, 24.0)),)),
)


def test_there_are_five_kinds_of_block():
    assert set(get_args(Block)) == {type(block) for block in ONE_OF_EACH} == {Text, Code, Table, Figure, Chart}


@pytest.mark.parametrize("block", ONE_OF_EACH, ids=lambda b: type(b).__name__)
def test_a_block_is_a_value_that_nobody_changes(block):
    field = next(iter(block.__dataclass_fields__))
    assert hash(block) == hash(type(block)(*(getattr(block, name) for name in block.__dataclass_fields__)))
    with pytest.raises(FrozenInstanceError):
        setattr(block, field, "")


@settings(deadline=None)
@given(st.integers(0, 5), st.lists(st.integers(0, 5), max_size=5))
def test_a_table_is_a_rectangle(columns, widths):
    header, rows = ("x",) * columns, tuple(("y",) * width for width in widths)
    wrong = [n for n, width in enumerate(widths, 1) if width != columns]
    if wrong:
        message = f"^row {wrong[0]} has {widths[wrong[0] - 1]} cells?; the header has {columns}$"
        with pytest.raises(ValueError, match=message):
            Table(header, rows)
    else:
        assert Table(header, rows).rows == rows


@pytest.mark.parametrize("alt", ["", " ", "\n\t"])
def test_a_figure_without_words_for_it_is_refused(alt):
    with pytest.raises(ValueError, match="alternative text"):
        Figure("<svg/>", alt)


@settings(deadline=None)
@given(st.lists(st.floats(allow_nan=False), max_size=4), st.lists(st.floats(allow_nan=False), max_size=4))
def test_a_series_has_as_many_x_as_y_values(x, y):
    if len(x) == len(y):
        assert Series("pages", tuple(x), tuple(y)).y == tuple(y)
    else:
        with pytest.raises(ValueError, match=f"'pages' has {len(x)} x values and {len(y)} y values"):
            Series("pages", tuple(x), tuple(y))


def test_the_x_values_of_a_series_may_be_names():
    assert Series("exits", ("shadow", "nested"), (120.0, 3.0)).x == ("shadow", "nested")
