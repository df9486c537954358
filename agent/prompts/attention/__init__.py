"""A page for a budget: what matters is shown, the rest is folded and can be opened.

Pure functions of the observation, of what was unfolded before and of the budget, never of what is
done on the page.
"""

from agent.prompts.attention.fold import lay_out, opened
from agent.prompts.attention.unfolded import unfolded, unfolds
from agent.prompts.attention.writing import Layout

__all__ = ["Layout", "lay_out", "opened", "unfolded", "unfolds"]
