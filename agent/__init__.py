"""The customer: sessions, prompts, policies, personas, and runs that send customers to a site."""

__version__ = "0.1.0"
