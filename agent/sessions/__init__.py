"""Sessions: what a visit leaves behind, on disk and in memory."""
