"""What tests ask of a drawing or a run: its moments, its words, how many of its boxes have a look."""

from tests.views.geometry import SVG, root_of, texts_of


def moments(trace, every=1):
    """The start and the steps, as a view is given them."""
    return [(trace.start, None), *[(step.state, step.event) for step in trace.steps][::every]]


def words(figure):
    return [area.words for area in texts_of(root_of(figure.svg))]


def fills(figure, look):
    return sum(rect.get("fill") == look.fill for rect in root_of(figure.svg).iter(f"{SVG}rect"))
