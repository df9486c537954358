"""Fine-tune a policy on logged sessions.

The command line of `trainer.job`; the same command runs under ``torchrun``.
"""

from __future__ import annotations

import logging
import os
import warnings
from pathlib import Path
from typing import Any

import click

from agent.distribution import how_to_install
from agent.prompts.prompt import PageTokens
from shopper.commands._page_tokens import page_tokens_option
from shopper.failure import Failure
from shopper.help import option
from shopper.made_with import tell_versions_of


@click.command()
@click.argument("config", type=click.Path(path_type=Path))
@option("--resume", is_flag=True, help="Go on from the newest checkpoint in run.out.")
@option("--plan", is_flag=True, help="Say what it would take, and train nothing.")
@option("--out", metavar="DIR", help="Folder, instead of run.out in the configuration.")
@page_tokens_option
def command(
    config: Path, resume: bool, plan: bool, out: str | None, page_tokens: PageTokens
) -> None:
    """Train as CONFIG (a TOML file) says; ready ones are in configs/.

    Writes checkpoints, and at the end a model or adapter folder that --policy takes. On several
    GPUs or nodes: torchrun --nproc-per-node 8 -m shopper train CONFIG.
    """
    try:
        import torch  # noqa: F401 - to say early and plainly what is missing
        import transformers
    except ImportError as error:
        raise Failure(
            f"training needs torch and transformers ({error.name} is missing): "
            f"{how_to_install('train')}",
            exit_code=1,
        ) from error
    import msgspec

    from shopper.training_plan import show_plan
    from shopper.training_progress import Watcher
    from trainer.config import read_config
    from trainer.errors import ConfigError, DataError, Stopped, TrainError
    from trainer.job import plan_run, train
    from trainer.parallel import processes

    quiet: Any = transformers.utils.logging.disable_progress_bar
    quiet()
    _leave_out_notes_to_developers()
    try:
        wanted = read_config(config)
        if out is not None:
            run = msgspec.structs.replace(wanted.run, out=out)
            wanted = msgspec.structs.replace(wanted, run=run)
        if page_tokens is not None:
            data = msgspec.structs.replace(wanted.data, page_tokens=page_tokens)
            wanted = msgspec.structs.replace(wanted, data=data)
        if os.environ.get("RANK", "0") == "0":
            tell_versions_of(Path(wanted.data.train))
        with processes() as ours, Watcher(wanted, ours) as watcher:
            if plan:
                show_plan(wanted, *plan_run(wanted, ours, watcher), ours)
                return
            folder = train(wanted, ours, watcher, resume=resume)
            watcher.say(f"done: --policy {folder}")
    except (ConfigError, DataError) as error:
        raise Failure(str(error), exit_code=2) from error
    except Stopped as error:
        place = f" --out {out}" if out is not None else ""
        budget = f" --page-tokens {page_tokens}" if page_tokens is not None else ""
        again = f"shopper train {config}{place}{budget} --resume"
        raise Failure(f"{error}; it is kept: `{again}` goes on", exit_code=1) from error
    except TrainError as error:
        raise Failure(str(error), exit_code=1) from error
    except KeyboardInterrupt as error:
        raise Failure("stopped at once; checkpoints written before are kept", 1) from error


def _leave_out_notes_to_developers() -> None:
    """What libraries tell each other about deprecations and optional kernels of theirs."""
    warnings.filterwarnings("ignore", category=FutureWarning, module="transformers")
    warnings.filterwarnings("ignore", message="Could not find a config file in", module="peft")
    logging.getLogger("bitsandbytes").setLevel(logging.ERROR)
