"""Event logs of shops, as sessions without pages."""
