"""What it means that sessions were made with other versions than these of today.

Sessions say with what they were made (`Session.versions`); a log of people or of another product
says little, and of that nothing is concluded.
"""

from __future__ import annotations

from agent.sessions.session import Session
from envs.page.script import version as simplifier_version

SHOPPERS_VERSION = "2"
"""Of the behaviour model and its words; sessions that do not say it were made by version 1."""
_NOT_OURS = frozenset({"opera"})
"""What importers write in place of a simplifier's version."""


def differences(session: Session) -> tuple[str, ...]:
    """What is otherwise today than when `session` was made, a sentence each; empty where nothing
    is, or nothing is said."""
    found = []
    unsaid = "1" if session.source == "synthetic" else None
    shoppers = session.versions.get("shoppers", unsaid)
    simplifier = session.versions.get("simplifier")
    if shoppers is not None and shoppers != SHOPPERS_VERSION:
        found.append(
            f"made by synthetic shoppers of version {shoppers}, and these are version "
            f"{SHOPPERS_VERSION}: what they want, search for and think differs, so that results on "
            "the one and on the other are not comparable (`shopper data standard` makes a new set)"
        )
    if simplifier is not None and simplifier not in {simplifier_version(), *_NOT_OURS}:
        found.append(
            f"its pages were read by simplifier {simplifier}, and this is {simplifier_version()}: "
            "a policy sees names and texts there that it may not see in a shop today (`shopper "
            "data simplify` reads logs with raw pages again)"
        )
    return tuple(found)
