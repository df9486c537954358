"""Getting in: what a run brings along for sites that are not open to everyone."""

from envs.access.access import OPEN, Access, Cookie, Credentials, LoginScript
from envs.access.errors import AccessError
from envs.access.state import LoginState

__all__ = ["OPEN", "Access", "AccessError", "Cookie", "Credentials", "LoginScript", "LoginState"]
