"""How an exam is printed: a blueprint's `print`, which one student's paper may override, as with large print."""

from typing import Annotated, Literal

from msgspec import Meta, Struct


class Print(Struct, frozen=True, forbid_unknown_fields=True):
    """The options of print. A format heeds those that it can: a screen has no size and no columns."""

    size: Annotated[Literal["a4", "letter"], Meta(description="The size of a sheet.")] = "a4"
    columns: Annotated[Literal[1, 2], Meta(description="Columns on a page of the paper.")] = 1
    large: Annotated[bool, Meta(description="Large print: letters of at least 18 points, in one column.")] = False
    cover: Annotated[bool, Meta(description="A page of its own for title, name, instructions and points.")] = False
    boxes: Annotated[bool, Meta(description="A box beside each question for the points that it earned.")] = False
    space: Annotated[
        Literal["none", "normal", "generous"],
        Meta(description="Room to answer on the paper; `none` where answers go on sheets of their own."),
    ] = "normal"
    key: Annotated[
        Literal["answers", "solutions"] | None,
        Meta(
            description="What a key says: the answers alone, or feedback and worked solutions as well. By default "
            "solutions; for a roster, where every student has a key, answers."
        ),
    ] = None
    language: Annotated[
        str, Meta(pattern="^[a-z]{2,3}$", description="The language of all fixed phrases, such as `en` or `de`.")
    ] = "en"
