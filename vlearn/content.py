"""Where the course's content is: in the installed wheel, else in the checkout this package was imported from."""

from pathlib import Path

from vlearn.errors import ContentError

PACKAGE = Path(__file__).resolve().parent


def _content(name: str) -> Path:
    places = (PACKAGE / "content" / name, PACKAGE.parent / name)
    for place in places:
        if place.is_dir():
            return place
    looked = " nor ".join(map(str, places))
    raise ContentError(f"the course's {name} is neither in {looked}: reinstall vlearn or run from its checkout")


def notebooks() -> Path:
    """The folder of the chapters' notebooks."""
    return _content("notebooks")


def written_chapters() -> frozenset[str]:
    """The stems of the chapters that have a notebook, such as `06-memory`."""
    return frozenset(path.stem for path in notebooks().glob("*.ipynb"))


def question_bank() -> Path:
    """The folder of the question bank: one folder a chapter, and blueprints."""
    return _content("question_bank")
