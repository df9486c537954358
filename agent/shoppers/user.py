"""Users: who the shoppers are, what they are like, and the visits they make.

A population is made from a seed: user k is the same however many are made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random
from typing import Literal

import msgspec

from agent.shoppers.shopping_goal import GOALS, Goal, ShoppingGoal, sizes_said, write_goal
from envs.shop.assortment import ProductType, assortment

Style = Literal["terse", "plain", "wordy"]

GOAL_SHARES = (0.42, 0.34, 0.24)
"""Share of visits that come to buy, to compare, to browse. Our assumption; that most visits end
without an order is the paper's finding (section 3.1)."""
STYLE_SHARES: dict[Style, float] = {"terse": 0.35, "plain": 0.40, "wordy": 0.25}
COMES_BACK = 0.3
"""Chance that a visit is for the same thing as the one before."""
VISITS = (1, 2, 3, 4, 5, 6, 8, 12, 18)
"""Visits a user makes, each value equally likely: 6.6 on average, where the paper has 9.0
(31,865 sessions of 3,526 users)."""


class User(msgspec.Struct, frozen=True):
    """One shopper. Traits are between 0 and 1: how much price matters, how long they go on
    looking, how well they type, how much they care for ratings and reviews, how much they have to
    spend. `style` is how they word a search."""

    id: str
    name: str
    age: int
    gender: str
    work: str
    price_sensitivity: float
    patience: float
    typing: float
    care: float
    means: float
    style: Style
    departments: tuple[str, ...] = ()
    clothes_size: str = "M"
    shoe_size: str = "9"
    language: str = "en"

    @property
    def text(self) -> str:
        """The user described to whoever is to act like them."""
        she = {"female": "She", "male": "He"}.get(self.gender, "They")
        end = "s" if she != "They" else ""
        parts = (
            f"{self.name} is {self.age} and {self.work}.",
            f"{she} {_said(_PRICE, self.price_sensitivity, end)}",
            f"and {_said(_PATIENCE, self.patience, end)}.",
            f"{she} {_said(_CARE, self.care, end)},",
            _STYLES[self.style].format(s=end, es="es" if end else ""),
            f"and {_said(_TYPING, self.typing, end)}.",
        )
        return " ".join(parts)


class PlannedVisit(msgspec.Struct, frozen=True):
    """One visit of a user: what for, said as `intent`, and the seed of all that is random in it."""

    id: str
    user: User
    intent: str
    seed: int


_NAMES: tuple[tuple[str, str], ...] = (
    ("Alma", "female"), ("Bruno", "male"), ("Carmen", "female"), ("Dev", "male"),
    ("Esther", "female"), ("Felix", "male"), ("Greta", "female"), ("Hassan", "male"),
    ("Ines", "female"), ("Jonas", "male"), ("Kaori", "female"), ("Luis", "male"),
    ("Mina", "female"), ("Nils", "male"), ("Olga", "female"), ("Pavel", "male"),
    ("Quinn", "other"), ("Rosa", "female"), ("Samir", "male"), ("Tove", "female"),
    ("Umar", "male"), ("Vera", "female"), ("Wim", "male"), ("Yara", "female"),
)  # fmt: skip
_WORK = (
    "teaches at a primary school", "works nights in a hospital", "drives a delivery van",
    "works in a library", "runs a small bakery", "writes software", "repairs cars",
    "looks after two small children", "works in a bank", "repairs bicycles",
    "is between jobs", "manages a hotel", "cooks in a canteen", "sells insurance",
)  # fmt: skip
_PRICE = (
    "hardly look{s} at prices", "like{s} a fair price", "compare{s} prices",
    "turn{s} every dollar over twice",
)  # fmt: skip
_PATIENCE = (
    "give{s} up quickly", "ha{ve} little time", "take{s} some time to look around",
    "can shop for hours",
)  # fmt: skip
_CARE = (
    "never read{s} reviews", "glance{s} at the stars", "check{s} ratings",
    "read{s} every review",
)  # fmt: skip
_TYPING = ("make{s} many typos", "mistype{s} now and then", "type{s} well", "never mistype{s}")
_STYLES: dict[Style, str] = {
    "terse": "search{es} with a word or two",
    "plain": "search{es} in a few plain words",
    "wordy": "type{s} long, exact searches",
}


def population(seed: int, languages: Callable[[str], str] = lambda _: "en") -> Iterator[User]:
    """Users without end; the k-th is the same for the same seed. `languages` says for the id of a
    user what they speak; all speak English unless told."""
    number = 0
    while True:
        number += 1
        id_ = f"synthetic-{seed}-{number:05}"
        yield _user(Random(f"{seed}/user/{number}"), id_, languages(id_))


def visits_of(user: User) -> list[PlannedVisit]:
    """All visits of a user, in order."""
    rng = Random(f"{user.id}/visits")
    visits: list[PlannedVisit] = []
    want: ShoppingGoal | None = None
    for number in range(1, rng.choice(VISITS) + 1):
        goal = rng.choices(GOALS, GOAL_SHARES)[0]
        same = want is not None and rng.random() < COMES_BACK
        want = msgspec.structs.replace(want, goal=goal) if want and same else _want(rng, user, goal)
        visits.append(
            PlannedVisit(f"{user.id}-{number:02}", user, write_goal(want, rng), rng.getrandbits(32))
        )
    return visits


def _user(rng: Random, id_: str, language: str) -> User:
    name, gender = rng.choice(_NAMES)
    age = round(min(82.0, max(18.0, rng.gauss(42, 15))))
    work = "is retired" if age >= 64 else rng.choice(_WORK)
    sold = assortment(language)
    names = [d.name for d in sold.departments]
    return User(
        id=id_,
        name=name,
        age=age,
        gender=gender,
        work=work,
        price_sensitivity=_trait(rng, 2.2, 1.8),
        patience=_trait(rng, 2.0, 2.0),
        typing=_trait(rng, 3.2, 1.4),
        care=_trait(rng, 2.0, 2.0),
        means=_trait(rng, 2.0, 2.0),
        style=rng.choices(tuple(STYLE_SHARES), tuple(STYLE_SHARES.values()))[0],
        departments=tuple(rng.sample(names, 4)),
        clothes_size=rng.choice(sold.sizes["clothes"]),
        shoe_size=rng.choice(sold.sizes["shoes"]),
        language=language,
    )


def _want(rng: Random, user: User, goal: Goal) -> ShoppingGoal:
    sold = assortment(user.language)
    departments = [d for d in sold.departments if d.name in user.departments]
    kind = rng.choice(rng.choice(departments).types)
    palette = sold.palettes[kind.colours]
    # Who browses has less in mind; see docs/shoppers.md.
    exact = {"buy": 1.0, "compare": 0.8, "browse": 0.4}[goal]
    return ShoppingGoal(
        noun=kind.noun,
        goal=goal,
        qualifier=rng.choice(kind.qualifiers) if rng.random() < 0.8 * exact else None,
        colour=rng.choice(palette) if palette and rng.random() < 0.35 * exact else None,
        size=_size(rng, user, kind) if rng.random() < 0.6 * exact else None,
        most=_most(rng, user, kind) if rng.random() < 0.55 * exact else None,
        language=user.language,
    )


def _size(rng: Random, user: User, kind: ProductType) -> str | None:
    own = {"clothes": user.clothes_size, "shoes": user.shoe_size}
    sizes = sizes_said(kind, user.language)
    return (own.get(kind.size or "") or rng.choice(sizes)) if sizes else None


def _most(rng: Random, user: User, kind: ProductType) -> int | None:
    """What they would pay at most, in cents: a round number within the type's prices."""
    low, high = kind.price
    if low == high:
        return None
    position = min(1.0, max(0.2, 0.2 + 0.5 * user.means + rng.gauss(0.1, 0.1)))
    step = 5 if high < 100 else 10
    return 100 * max(step, round((low + (high - low) * position) / step) * step)


def _trait(rng: Random, a: float, b: float) -> float:
    return round(rng.betavariate(a, b), 2)


def _said(words: tuple[str, ...], value: float, end: str) -> str:
    chosen = words[min(len(words) - 1, int(value * len(words)))]
    return chosen.format(s=end, ve="s" if end else "ve")
