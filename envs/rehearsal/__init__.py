"""The embedded shop rehearsed: whole visits without a server, navigation or waiting.

Pages come from the shop's own code, are laid out in a real browser once and looked at by the real
page script; a page that was seen before is not laid out again. What a visit sees equals what it
would see in the browser, which a test holds line for line.
"""

from envs.rehearsal.stage import RehearsalStage
from envs.rehearsal.visit import RehearsedVisit

__all__ = ["RehearsalStage", "RehearsedVisit"]
