"""A finding with the steps that show it, ready for a page: pictures, marks, links."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from eval.report.study.pictures import Pictures
from eval.usability.schema import Evidence, Finding
from eval.visits import Shot, mark_of


@dataclass(frozen=True)
class Shown:
    """A step that shows a finding. `visit` is its number in the stories; None without a log."""

    evidence: Evidence
    visit: int | None
    shot: Shot | None
    source: str | None


@dataclass(frozen=True)
class FindingView:
    """A finding with its evidence, the first with a picture in front."""

    finding: Finding
    shown: tuple[Shown, ...]


def finding_view(finding: Finding, pictures: Pictures, numbers: Mapping[str, int]) -> FindingView:
    """`numbers` are those of the visits by session id."""
    shown = [_shown(one, pictures, numbers) for one in finding.evidence]
    return FindingView(finding, tuple(sorted(shown, key=lambda one: one.source is None)))


def _shown(evidence: Evidence, pictures: Pictures, numbers: Mapping[str, int]) -> Shown:
    number = numbers.get(evidence.session_id)
    return Shown(evidence, number, _shot(evidence), pictures.source(evidence.screenshot))


def _shot(evidence: Evidence) -> Shot | None:
    """The evidence's picture with the element marked on it."""
    view, box = evidence.viewport, evidence.box
    if evidence.screenshot is None:
        return None
    if view is None:
        return Shot(evidence.screenshot)
    mark = None
    if box is not None:
        mark = mark_of(box, view.scroll_x, view.scroll_y, view.width, view.height)
    off_screen = box is not None and mark is None
    return Shot(evidence.screenshot, view.width, view.height, mark, off_screen)
