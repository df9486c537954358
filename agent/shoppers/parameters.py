"""The numbers of the behaviour model, in one place, each with what it means.

Where a number comes from a measurement, the source is named. The others were fitted so that the
model's sessions have the published figures (`TARGETS`); see docs/shoppers.md.
"""

from __future__ import annotations

import msgspec


class Targets(msgspec.Struct, frozen=True):
    """Published figures of real sessions (arXiv 2503.20749, section 3): actions and searches per
    session, share of sessions that end in a purchase, and filters per search (at most)."""

    actions: float = 7.25
    searches: float = 2.82
    purchases: float = 0.139
    filters_per_search: float = 1 / 7


TARGETS = Targets()


class Clicks(msgspec.Struct, frozen=True):
    """How people click on a real site (OPeRA's timelines: 196 sessions of 15 people): readings of
    reviews and choices of options for each product link followed, clicks in a row counted once, and
    filters for each search."""

    reviews_per_product: float = 0.49
    options_per_product: float = 0.52
    filters_per_search: float = 0.094


CLICKS = Clicks()


class Parameters(msgspec.Struct, frozen=True, kw_only=True):
    """Weights are log-odds unless said otherwise."""

    decisive: float = 1.6
    """Power to which weights are taken when one of several things is done: above 1, the heavier
    is done more often than its weight says."""

    # Looking down a list: a cascade (Craswell et al. 2008) with a chance to stop looking.
    look_on: float = 0.8
    """Chance to look at the next item when this one was not clicked."""
    click_bias: float = -1.8
    """Attraction of an average item of the right kind."""
    wrong_thing: float = -3.6
    right_quality: float = 3.2
    """The title has the wanted quality; half of it is taken off when it has not."""
    dear: float = 1.3
    """Per standard deviation of price above its neighbours, times price sensitivity."""
    over_limit: float = -2.6
    stars: float = 1.5
    """Per 0.4 stars above 4.2, times care."""
    seen_before: float = -3.4
    similar_bias: float = -1.6
    """Items in "similar products" attract less than results do."""

    # On a list, when nothing is clicked. Weights, not log-odds.
    search_again: float = 0.82
    search_again_bad: float = 2.0
    """The same when few items are the thing wanted."""
    search_fading: float = 0.86
    """Factor for each search made beyond the first."""
    filter: float = 0.42
    filter_useful: float = 1.0
    """There is a filter for what is wanted."""
    turn_page: float = 0.16
    close_popup: float = 0.04
    """Chance to close a pop-up before anything else."""

    # Leaving: the weight grows with the steps taken, slower for the patient.
    leave: float = 0.0215
    leave_growth: float = 0.75
    """Per step."""
    patience_helps: float = 0.8
    """The share of the growth that is taken away from the most patient, and added for the least,
    is half of this."""

    # On a product page: how much it is wanted, by goal.
    wants_buy: float = -4.48
    wants_compare: float = -5.88
    wants_browse: float = -6.76
    wants_quality: float = 0.9
    wants_colour: float = 0.5
    wants_price: float = 0.9
    wants_stars: float = 0.7
    wants_after_looking: float = 0.35
    """For each other product looked at before, at most three."""
    wants_chosen: float = 1.5
    """An option has been chosen already."""
    careless: float = 0.06
    """Chance to press buy without having chosen every option."""
    follows_want: float = 0.92
    """Chance that an option that was named in the intent is the one chosen."""

    # On a product page, when it is not bought now. Weights.
    read_reviews: float = 4.3
    """Times the square of care."""
    try_option: float = 1.25
    keep_in_cart: float = 0.12
    look_at_similar: float = 0.8
    search_from_product: float = 1.05
    open_cart: float = 0.5
    """After something was put there, times one."""

    # Searching.
    most_typos: float = 0.32
    """Chance of a typo in a search by the worst typist."""
    retype: float = 0.8
    """Chance to correct a typo that found nothing."""
    revision_add: float = 0.192
    revision_drop: float = 0.226
    revision_replace: float = 0.489
    revision_reorder: float = 0.082
    revision_new: float = 0.011
    """Shares of the ways people revise a search: 691 revisions in WebShop's goal-query map (Yao et
    al. 2022), as shares of all."""
    add_when_plenty: float = 0.06
    add_when_few: float = 0.1
    drop_when_plenty: float = 2.5
    drop_when_few: float = 6.0
    """Factors of adding and of dropping a word, when enough or too little was found: not every way
    is open every time, and these make the shares come out as measured."""


DEFAULT = Parameters()
