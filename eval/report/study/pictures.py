"""Pictures of findings and pages as text, up to a budget; what is left out is counted.

Knows files, not what they show. Pictures of whole visits are `eval.report.pictures`'s business.
"""

from __future__ import annotations

from pathlib import Path

from eval.report.pictures import data_uri, picture_file


class Pictures:
    """Gives out pictures until `budget` bytes are spent. `left_out` counts those refused since."""

    def __init__(self, root: Path, budget: int) -> None:
        self.root = root.resolve()
        self.left = budget
        self.left_out = 0

    def source(self, path: str | None) -> str | None:
        """The picture as a data: URI; None when it is missing, no picture, or over the budget."""
        file = picture_file(self.root, path) if path else None
        if file is None:
            return None
        size = file.stat().st_size
        if size > self.left:
            self.left_out += 1
            return None
        self.left -= size
        return data_uri(file)
