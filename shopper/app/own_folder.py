"""Where the app keeps what only it needs: a hidden folder in the folder of runs."""

from __future__ import annotations

from pathlib import Path

from shopper.run_list import APPS_OWN


class OwnFolder:
    """``.shopper``: records and logs of what was started, studies' files, and the bin."""

    def __init__(self, root: Path) -> None:
        self.root = root / APPS_OWN
        self.jobs = self.root / "jobs"
        self.bin = self.root / "bin"
