"""Synthetic shoppers: a documented probabilistic model of how people shop, see docs/shoppers.md.

They stand in for human logs where none can be had, and are never called human.
"""

from agent.shoppers.choices import Choice, most_likely, sample
from agent.shoppers.decide import decide
from agent.shoppers.history import History
from agent.shoppers.page import Page, read_page
from agent.shoppers.shopping_goal import ShoppingGoal, read_goal
from agent.shoppers.user import PlannedVisit, User, population, visits_of

__all__ = [
    "Choice",
    "History",
    "Page",
    "PlannedVisit",
    "ShoppingGoal",
    "User",
    "decide",
    "most_likely",
    "population",
    "read_goal",
    "read_page",
    "sample",
    "visits_of",
]
