"""``python -m shopper.app.new.step_time``: how long the embedded model takes a step."""

from __future__ import annotations

import asyncio
import sys

import msgspec

from agent.policies.registry import DEFAULT
from agent.policies.step_time import measure

if __name__ == "__main__":
    sys.stdout.write(msgspec.json.encode(asyncio.run(measure(DEFAULT))).decode())
