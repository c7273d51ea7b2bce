"""Reading a generated question as a student does: its words and the figures in them, and which options are right."""

import re
from fractions import Fraction
from random import Random

from vlearn.blocks import Code, Table
from vlearn.questions.generators import GENERATORS
from vlearn.render.text import to_text


def pose(name, seed):
    """The question that a generator poses from a seed."""
    return GENERATORS[name].pose(Random(seed))


def words_of(posed):
    """The text that the prompt begins with."""
    return posed.prompt[0].markdown


def said(posed):
    """The whole prompt as text."""
    return to_text(posed.prompt)


def table(posed):
    """The rows of the first table of the prompt."""
    return next(block for block in posed.prompt if isinstance(block, Table)).rows


def source(posed):
    """The first program or file of the prompt."""
    return next(block.source for block in posed.prompt if isinstance(block, Code))


def figures(pattern, words):
    """The numbers in the groups of a pattern."""
    return [Fraction(text.replace(",", "")) for text in re.search(pattern, words, re.DOTALL).groups()]


def option(posed):
    """The right option of a single choice."""
    return posed.answer.options[posed.answer.correct].text


def chosen(posed):
    """The right options of a multiple choice."""
    return {posed.answer.options[n].text for n in posed.answer.correct}


def feedback(posed):
    """What each option is answered with."""
    return {one.text: one.feedback for one in posed.answer.options}
