"""The command ``shopper``: finds its subcommands, turns every failure into a sentence and a code.

A subcommand is a module of `shopper.commands` that has a click command called ``command``; it is
imported only when it is used, so that ``shopper --help`` is quick.

Exit codes: 0 done; 1 the work failed, or was stopped by Ctrl-C with everything so far kept; 2 bad
arguments or input file.
"""

from __future__ import annotations

import ast
import difflib
import errno
import importlib
import sys
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import click

from shopper.help import first_sentence
from shopper.own_packages import NAMES, check_packages
from shopper.streams import give_up_output, prepare
from shopper.workflow import unheard

COMMANDS = Path(__file__).with_name("commands")
ORDER = (
    *("app", "run", "study", "ask", "observe", "login", "shop", "report", "runs", "record"),
    *("personas", "doctor"),
    *("simulate", "data", "synthesize", "train", "bench", "compare", "calibrate", "mcp"),
)
"""How ``--help`` lists the commands; those not named here come last."""
OURS = frozenset({"shopper", *NAMES})


@dataclass
class Settings:
    """What holds for whatever subcommand is run."""

    debug: bool = False


class Commands(click.Group):
    """The modules of a folder as subcommands, imported on use."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        names = {path.stem.replace("_", "-") for path in COMMANDS.glob("[a-z]*.py")}
        rank = {name: place for place, name in enumerate(ORDER)}
        return sorted(names, key=lambda name: (rank.get(name, len(rank)), name))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        module = importlib.import_module(f"shopper.commands.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        command.name = cmd_name
        _complete(command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if not name.startswith("-") and name not in self.list_commands(ctx):
            near = difflib.get_close_matches(name, self.list_commands(ctx), n=1)
            hint = f"did you mean {near[0]!r}?" if near else "`shopper --help` lists them."
            raise click.UsageError(f"there is no command {name!r}; {hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, _summary(name)) for name in self.list_commands(ctx)])


def _summary(name: str) -> str:
    """The first sentence of a command's help, read from its source without importing it."""
    source = (COMMANDS / f"{name.replace('-', '_')}.py").read_text("utf-8")
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef) and node.name == "command":
            return first_sentence(ast.get_docstring(node) or "")
    return ""


def _set_debug(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if value:
        ctx.find_root().ensure_object(Settings).debug = True


def _debug_option() -> click.Option:
    return click.Option(
        ["--debug"],
        is_flag=True,
        expose_value=False,
        callback=_set_debug,
        help="Show tracebacks of failures.",
    )


def _complete(command: click.Command) -> None:
    """Let ``--debug`` stand after the subcommand as well, and every wrong word name its help."""
    if any(param.name == "debug" for param in command.params):
        return
    option = _debug_option()
    option.hidden = True
    command.params.append(option)
    _name_in_errors(command)
    if isinstance(command, click.Group):
        for subcommand in command.commands.values():
            _complete(subcommand)


def _name_in_errors(command: click.Command) -> None:
    """What click's parser finds wrong knows of no command: it is told here."""
    parse = command.parse_args

    def parse_args(ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return parse(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx
            raise

    command.parse_args = parse_args  # type: ignore[method-assign]


def _show_version(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if value:
        from agent.distribution import version_of

        click.echo(f"shopper {version_of('shopper') or '(not installed)'}")
        ctx.exit()


shopper = Commands(
    name="shopper",
    help="Send virtual customers through a web shop and see where they struggle, leave, or buy.",
    epilog="`shopper COMMAND --help` explains each command.",
    params=[
        click.Option(
            ["--version"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=_show_version,
            help="Show the version and exit.",
        ),
        _debug_option(),
    ],
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    no_args_is_help=True,
)


def main(arguments: Sequence[str] | None = None) -> None:
    """The console command: run a subcommand, say what failed, exit with the code."""
    prepare()
    with unheard():
        _run(arguments)


def _run(arguments: Sequence[str] | None) -> NoReturn:
    settings = Settings()
    try:
        check_packages()  # before anything of them is imported, here or by a command
        result = shopper.main(
            args=arguments, prog_name="shopper", standalone_mode=False, obj=settings
        )
        sys.stdout.flush()  # whoever does not take it is met now, while that can be said
        sys.exit(result if isinstance(result, int) else 0)
    except (Exception, KeyboardInterrupt) as error:
        if settings.debug and not isinstance(error, click.exceptions.NoArgsIsHelpError):
            traceback.print_exc()
        message, code = describe(error)
        if message:
            click.echo(message, err=True)
        give_up_output()
        sys.exit(code)


def describe(error: BaseException) -> tuple[str, int]:
    """The sentence and the exit code for whatever ended a command.

    An error class of ours that is a ValueError says that an argument or an input file is wrong
    (2); any other error of ours says that the work failed (1). Other people's errors are bugs.
    """
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return error.format_message(), error.exit_code
    if isinstance(error, click.UsageError):
        where = error.ctx.command_path if error.ctx else "shopper"
        return f"Error: {error.format_message()}\nSee `{where} --help`.", error.exit_code
    if isinstance(error, click.ClickException):
        return f"Error: {error.format_message()}", error.exit_code
    if isinstance(error, KeyboardInterrupt | click.Abort):
        return "Stopped; everything so far is kept.", 1
    if isinstance(error, ModuleNotFoundError):
        module = (error.name or "").partition(".")[0]
        if module not in OURS:
            return _describe_absence(module)
    if isinstance(error, RecursionError):
        return "Error: an input file is nested too deeply to be read (`--debug` shows which)", 2
    if type(error).__module__.partition(".")[0] in OURS:
        return f"Error: {error}", 2 if isinstance(error, ValueError) else 1
    if isinstance(error, OSError):
        return _describe_os_error(error)
    name = type(error).__name__
    return f"Error: unexpected {name}: {error}\n`--debug` shows where; please report it.", 1


def _describe_absence(module: str) -> tuple[str, int]:
    """A module that cannot be imported belongs to an extra, or the installation is broken."""
    from agent.distribution import how_to_install, requirements

    extras = (extra for extra, names in requirements().items() if extra and module in names)
    how = how_to_install(next(extras, None))
    return f"Error: this needs {module}, which is not installed: {how}", 1


def _describe_os_error(error: OSError) -> tuple[str, int]:
    if error.errno == errno.EPIPE:
        return "", 1  # whoever read our output has gone
    where = f"{error.filename}: " if error.filename else ""
    advice = "; free some space and try again" if error.errno == errno.ENOSPC else ""
    return f"Error: {where}{error.strerror or error}{advice}", 1


if __name__ == "__main__":
    main()
