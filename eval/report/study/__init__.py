"""The pages of a study and of two studies compared. Nothing is worked out here."""
