"""Fills the disk that it is given, and prints what an app over it says of that."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))

from tests.shopper.app.folders import a_run
from tests.shopper.app.serving import RunningApp

if __name__ == "__main__":
    runs = Path(sys.argv[1]) / "runs"
    a_run(runs / "one")
    with (runs / "filling").open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"0" * 512)
        except OSError:
            pass
    app = RunningApp(runs, "--port", "0")
    try:
        app.enter()
        print(app.post("/new/start", policy="synthetic")[2])
        print(app.post("/run/one/notes", text="a note")[2])
        assert app.ask("/")[0] == app.ask("/run/one/findings")[0] == 200
    finally:
        app.close()
