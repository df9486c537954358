"""Where models come from, and where their files are kept.

Models are fetched once, checked, turned into what loads fast, and kept in the cache folder. Knows
nothing of prompts or decisions. `describe` tells ``shopper doctor`` what is here.
"""

from __future__ import annotations

from agent.models.embedded import EmbeddedModel, ModelError, fetch_embedded
from agent.models.facts import ModelFacts, describe

__all__ = ["EmbeddedModel", "ModelError", "ModelFacts", "describe", "fetch_embedded"]
