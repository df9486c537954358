"""The only way out for a run's browsers: which hosts it may reach, and the proxy that enforces
it."""

from envs.gateway.dialer import Resolver
from envs.gateway.flags import chromium_flags
from envs.gateway.gateway import FailedRequest, Gateway
from envs.gateway.limits import GatewayLimits
from envs.gateway.passes import Passes
from envs.gateway.rules import SiteError, SiteRules
from envs.gateway.tls import trusted_key

__all__ = [
    "FailedRequest",
    "Gateway",
    "GatewayLimits",
    "Passes",
    "Resolver",
    "SiteError",
    "SiteRules",
    "chromium_flags",
    "trusted_key",
]
