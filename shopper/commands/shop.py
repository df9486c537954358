"""``shopper shop``: serves the embedded shop in the foreground."""

from __future__ import annotations

import asyncio
import signal
import socket
from pathlib import Path

import click

from envs.shop.errors import ShopError
from envs.shop.server import listen, serve_on
from envs.shop.themes import Storefront
from envs.shop.variants import variant_named
from shopper.commands._shared_options import storefront_options
from shopper.failure import Failure
from shopper.help import option


@click.command("shop")
@option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="Port on the loopback interface; 0 takes any free one.",
)
@storefront_options
@option(
    "--seed",
    type=int,
    default=1,
    show_default=True,
    help="Seed of the catalogue; the same seed gives the same products.",
)
@option(
    "--events",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Keep the shop's own event log in this SQLite file.",
)
def command(
    port: int, variant: str, theme: str, language: str, seed: int, events: Path | None
) -> None:
    """Serve the embedded shop until Ctrl-C."""
    try:
        listener = listen(port)
    except ShopError as error:
        raise Failure(str(error)) from error
    storefront = Storefront(theme, language)
    asyncio.run(_serve_until_interrupted(listener, seed, variant, events, storefront))


async def _serve_until_interrupted(
    listener: socket.socket,
    seed: int,
    variant: str,
    events: Path | None,
    storefront: Storefront,
) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)

    def ready(url: str) -> None:
        click.echo(f"The shop is at {url} (Ctrl-C ends it)")

    await serve_on(listener, seed, variant_named(variant), events, ready, stop, storefront)
