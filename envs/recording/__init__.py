"""A person's visit in a window, recorded with consent."""
