"""Reading a generated question as a student does: its words and the figures in them, and which options are right."""

import re
from fractions import Fraction
from random import Random

from vlearn.questions.generators import GENERATORS


def pose(name, seed):
    """The question that a generator poses from a seed."""
    return GENERATORS[name].pose(Random(seed))


def words_of(posed):
    """The text that the prompt begins with."""
    return posed.prompt[0].markdown


def figures(pattern, words):
    """The numbers in the groups of a pattern."""
    return [Fraction(text) for text in re.search(pattern, words, re.DOTALL).groups()]


def option(posed):
    """The right option of a single choice."""
    return posed.answer.options[posed.answer.correct].text


def chosen(posed):
    """The right options of a multiple choice."""
    return {posed.answer.options[n].text for n in posed.answer.correct}


def feedback(posed):
    """What each option is answered with."""
    return {one.text: one.feedback for one in posed.answer.options}
