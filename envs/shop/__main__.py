"""``python -m envs.shop``: the shop's own process, as `envs.shop.serve` starts it.

Writes its URL as a line on standard output once it serves, or ``error: ...`` and exits with 1.
With ``--tied`` it ends when standard input closes, which happens whenever the process that
started it ends, however it ends.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from pathlib import Path

from envs.shop.errors import ShopError
from envs.shop.server import listen, serve_on
from envs.shop.themes import Storefront, UnknownTheme, theme_named
from envs.shop.variants import UnknownVariant, variant_named
from envs.shop.wording import UnknownLanguage, shop_texts


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m envs.shop", description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--variant", default="default")
    parser.add_argument("--theme", default="larkfield")
    parser.add_argument("--language", default="en")
    parser.add_argument("--events-file", type=Path)
    parser.add_argument("--tied", action="store_true")
    options = parser.parse_args()
    try:
        asyncio.run(_serve(options))
    except (ShopError, UnknownVariant, UnknownTheme, UnknownLanguage) as error:
        print(f"error: {error}", flush=True)
        return 1
    return 0


async def _serve(options: argparse.Namespace) -> None:
    variant = variant_named(options.variant)
    storefront = Storefront(theme_named(options.theme).name, shop_texts(options.language).code)
    listener = listen(options.port)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    if options.tied:
        await _stop_when_stdin_closes(stop)
    await serve_on(
        listener,
        options.seed,
        variant,
        options.events_file,
        lambda url: print(url, flush=True),
        stop,
        storefront,
    )


async def _stop_when_stdin_closes(stop: asyncio.Event) -> None:
    class Watcher(asyncio.Protocol):
        def connection_lost(self, error: Exception | None) -> None:
            stop.set()

        def eof_received(self) -> None:
            stop.set()

    await asyncio.get_running_loop().connect_read_pipe(Watcher, sys.stdin)


if __name__ == "__main__":
    sys.exit(main())
