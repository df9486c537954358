"""``python -m agent.models fetch``: get the embedded model ready, and print where it is."""

from __future__ import annotations

import sys

from agent.models.embedded import ModelError, fetch_embedded
from agent.models.shipped import DEFAULT, shipped_model


def main(arguments: list[str]) -> int:
    if arguments != ["fetch"]:
        print("usage: python -m agent.models fetch", file=sys.stderr)
        return 2
    try:
        model = fetch_embedded(lambda text: print(text, file=sys.stderr, flush=True))
        shipped_model(model, DEFAULT)
    except ModelError as error:
        print(error, file=sys.stderr)
        return 1
    print(model.folder)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
