"""Pages as lines: the form of a page for small models, beside simplified HTML.

What matters first, an element a line or a list a line, each with a handle that says what it is and
its place among its like (``result 2``, ``size 3``, ``buy``): the same words for the same role on
every page. Handles stand in prompts only; names and handles are told apart nowhere but here.
"""

from agent.prompts.lines.answers import read_answer, told_answer, write_answer
from agent.prompts.lines.folding import fold
from agent.prompts.lines.layout import LinesPage, lay_out
from agent.prompts.lines.memory import Memory, memory_of

VERSION = "2"
"""Changes whenever the same page and session would give other lines, or other answers."""

__all__ = [
    "VERSION",
    "LinesPage",
    "Memory",
    "fold",
    "lay_out",
    "memory_of",
    "read_answer",
    "told_answer",
    "write_answer",
]
