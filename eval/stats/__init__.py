"""Statistics of numbers: tallies, intervals, bootstrap, paired tests, similarity of texts."""
