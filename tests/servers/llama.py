"""A real OpenAI-compatible server: llama.cpp's own, with a GGUF file, in a process of its own.

    python -m tests.servers.llama MODEL.gguf

Prints its address and serves until standard input ends.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

WINDOW = 8192
AT_ONCE = 2


@contextmanager
def serve_model(model: Path) -> Iterator[str]:
    """The base URL of a server of `model` for as long as the context lasts.

    Raises:
        RuntimeError: it did not start; says what it wrote.
    """
    command = [sys.executable, "-m", "tests.servers.llama", str(model)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        assert running.stdin is not None and running.stdout is not None
        address = running.stdout.readline().strip()
        try:
            if not address:
                running.stdin.close()
                raise RuntimeError(running.stderr.read() if running.stderr else "no address")
            yield f"{address}/v1"
        finally:
            running.stdin.close()
            running.kill()


def main(model: str) -> None:
    import xllamacpp

    settings = xllamacpp.CommonParams()
    settings.model.path = model
    settings.model_alias = {Path(model).stem}
    settings.hostnames = ["127.0.0.1"]
    settings.port = 0
    settings.n_ctx = WINDOW * AT_ONCE
    settings.n_parallel = AT_ONCE
    settings.cpuparams.n_threads = 1  # two that wait for each other stand still on a busy machine
    settings.verbosity = 0
    server = xllamacpp.Server(settings)
    print(server.listening_address, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main(sys.argv[1])
