"""The policies, by the name given to ``--policy``."""
