"""Requests share looks, and none is judged by a look that began before it was asked."""

from __future__ import annotations

import asyncio

from envs.guard.looks import SharedLooks
from envs.guard.scene import Signs


class Document:
    """A document that answers when it is let, with how often it was looked at."""

    def __init__(self) -> None:
        self.looks = 0
        self.answers = asyncio.Event()

    async def look(self, _: str) -> tuple[Signs, ...]:
        self.looks += 1
        number = self.looks
        await self.answers.wait()
        return (Signs(address=number),)


async def test_a_hundred_requests_at_once_cost_two_looks() -> None:
    document = Document()
    looks = SharedLooks(document.look)
    first = asyncio.ensure_future(looks.at("frame"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert document.looks == 1
    later = [asyncio.ensure_future(looks.at("frame")) for _ in range(99)]
    await asyncio.sleep(0)
    document.answers.set()
    assert (await first)[0].address == 1
    assert {(await one)[0].address for one in later} == {2}
    assert document.looks == 2


async def test_frames_do_not_wait_for_each_other() -> None:
    document = Document()
    looks = SharedLooks(document.look)
    both = [asyncio.ensure_future(looks.at(frame)) for frame in ("one", "two")]
    for _ in range(3):
        await asyncio.sleep(0)
    assert document.looks == 2
    document.answers.set()
    await asyncio.gather(*both)


async def test_one_that_gives_up_takes_no_look_from_others() -> None:
    document = Document()
    looks = SharedLooks(document.look)
    first, second = (asyncio.ensure_future(looks.at("frame")) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    document.answers.set()
    assert (await second)[0].address == 1


async def test_a_document_that_does_not_answer_shows_nothing() -> None:
    assert await SharedLooks(Document().look).at("frame") == ()
