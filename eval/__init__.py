"""Policy and logs in, numbers out: matching, metrics, statistics, baselines, reports.

Knows nothing of browsers or training.
"""
