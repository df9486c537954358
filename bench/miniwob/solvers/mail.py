"""An inbox and a list of posts, whose buttons are pictures."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bench.miniwob.play import Play
from bench.miniwob.reasons import NotPossible
from bench.miniwob.view import NotSeen, quoted


@dataclass(frozen=True)
class Errand:
    """What to do with whose mail, to whom or with which words."""

    do: str
    by: str
    more: str = ""


NAME = r"([A-Z][a-z-]+)"
BY = (
    rf"(?:by|from) {NAME}",
    rf"{NAME}(?:'s)? (?:sent|e?mail|message|wants (?:his|her))",
    rf"{NAME}'s",
    rf"(?:delete|trash|star|mark|answer|reply to|respond to|to) {NAME}",
)
TO = (
    rf"\bto {NAME}",
    rf"(?:Send|Give|Forward|send|give|forward) {NAME}",
    rf"^{NAME} (?:wants|is waiting)",
)


def errand(task: str) -> Errand:
    """What a task asks for, in its own or in people's words."""
    said = quoted(task)
    low = task.lower()
    if "trash" in low or "delete" in low or "remove" in low:
        return Errand("delete", first(BY, task))
    if said or "reply" in low or "respond" in low:
        return Errand("reply", first(BY, task), said[-1] if said else "")
    if "star" in low or "important" in low:
        return Errand("star", first(BY, task))
    by = first(BY, task)
    return Errand("forward", by, first(TO, re.sub(rf"\b{by}(?:'s)?", "it", task)))


def first(patterns: tuple[str, ...], text: str) -> str:
    for pattern in patterns:
        found = re.search(pattern, text)
        if found:
            return found[1]
    raise NotSeen(f"nobody is named in {text!r}")


async def inbox(play: Play) -> None:
    """Find the mail by somebody and delete, star, answer or forward it."""
    what = errand(play.task)
    thread = mail_by(play, what.by)
    if what.do == "forward" and play.view.text.count(f" {what.by} ") > 2:
        raise NotPossible("two mails by one sender: the task does not say which")
    if what.do in ("delete", "star"):
        word = "(?:.*_)?(?:trash|delete)(?:_.*)?" if what.do == "delete" else "(?:.*_)?star(?:_.*)?"
        inside = [n for n in play.view.having(own=word) if n.startswith(thread + ".")]
        if inside:
            await play.click(inside[0])
        await play.click(thread)
        await play.click(play.view.one(own=word))
        return
    await play.click(thread)
    await play.click_shown("Reply" if what.do == "reply" else "Forward")
    field = next(
        n
        for n in play.view.fields()
        if (play.view.tag(n).name == "textarea") == (what.do == "reply")
    )
    await play.input(field, what.more)
    await play.wait(0.3)  # the button is a picture, which comes later than the page
    await play.click(play.view.one(own=r"(?:.*_)?send(?:_.*)?"))


def mail_by(play: Play, name: str) -> str:
    """The mail that begins with somebody's name."""
    found = [e.name for e in play.view.names if play.view.words(e.name).startswith(name + " ")]
    if not found:
        found = play.view.having(says=name)
    if not found:
        raise NotSeen(f"no mail by {name}; there are {[e.name for e in play.view.names]}")
    return found[0]


POSTS = {
    "Reply": "reply",
    "Retweet": "retweet",
    "Like": "like",
    "Share": "share",
}


async def post_button(play: Play) -> None:
    """For the user @x, click on the "Reply" button, or on one of the menu "more"."""
    found = re.search(r'For the user (@\S+), click on the "(.*)" button', play.task)
    user, what = (found[1], found[2]) if found else ("", "")
    post = posts(play, user)[0]
    if what not in POSTS:
        await play.click(f"{post}.more")
        words = f"{what} {user}" if what in ("Mute", "Block") else what
        await play.click_shown(words)
    await play.click(f"{post}.{POSTS[what]}")


async def posts_by(play: Play) -> None:
    """Click the "Like" button on all (or so many) posts by @x and then click Submit."""
    found = re.search(r'the "(.*)" button on (all|\d+) posts? by (@\S+) and', play.task)
    what, many, user = found.groups() if found else ("", "all", "")
    mine = posts(play, user)
    for post in mine if many == "all" else mine[: int(many)]:
        await play.click(f"{post}.{POSTS[what]}")
    await play.click_shown("Submit")


def posts(play: Play, user: str) -> list[str]:
    """The names of the posts by a user: boxes with a heart whose words have the user's name."""
    hearts = play.view.having(own="like")
    boxes = [name.rpartition(".")[0] for name in hearts]
    return [box for box in boxes if user in play.view.words(box).split()]


SOLVERS = {
    **dict.fromkeys(
        (
            "email-inbox",
            "email-inbox-delete",
            "email-inbox-forward",
            "email-inbox-forward-nl",
            "email-inbox-forward-nl-turk",
            "email-inbox-important",
            "email-inbox-nl-turk",
            "email-inbox-noscroll",
            "email-inbox-reply",
            "email-inbox-star-reply",
        ),
        inbox,
    ),
    "social-media": post_button,
    "social-media-all": posts_by,
    "social-media-some": posts_by,
}
