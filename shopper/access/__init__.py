"""Getting in, as it is asked for: options, files and variables become one `envs.access.Access`."""

from shopper.access.asked import AccessAsked
from shopper.access.reading import check_told, in_clear, read_access

__all__ = ["AccessAsked", "check_told", "in_clear", "read_access"]
