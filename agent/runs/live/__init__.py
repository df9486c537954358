"""A run as it goes, for whoever looks: customers, pictures, thoughts; and how to hold it up.

Each run listens on a socket of its own in a folder that is the user's alone. Who looks connects to
it; nobody there, no picture is taken.
"""
