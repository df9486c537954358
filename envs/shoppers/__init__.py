"""Synthetic shoppers: a documented probabilistic model of how people shop, see docs/shoppers.md.

They stand in for human logs where none can be had, and are never called human.
"""

from envs.shoppers.choices import Choice, most_likely, sample
from envs.shoppers.decide import decide
from envs.shoppers.history import History
from envs.shoppers.page import Page, read_page
from envs.shoppers.user import User, Visit, population, visits_of
from envs.shoppers.want import Want, read_want

__all__ = [
    "Choice",
    "History",
    "Page",
    "User",
    "Visit",
    "Want",
    "decide",
    "most_likely",
    "population",
    "read_page",
    "read_want",
    "sample",
    "visits_of",
]
