"""The offline benchmark: predict every logged action and score it."""
