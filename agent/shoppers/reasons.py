"""Why a shopper does what they do, said in the first person by the shopper.

One wording for each reason: what is wanted, what is seen, what is done with what. Products are
named in the very words of the page, a search is quoted as it is typed, and nothing is said that the
choice was not made on; so a reason never contradicts its action. The sentences are our own.
"""

from __future__ import annotations

from collections.abc import Mapping

from agent.shoppers.choices import Choice
from agent.shoppers.shopping_goal import ShoppingGoal

_REASONS: dict[str, tuple[str, ...]] = {
    # The first one whose facts are all known is said.
    "search_first": ('I want {wish}. I search for "{text}".',),
    "search_retype": ('I mistyped "{last}". I search for "{text}".',),
    "search_nothing": (
        'I want {wish}. "{last}" finds {few}. {Change} and search for "{text}".',
        'I want {wish}. "{last}" does not find it. {Change} and search for "{text}".',
    ),
    "search_again": (
        'I want {wish}. {title} is not quite it. {Change} and search for "{text}".',
        'I want {wish}. None of the {found} products for "{last}" is quite it. '
        '{Change} and search for "{text}".',
        'I want {wish}. {Change} and search for "{text}".',
    ),
    "open_fits": (
        "I want {wish}. {title} fits and costs {price} with {stars} stars{over}. I open it.",
        "I want {wish}. {title} fits. I open it.",
    ),
    "open_rated": (
        "I want {wish}. {title} is rated best here, {stars} stars for {price}{over}. I open it.",
        "I want {wish}. {title} is rated best here with {stars} stars. I open it.",
    ),
    "open_cheap": (
        "I want {wish}. {title} costs least here, {price} with {stars} stars{over}. I open it.",
        "I want {wish}. {title} costs least here, {price}{over}. I open it.",
    ),
    "open_plain": (
        "I want {wish}. {title} costs {price} with {stars} stars{over}. I open it.",
        "I want {wish}. {title} costs {price}{over}. I open it.",
        "I want {wish}. {title} may do. I open it.",
    ),
    "filter": (
        'I want {wish}. There are {found} products. I narrow them down with "{filter}".',
        'I want {wish}. I narrow the list down with "{filter}".',
    ),
    "turn_page": ("I want {wish}. Nothing on this page is it yet. I go to the next page.",),
    "close_popup": ("The newsletter is in my way. I close it.",),
    "option_wanted": ("{title} comes in the {group} I want. I choose {option}.",),
    "option": ("{title} has a {group} to choose. I choose {option}.",),
    "buy": (
        "I wanted {wish}. {title} fits and costs {price} with {stars} stars. I buy it now.",
        "I wanted {wish}, and this is it. I buy it now.",
    ),
    "reviews": (
        "{title} costs {price} with {stars} stars. I read its reviews before I decide.",
        "I read the reviews before I decide.",
    ),
    "keep": (
        "{title} for {price} may be it, but I am not sure. I put it into the cart.",
        "I am not sure yet. I put it into the cart.",
    ),
    "open_cart": ("I look at my cart and what it comes to.",),
    "checkout": ("I look at what the checkout asks for.",),
    "leave_list": (
        "I wanted {wish}. None of the {found} products is it. I leave.",
        "I wanted {wish}. None of these is it. I leave.",
    ),
    "leave_nothing": ("I wanted {wish}. They do not have it. I leave.",),
    "leave_tired": (
        "I wanted {wish}. I opened {opened} and am not convinced. I leave.",
        "I wanted {wish}. I have looked long enough. I leave.",
    ),
    "leave_dear": ("{title} costs {price}, more than my {most}. I leave.",),
    "leave_sold_out": ("{title} is out of stock. I leave.",),
    "leave_kept": ("{title} is in the cart, and I will think it over. I leave.",),
    "leave_compared": (
        "I only wanted to compare. {title} costs {price} with {stars} stars. I leave.",
        "I only wanted to compare, and I have. I leave.",
    ),
    "leave_browsed": (
        "I was only looking. {title} costs {price}, and I need nothing today. I leave.",
        "I was only looking. I leave.",
    ),
    "leave_cart": ("I see what it comes to and would rather wait. I leave.",),
    "leave_stuck": ("I do not see how to go on from here. I leave.",),
}

_CHANGES = {
    "add": "I say more exactly what I want",
    "drop": "I ask for less",
    "replace": "I put it differently",
    "reorder": "I turn the words round",
    "new": "I start afresh",
}
"""What is done to the words of a search, see `wording.revision_of`."""


def say(choice: Choice, want: ShoppingGoal) -> str:
    """The reason for a choice, as one to three sentences."""
    facts = _facts(choice.facts, want)
    family = _REASONS[choice.why]
    text = next((t for t in family if _has_all(t, facts)), family[-1]).format_map(facts)
    return text[0].upper() + text[1:]


def _facts(facts: Mapping[str, str], want: ShoppingGoal) -> dict[str, str]:
    known = {"wish": want.wish, "most": want.limit, **facts}
    if "change" in known:
        known["Change"] = _CHANGES[known["change"]]
    return known


def _has_all(template: str, facts: Mapping[str, str]) -> bool:
    """Whether every fact the sentence mentions is known and says something; `over` may be empty."""
    names = [part.split("}")[0] for part in template.split("{")[1:]]
    return all(facts.get(name) or (name == "over" and name in facts) for name in names)
