"""The same customers on two sides, paired and compared."""
