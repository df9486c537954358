"""How one customer's environment behaves: deadlines, patience, trust. Plain data.

Knows nothing of browsers; `envs.browser.browser.ContextOptions` says what window the customer has.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

Seconds = Annotated[float, msgspec.Meta(gt=0)]
Milliseconds = Annotated[float, msgspec.Meta(ge=0)]


class Secret(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A credential typed in place of ``{{name}}``, on `host` and its subdomains only. With `codes`
    the value is the key that one-time codes are made of (TOTP, RFC 6238), and one is typed."""

    name: str
    value: str
    host: str
    codes: bool = False

    def __repr__(self) -> str:
        return f"Secret(name={self.name!r}, host={self.host!r})"


class EnvOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Settings of an `Environment`; the defaults suit an unknown site."""

    call_s: Seconds = 10.0
    """Longest one question to the browser may take; a page that hangs longer is stopped."""
    step_s: Seconds = 30.0
    """Longest one look or one action may take, settling included."""
    session_s: Seconds = 1800.0
    """Longest a whole visit may take."""
    load_s: Seconds = 15.0
    """Longest wait for a page to arrive; what is there by then is observed. At most `step_s`."""
    late_ms: Milliseconds = 3000.0
    """Longest wait for content a page is still fetching after it loaded."""
    loading_ms: Milliseconds = 10000.0
    """Longest wait for content that a page says it is loading."""
    pass_s: Annotated[float, msgspec.Meta(ge=0)] = 10.0
    """Longest pass down a page that shows more as one scrolls; 0 makes none."""
    still_ms: Milliseconds = 40.0
    """How long a document must not change to count as quiet."""
    own_shop: bool = False
    """The site is ours: it is believed about the kinds of its elements, and orders are placed."""
    allow_purchase: bool = False
    """Place orders also on sites other than the embedded shop."""
    not_purchases: tuple[str, ...] = ()
    """Names of elements that are known to place no order, as shell patterns (``*.save_card``)."""
    screenshots: bool = False
    """Take a picture of the window just before each press, for the outcome."""
    human_pace: bool = False
    """Move the pointer along a path and type key by key at a person's speed; else type without
    pauses."""
    seed: int = 0
    """Of the randomness in `human_pace`."""
    secrets: tuple[Secret, ...] = ()
    """Credentials the environment may fill in."""
    max_tabs: Annotated[int, msgspec.Meta(ge=1)] = 5
    """Windows kept open at once; the oldest in the background is closed beyond that."""
    max_navigations: Annotated[int, msgspec.Meta(ge=1)] = 12
    """Pages one step may pass through before the site is said to navigate forever."""
    max_crashes: Annotated[int, msgspec.Meta(ge=0)] = 2
    """Times a crashed page is loaded again in one visit."""
    viewport_only: bool = False
    """Observe what is inside the window only, not the whole page."""

    told_where: bool = False
    """With `viewport_only`: say whether the page goes on above and below the window."""

    hidden: tuple[str, ...] = ()
    """Texts taken out of all that is seen and told, beside the secrets that are typed."""
    login: str = ""
    """What the visit is logged in by, in words; then a page to log in at ends it. Empty where it
    is not logged in, or may log in itself."""
    brought: str = ""
    """What was brought along to be let in, in words; empty for nothing."""

    @property
    def may_order(self) -> bool:
        """Whether orders are placed for real."""
        return self.own_shop or self.allow_purchase


def reveal(text: str, secrets: tuple[Secret, ...], host: str) -> str:
    """`text` with every ``{{name}}`` bound to `host` replaced by its secret."""
    for secret in secrets:
        placeholder = f"{{{{{secret.name}}}}}"
        bound = host == secret.host or host.endswith("." + secret.host)
        if bound and placeholder in text:
            text = text.replace(placeholder, _code(secret.value) if secret.codes else secret.value)
    return text


def _code(key: str) -> str:
    """The one-time code of this half minute."""
    import pyotp

    return pyotp.TOTP(key).now()
