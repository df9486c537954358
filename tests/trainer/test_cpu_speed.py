"""Speed on a CPU: compiled blocks give the same losses, and what is missing for them is named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

torch: Any = pytest.importorskip("torch")

from tests.trainer.tiny import make_trainer, run_all, save_model, save_sequences, tiny_config  # noqa: E402
from trainer.errors import TrainError  # noqa: E402
from trainer.model import compile_blocks, cpp_compiler  # noqa: E402
from trainer.notes import glibc_allocates  # noqa: E402
from trainer.parallel import Processes  # noqa: E402

ALONE = Processes(0, 1, torch.device("cpu"))


@pytest.mark.slow
@pytest.mark.skipif(cpp_compiler() is None, reason="no C++ compiler")
def test_compiling_changes_no_loss(tmp_path: Path) -> None:
    model = save_model(tmp_path / "model", architecture="llama", tied=True)
    data = save_sequences(tmp_path / "data")
    losses = []
    for compiled in (False, True):
        config = tiny_config(tmp_path / f"run-{compiled}", run__max_steps=4, run__compile=compiled)
        trainer = make_trainer(config, model, data, ALONE)
        losses.append([progress.loss for progress in run_all(trainer)])
    assert losses[1] == pytest.approx(losses[0], abs=1e-5)
    assert losses[0][-1] != losses[0][0]


def test_without_a_compiler_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = save_model(tmp_path / "model", architecture="llama", tied=True)
    loaded = make_trainer(
        tiny_config(tmp_path / "run"), model, save_sequences(tmp_path / "data"), ALONE
    ).model
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CXX", raising=False)
    with pytest.raises(TrainError, match=r"install one .*g\+\+"):
        compile_blocks(loaded)


@pytest.mark.parametrize(
    ("loaded", "glibc"),
    [
        ("/usr/lib/libc.so.6\n/usr/lib/libm.so.6\n", True),
        ("/usr/lib/libc.so.6\n/usr/lib/libjemalloc.so.2\n", False),
        ("/usr/lib/libc.so.6\n/usr/lib/libtcmalloc_minimal.so.4\n", False),
        ("/lib/ld-musl-x86_64.so.1\n", False),
    ],
)
def test_who_hands_out_memory(tmp_path: Path, loaded: str, glibc: bool) -> None:
    (tmp_path / "maps").write_text(loaded)
    assert glibc_allocates(tmp_path / "maps") is glibc
    assert not glibc_allocates(tmp_path / "none")
