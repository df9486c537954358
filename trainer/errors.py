"""What can go wrong in training; every message says what, where and what to do."""

from __future__ import annotations


class TrainError(Exception):
    """Training cannot start or go on."""


class ConfigError(TrainError):
    """The configuration is wrong; the message names the field."""


class DataError(TrainError):
    """The data set cannot be read, or holds nothing to learn; the message says where."""


class Stopped(TrainError):
    """It was asked to stop, and did after a whole step."""


class CheckpointError(TrainError):
    """A checkpoint is missing, damaged or belongs to another run."""
