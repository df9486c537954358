"""Policy and logs in, numbers out: matching, metrics, statistics, baselines, reports."""
