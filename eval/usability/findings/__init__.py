"""Findings: friction seen in behaviour, grouped over customers. None without evidence.

Every detector reads what customers did and saw and holds it against a published norm; none knows
the site, its variants or the study's expectations.
"""

from __future__ import annotations

from eval.usability.findings.find import find_all

__all__ = ["find_all"]
