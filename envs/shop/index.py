"""The catalogue in SQLite, with a full-text index (FTS5).

Answers which products hold a word and how strongly. How words are combined into a search is
`search`'s business.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from functools import lru_cache

from envs.shop.products import Product

_SCHEMA = """
CREATE TABLE product (
    id INTEGER PRIMARY KEY, slug TEXT UNIQUE, title TEXT, brand TEXT, department TEXT,
    price INTEGER, rating REAL, ratings INTEGER, in_stock INTEGER
);
CREATE VIRTUAL TABLE product_text USING fts5(
    noun, title, words, colours, details, tokenize = "{tokenizer}"
);
"""
_WEIGHTS = "12.0, 6.0, 4.0, 3.0, 1.0"
"""Weights of the text columns in bm25: a word that says what the thing is counts most."""


class CatalogueIndex:
    """Products by row number (their place in `products`) in an in-memory database."""

    def __init__(self, products: tuple[Product, ...], tokenizer: str) -> None:
        """`tokenizer` as FTS5 writes it; which one is right depends on the language."""
        self._db = sqlite3.connect(":memory:", check_same_thread=False)
        self._db.executescript(_SCHEMA.format(tokenizer=tokenizer))
        self._db.executemany(
            "INSERT INTO product VALUES (?,?,?,?,?,?,?,?,?)",
            [_row(number, product) for number, product in enumerate(products)],
        )
        self._db.executemany(
            "INSERT INTO product_text (rowid, noun, title, words, colours, details)"
            " VALUES (?,?,?,?,?,?)",
            [_texts(number, product) for number, product in enumerate(products)],
        )
        self.holding = lru_cache(maxsize=4096)(self._holding)

    def _holding(self, word: str) -> Mapping[int, float]:
        """Products that hold `word` in any form, with their bm25 score (higher is better)."""
        rows = self._db.execute(
            f"SELECT rowid, -bm25(product_text, {_WEIGHTS}) FROM product_text"
            " WHERE product_text MATCH ?",
            (f'"{word}"',),
        )
        return dict(rows.fetchall())


def _row(number: int, product: Product) -> tuple[object, ...]:
    return (
        number,
        product.slug,
        product.title,
        product.brand,
        product.department,
        product.price,
        product.rating,
        product.ratings,
        product.in_stock,
    )


def _texts(number: int, product: Product) -> tuple[object, ...]:
    return (
        number,
        product.noun,
        product.title,
        f"{product.words} {product.department}",
        " ".join(product.colours),
        " ".join((*product.features, *product.sizes)),
    )
