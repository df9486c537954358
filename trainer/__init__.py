"""Logs in, policy out: tokens and masks, loss, sharding, checkpoints, reasoning synthesis."""
