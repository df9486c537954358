"""What ``--help`` shows: options with the same words for the same things, in groups where many.

Commands declare options with `option` and, where they have more than ten, are a `Command` with
`sections`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from click.types import OptionHelpExtra

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

_SENTENCE_END = re.compile(r"(?<!e\.g)(?<!i\.e)\.(?:\s|$)")

_NO_NUMBER = re.compile(r"is not a valid (integer|float)( range)?\.$")
"""How click says that a text is no number."""


def first_sentence(text: str) -> str:
    """The first sentence of a help text, without its full stop."""
    return _SENTENCE_END.split(" ".join(text.split()), maxsplit=1)[0]


class Option(click.Option):
    """An option that says what it takes in one word, and its limits in words."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        if self.metavar is None and not self.is_flag:
            self.metavar = _word_for(self.type)

    def type_cast_value(self, ctx: click.Context, value: Any) -> Any:
        try:
            return super().type_cast_value(ctx, value)
        except click.BadParameter as error:
            said = _NO_NUMBER.sub(_what_number, error.message)
            if said == error.message:
                raise
            raise click.BadParameter(said, ctx, self) from error

    def get_help_extra(self, ctx: click.Context) -> OptionHelpExtra:
        extra = super().get_help_extra(ctx)
        if isinstance(self.show_default, str):  # what it comes to, where that is no fixed value
            extra["default"] = self.show_default
        elif isinstance(self.default, float) and "default" in extra:
            extra["default"] = f"{self.default:g}"
        if "range" in extra:
            limits = _limits(self.type)
            if limits:
                extra["range"] = limits
            else:
                del extra["range"]
        return extra


def option(*names: str, **settings: Any) -> Callable[[Decorated], Decorated]:
    """``click.option`` for an `Option`."""
    return click.option(*names, cls=Option, **settings)


class Command(click.Command):
    """A command with its options in sections: heading to the options' names, without dashes.

    Those in no section, such as ``--help``, come last.
    """

    def __init__(self, *args: Any, sections: Mapping[str, str], **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.sections = {heading: names.split() for heading, names in sections.items()}

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        records = {
            _name(param): record
            for param in self.get_params(ctx)
            if isinstance(param, click.Option) and (record := param.get_help_record(ctx))
        }
        for heading, names in self.sections.items():
            with formatter.section(heading):
                formatter.write_dl([records.pop(name) for name in names])
        with formatter.section("Other"):
            formatter.write_dl(list(records.values()))


class Group(click.Group):
    """A group that lists its commands by the whole first sentence of their help."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(
                [
                    (name, first_sentence(command.help or ""))
                    for name in self.list_commands(ctx)
                    if (command := self.get_command(ctx, name))
                ]
            )


def _name(param: click.Parameter) -> str:
    return max(param.opts, key=len).lstrip("-")


def _word_for(kind: click.ParamType[Any]) -> str | None:
    """What stands for a value; None where click lists the values."""
    if isinstance(kind, click.Path):
        return "PATH" if kind.file_okay and kind.dir_okay else "FILE" if kind.file_okay else "DIR"
    if isinstance(kind, click.types.IntParamType | click.types.FloatParamType):
        return "N"
    return None if isinstance(kind, click.Choice) else "TEXT"


def _what_number(said: re.Match[str]) -> str:
    return "is not a whole number." if said[1] == "integer" else "is not a number."


def _limits(kind: click.ParamType[Any]) -> str:
    """``1 to 256``, ``at least 1``; nothing where only what is below 0 is ruled out."""
    if not isinstance(kind, click.IntRange | click.FloatRange):
        return ""
    if kind.min is not None and kind.max is not None:
        return f"{kind.min:,} to {kind.max:,}"
    if kind.max is not None:
        return f"at most {kind.max:,}"
    if kind.min_open:
        return f"more than {kind.min:,}"
    return f"at least {kind.min:,}" if kind.min else ""
