"""Sessions from elsewhere: recorded people, simulated shoppers, imported data sets."""
