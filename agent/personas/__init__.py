"""Who the customers are: personas, and populations they are sampled from."""
