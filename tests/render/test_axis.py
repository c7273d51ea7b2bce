import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from vlearn.errors import ExportError
from vlearn.render.axis import exact, logarithmic, outward, written

NUMBERS = st.lists(st.floats(-1e9, 1e9).map(lambda x: float(f"{x:.6g}")), max_size=9)


@pytest.mark.parametrize(
    ("values", "zero", "ticks"),
    [
        ((1, 29), True, (0, 10, 20, 30)),
        ((9, 29), False, (5, 10, 15, 20, 25, 30)),
        ((-40, 1000), True, (-250, 0, 250, 500, 750, 1000)),
        ((0.1, 0.35), False, (0.1, 0.15, 0.2, 0.25, 0.3, 0.35)),
        ((), True, (0, 0.2, 0.4, 0.6, 0.8, 1)),
        ((0,), True, (0, 0.2, 0.4, 0.6, 0.8, 1)),
        ((7,), False, (6, 6.5, 7, 7.5, 8)),
    ],
)
def test_an_axis_runs_from_round_number_to_round_number(
    values: tuple[float, ...], zero: bool, ticks: tuple[float, ...]
) -> None:
    assert outward(values, 0, 100, zero=zero).ticks == ticks


def test_whole_numbers_get_no_ticks_between_them() -> None:
    assert exact((1, 2, 3), 0, 100).ticks == (1, 2, 3)
    assert 1.5 in exact((1, 2.5, 3), 0, 100).ticks


@example([0.0, 5e-324], False)
@given(NUMBERS, st.booleans())
@settings(deadline=None)
def test_every_value_and_tick_lies_on_the_axis(values: list[float], zero: bool) -> None:
    for axis in (outward(values, 300, 20, zero=zero), exact(values, 300, 20)):
        assert 1 <= len(axis.ticks) <= 12
        for value in (*values, *axis.ticks):
            assert 20 - 1e-6 <= axis.at(value) <= 300 + 1e-6


@given(st.lists(st.floats(1e-12, 1e12), min_size=1, max_size=9))
@settings(deadline=None)
def test_a_logarithmic_axis_marks_powers_of_ten_around_all_values(values: list[float]) -> None:
    axis = logarithmic(values, 0, 100)
    assert axis.low <= min(values)
    assert axis.high >= max(values)
    assert 2 <= len(axis.ticks) <= 9


def test_a_logarithmic_axis_refuses_zero() -> None:
    with pytest.raises(ExportError, match="cannot show 0: every value must be above zero"):
        logarithmic((1, 0), 0, 100)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (-0.0, "0"),
        (24, "24"),
        (1500, "1.5k"),
        (-2e6, "−2M"),
        (0.25, "0.25"),
        (1e-9, "1e−09"),
        (12345, "12.345k"),
    ],
)
def test_a_number_is_written_short(value: float, text: str) -> None:
    assert written(value) == text
