"""What `--help` shows, of every command: whole sentences, one word for one thing, groups."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from shopper.cli import _summary, shopper
from shopper.help import Command, first_sentence

METAVARS = frozenset(
    [
        *("N", "SECONDS", "USD", "IN,OUT[,CACHED]", "TEXT", "ID", "POLICY", "CONDITION"),
        *("NAME", "NAME[,NAME_B]", "NAME=SHARE,...", "TAG", "ZONE", "CODE"),
        *("FILE", "DIR", "PATH", "URL", "HOST", "ADDRESS", "PATTERN"),
    ]
)


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    with click.Context(group) as ctx:
        for name in group.list_commands(ctx):
            command = group.get_command(ctx, name)
            assert command
            if isinstance(command, click.Group):
                yield from commands(command, (*path, name))
            else:
                yield " ".join((*path, name)), command


ALL = dict(commands(shopper))


def options(command: click.Command) -> list[click.Option]:
    return [p for p in command.params if isinstance(p, click.Option) and not p.hidden]


def shown(name: str) -> str:
    done = CliRunner().invoke(shopper, [*name.split(), "--help"], prog_name="shopper")
    assert done.exit_code == 0, done.output
    return done.output


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Ask them, e.g. why. Then wait.", "Ask them, e.g. why"),
        ("Print a page (.html\nor .html.gz).\n\nMore.", "Print a page (.html or .html.gz)"),
        ("Serve it until Ctrl-C.", "Serve it until Ctrl-C"),
        ("", ""),
    ],
)
def test_the_first_sentence_ends_where_it_ends(text: str, sentence: str) -> None:
    assert first_sentence(text) == sentence


def test_the_list_of_commands_tells_whole_sentences() -> None:
    assert _summary("ask") == 'Ask customers about their visits, e.g. "why did you leave?"'
    for name in ("data", "data import"):
        assert "..." not in shown(name).partition("Commands:")[2]


@pytest.mark.parametrize("name", ALL)
def test_options_say_what_they_take_and_what_they_are_for(name: str) -> None:
    for option in options(ALL[name]):
        assert option.help, option.opts
        listed = isinstance(option.type, click.Choice) and option.metavar is None
        assert option.is_flag or listed or option.metavar in METAVARS, option.opts
    text = shown(name)
    assert "RANGE" not in text and "<=" not in text and "x>" not in text


@pytest.mark.parametrize("name", ALL)
def test_more_than_ten_options_come_in_sections(name: str) -> None:
    command = ALL[name]
    names = sorted(max(option.opts, key=len).lstrip("-") for option in options(command))
    if len(names) > 10:
        assert isinstance(command, Command)
    if not isinstance(command, Command):
        return
    assert sorted(name for section in command.sections.values() for name in section) == names
    lines = shown(name).splitlines()
    assert [line for line in lines if line.rstrip(":") in command.sections] == [
        f"{heading}:" for heading in command.sections
    ]
    (other,) = lines[lines.index("Other:") + 1 :]
    assert "--help" in other


def test_limits_and_defaults_are_in_words() -> None:
    text = " ".join(shown("bench").split())
    assert "[default: 8; 1 to 256]" in text
    assert "[default: 600; more than 0]" in text
    assert "[default: 8192; at least 256]" in text
    assert "[default: all cores]" in text


def test_the_help_of_a_run_loads_neither_models_nor_statistics() -> None:
    code = (
        "import sys, shopper.commands.run\n"
        "sys.exit(' '.join({'openvino', 'torch', 'anthropic', 'scipy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.strip() == ""
