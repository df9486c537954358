"""The library: what the commands do, as functions to be awaited.

A call that makes no sense raises a ValueError with a sentence. One that is cancelled, as by Ctrl-C
under `asyncio.run`, stops cleanly and keeps what was reached.
"""
