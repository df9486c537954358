"""The django-oscar shop as a fixture: built once per machine, a copy served in its own process.

The cached build is keyed by what it is made from, so a change of ours or of oscar's builds it again.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import msgspec
import pytest

from agent.cache import cache_dir
from envs.shop.products import make_products

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


@dataclass(frozen=True)
class Oscar:
    """The running shop: its address, and its database to look into."""

    url: str
    database: Path

    def orders(self) -> list[tuple[str, str]]:
        """Number and total of every order the shop has taken."""
        return self._rows("select number, total_incl_tax from order_order order by id")

    def basket(self) -> list[tuple[str, int]]:
        """Title and quantity of everything in baskets that are still open."""
        return self._rows(
            "select title, quantity from basket_line join catalogue_product product"
            " on product.id = product_id join basket_basket basket on basket.id = basket_id"
            " where basket.status = 'Open' order by basket_line.id"
        )

    def _rows(self, query: str) -> list[tuple[str, int]] | list[tuple[str, str]]:
        with sqlite3.connect(self.database) as connection:
            return connection.execute(query).fetchall()


@pytest.fixture(scope="session")
def oscar_build() -> Path:
    """The folder of a finished shop in the cache."""
    pytest.importorskip("oscar", reason="django-oscar is not installed")
    folder = cache_dir("oscar") / _key()
    if not folder.is_dir():
        _build(folder)
    return folder


@pytest.fixture
async def oscar(oscar_build: Path, tmp_path: Path) -> AsyncIterator[Oscar]:
    """The shop, fresh, on loopback, for as long as the test runs."""
    folder = tmp_path / "oscar"
    shutil.copytree(oscar_build, folder)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.oscar.server"),
        cwd=ROOT,
        env={**os.environ, "OSCAR_FOLDER": str(folder)},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    port = (await asyncio.wait_for(process.stdout.readline(), 60)).decode().strip()
    assert port.isdigit(), "the oscar shop did not start: see its output above"
    yield Oscar(f"http://127.0.0.1:{port}", folder / "shop.sqlite3")
    process.stdin.close()
    await asyncio.wait_for(process.wait(), 20)


def _key() -> str:
    """Changes when the catalogue, our scripts or a library does."""
    made = hashlib.sha256(msgspec.msgpack.encode(make_products(seed=0)))
    for name in ("settings.py", "build.py"):
        made.update((HERE / name).read_bytes())
    for package in ("django", "django-oscar", "django-haystack", "whoosh", "pycountry"):
        made.update(version(package).encode())
    return made.hexdigest()[:16]


def _build(folder: Path) -> None:
    """Build beside `folder` and move there when done, so a half-made shop is never found."""
    import subprocess

    scratch = Path(tempfile.mkdtemp(dir=folder.parent))
    try:
        subprocess.run(
            (sys.executable, "-m", "tests.oscar.build"),
            cwd=ROOT,
            env={**os.environ, "OSCAR_FOLDER": str(scratch)},
            check=True,
        )
        scratch.rename(folder)
    except OSError:
        if not folder.is_dir():  # another test process was faster otherwise
            raise
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
