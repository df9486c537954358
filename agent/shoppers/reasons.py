"""Why a shopper does what they do, said in the first person by the shopper.

Each reason for a choice has a family of sentences; the facts they mention are those the choice was
made on. The sentences are our own.
"""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from agent.shoppers.choices import Choice
from agent.shoppers.shopping_goal import ShoppingGoal

_FAMILIES: dict[str, tuple[str, ...]] = {
    "search_first": (
        "I am here for {thing}, so I start with a search for {text}.",
        "The quickest way to {thing} is the search box. I type {text}.",
        "Let me see what they have. I search for {text}.",
        "I will not click through departments, I just look for {text}.",
        "First I want an overview, so I search for {text}.",
        "{Thing} is what I have in mind; {text} should find it.",
    ),
    "search_again": (
        "Nothing here convinces me yet, so I try {text} instead of {last}.",
        "I want to see other choices. Maybe {text} brings them up.",
        "That was not quite it. I search again, this time for {text}.",
        "Before I decide I look at what {text} gives me.",
        "{Last} was a start; {text} should be closer to what I want.",
        "I go on looking and change my search to {text}.",
    ),
    "search_nothing": (
        "That found next to nothing of what I want. I try {text}.",
        "These are not what I meant. {Text} may work better.",
        "Hardly anything fits, I must have put it badly. Now {text}.",
        "I should word it differently: {text}.",
        "No luck with {last}, so I try {text}.",
    ),
    "open_fits": (
        "{title} sounds like what I came for, and {price} is worth a look.",
        "It says {quality}, which is what I wanted. I open {title}.",
        "{title} at {price} with {stars} stars fits, I want to see more.",
        "This one is {quality} as I hoped. Let me read about {title}.",
        "The first that really matches is {title}. I take a look.",
    ),
    "open_rated": (
        "{title} has {stars} stars, one of the best here. I open it.",
        "People seem happy with {title}: {stars} stars. I want to know why.",
        "With {stars} stars {title} stands out, so I look closer.",
        "I trust good ratings, and {title} has {stars} stars.",
    ),
    "open_cheap": (
        "{title} is only {price}, less than the others. I have a look.",
        "At {price} {title} is the cheapest here, let me see what it is like.",
        "{price} is a good price. I open {title}.",
        "Nothing else here costs as little as {title}.",
    ),
    "open_plain": (
        "{title} catches my eye, I will look at it.",
        "{price} for {title} seems fair. I open it to see the details.",
        "I am curious about {title}.",
        "Maybe {title} will do. Let me check.",
        "{title} with {stars} stars could be an option.",
    ),
    "filter": (
        "There are too many to go through, so I narrow it down: {filter}.",
        "I only want to see what fits, {filter} helps.",
        "{filter} leaves out what I do not want anyway.",
        "Let me sort this out with {filter}.",
    ),
    "turn_page": (
        "There is more, and I am not done looking. On to the next page.",
        "Nothing on this page is right, perhaps further on.",
        "I like to see everything before I choose, so I go on.",
        "I turn the page for more of the same.",
    ),
    "close_popup": (
        "That newsletter box is in my way, I close it.",
        "I do not want any newsletter. Away with it.",
        "A pop-up already. I close it and go on.",
    ),
    "option_wanted": (
        "{option} is the {group} I want.",
        "They have it in {option}, so I choose that.",
        "I take {option}, that is what I had in mind.",
        "For {group} I need {option}.",
    ),
    "option": (
        "I have to choose a {group}; {option} seems right.",
        "{option} will do for me.",
        "Let me see it in {option}.",
        "I try {option}.",
    ),
    "buy": (
        "{title} for {price} is what I was looking for. I buy it.",
        "It fits, the price of {price} is fine, and {stars} stars are good enough. I order it now.",
        "I have seen enough, this is the one.",
        "No need to look any further, I take {title}.",
        "{price} is all right for me. I buy it now.",
    ),
    "reviews": (
        "Before I think about {price} I want to know what others say.",
        "Two reviews tell me little. I read the rest.",
        "{stars} stars, but why? I look at more reviews.",
        "I want to see if anybody had trouble with it.",
    ),
    "keep": (
        "I am not sure yet, but I put {title} aside in the cart.",
        "This one stays on my list, so into the cart for now.",
        "I keep {title} in the cart while I think.",
        "A candidate. I put it into the cart and decide later.",
    ),
    "open_cart": (
        "Let me look at what is in my cart now.",
        "I check my cart and what it comes to.",
        "How much is that with delivery? I open the cart.",
    ),
    "checkout": (
        "I would like to see what checking out involves.",
        "Let me see what they want to know before I order.",
    ),
    "leave_list": (
        "Nothing in this list is worth my time. I close the window.",
        "I have seen enough of it and leave.",
        "This is not going anywhere, I stop here.",
        "None of these speaks to me. I am off.",
    ),
    "leave_nothing": (
        "They do not seem to have {thing}. I go elsewhere.",
        "I cannot find what I want here, so I leave.",
        "No {thing} for me in this shop, it seems. Enough.",
    ),
    "leave_tired": (
        "I have looked long enough without finding the right one. I leave.",
        "I am getting tired of this, perhaps another day.",
        "I do not want to go on looking for {thing}. Closing.",
        "It is not quite what I want, and I have no time left.",
    ),
    "leave_dear": (
        "{price} is more than I want to pay. I leave it.",
        "Too expensive for me at {price}. I stop here.",
        "I said no more than ${most}, and this is {price}. I am out.",
    ),
    "leave_sold_out": (
        "Out of stock, of all things. I leave.",
        "It cannot be had right now, so there is no point in staying.",
    ),
    "leave_kept": (
        "It is in the cart, I will think it over. Done for today.",
        "I sleep on it before I pay for anything.",
    ),
    "leave_compared": (
        "Now I know what {thing} costs here. I will compare with other shops.",
        "I have the prices I wanted to know, that is all for today.",
        "{title} at {price} is noted. I decide later.",
    ),
    "leave_browsed": (
        "I was only looking, and I have seen some ideas. Time to go.",
        "Nice to look at, but I need nothing today.",
        "Enough browsing. I close the window.",
    ),
    "leave_cart": (
        "Seeing the total, I would rather wait.",
        "I leave it in the cart and come back if I still want it.",
    ),
    "leave_stuck": (
        "I do not see how to go on from here, so I leave.",
        "This page is of no use to me. I close it.",
    ),
}


def say(choice: Choice, want: ShoppingGoal, rng: Random) -> str:
    """The reason for a choice, as one or two sentences."""
    facts = _facts(choice.facts, want)
    family = [t for t in _FAMILIES[choice.why] if _has_all(t, facts)]
    text = rng.choice(family).format_map(facts)
    return text[0].upper() + text[1:]


def _facts(facts: Mapping[str, str], want: ShoppingGoal) -> dict[str, str]:
    known = {"thing": want.thing, **facts}
    if want.most:
        known["most"] = str(want.most // 100)
    return known | {
        name.capitalize(): known[name][:1].upper() + known[name][1:]
        for name in ("thing", "text", "last")
        if known.get(name)
    }


def _has_all(template: str, facts: Mapping[str, str]) -> bool:
    """Whether every fact the sentence mentions is known and says something."""
    names = [part.split("}")[0] for part in template.split("{")[1:]]
    return all(facts.get(name) for name in names)
