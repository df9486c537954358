"""What belongs to one site: the registrable domain of a host, by the public suffix list.

The list's snapshot inside tldextract is used as it is, never the network. Domains under which a
company rents out names (`myshopify.com`, `github.io`) count as suffixes.
"""

from __future__ import annotations

from functools import cache
from typing import Any


def registrable_domain(host: str) -> str | None:
    """`shop.example.co.uk` gives `example.co.uk`; None where `host` is itself a public suffix.

    A name under no known suffix (`shop.internal`, `staging`) is judged by the list's default
    rule: its last two labels, or the one it has.
    """
    found = _suffixes()(host)
    if found.suffix:
        return str(found.top_domain_under_public_suffix) or None
    return ".".join(host.split(".")[-2:])


def is_public_suffix(host: str) -> bool:
    """Whether strangers can register names directly under `host`."""
    return registrable_domain(host) is None or "." not in host


@cache
def _suffixes() -> Any:
    import tldextract  # half a second to import, and needed for named sites only

    return tldextract.TLDExtract(
        cache_dir=None, suffix_list_urls=(), include_psl_private_domains=True
    )
