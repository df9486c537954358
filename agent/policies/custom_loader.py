"""Finds a policy of the user's own by ``module:attribute``. It is trusted, because it was named."""

from __future__ import annotations

import difflib
import hashlib
import importlib
import inspect
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from agent.policies.custom import CustomPolicy, custom_policy, told
from agent.policies.options import Options
from agent.policies.policy import PolicyChoiceError, PolicyError
from agent.policies.registry import choices


async def load_custom(spec: str, options: Options) -> CustomPolicy:
    """The policy ``MODULE:CLASS``: a class, a function that makes one, or the object itself.

    Modules in the current folder are found, too. A class or function is called with `options` if
    it has a parameter of that name or needs an argument, else with nothing; a function may be a
    coroutine.

    Raises:
        PolicyChoiceError: it cannot be imported or made, or is no policy.
    """
    module, _, attribute = spec.partition(":")
    found = _attribute(_imported(module, spec), attribute, spec)
    policy = await _made(found, options, spec)
    return custom_policy(policy, spec, _source(module))


def _imported(name: str, spec: str) -> ModuleType:
    try:
        with _current_folder_importable():
            return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is not None and f"{name}.".startswith(f"{error.name}."):
            raise PolicyChoiceError(_not_found(name, spec)) from error
        raise PolicyChoiceError(f"{spec} cannot be imported: {told(error)}") from error
    except (Exception, SystemExit) as error:
        raise PolicyChoiceError(f"{spec} cannot be imported: {told(error)}") from error


def _not_found(name: str, spec: str) -> str:
    if name.endswith(".py"):
        return f"{spec}: leave out the .py: {spec.replace('.py:', ':')}"
    return (
        f"no policy is called {spec!r}: there is no back end {name} and no module {name} in "
        f"{Path.cwd()} or installed; choose {choices()}"
    )


@contextmanager
def _current_folder_importable() -> Iterator[None]:
    """Before everything else while something of the user's is imported, and afterwards behind it,
    so that a file there cannot take the place of a module that is imported later."""
    here = str(Path.cwd())
    if here in sys.path or "" in sys.path:
        yield
        return
    importlib.invalidate_caches()
    sys.path.insert(0, here)
    try:
        yield
    finally:
        sys.path.remove(here)
        sys.path.append(here)


def _attribute(module: ModuleType, attribute: str, spec: str) -> Any:
    found: Any = module
    for part in attribute.split("."):
        if not hasattr(found, part):
            raise PolicyChoiceError(f"{spec}: {_lacks(module, attribute)}")
        found = getattr(found, part)
    return found


def _lacks(module: ModuleType, attribute: str) -> str:
    """What to write instead: the policies of the module, or what is spelt alike."""
    own = [name for name, value in vars(module).items() if _is_own_policy(value, module)]
    near = own or difflib.get_close_matches(attribute, vars(module))
    hint = f"; it has {', '.join(near)}" if near else ""
    return f"{module.__file__ or module.__name__} has no {attribute}{hint}"


def _is_own_policy(value: object, module: ModuleType) -> bool:
    return (
        isinstance(value, type) and value.__module__ == module.__name__ and hasattr(value, "decide")
    )


async def _made(found: Any, options: Options, spec: str) -> object:
    if not isinstance(found, type) and hasattr(found, "decide"):
        return found
    if not callable(found):
        raise PolicyChoiceError(f"{spec} is neither a class, a function, nor a policy: {found!r}")
    try:
        made = _call(found, options)
        return await made if inspect.isawaitable(made) else made
    except PolicyError:
        raise
    except (Exception, SystemExit) as error:
        raise PolicyChoiceError(f"{spec} cannot be made: {told(error)}") from error


def _call(make: Any, options: Options) -> Any:
    try:
        parameters = inspect.signature(make).parameters
    except ValueError:  # a built-in class that does not tell
        return make()
    if "options" in parameters:
        return make(options=options)
    needed = any(
        p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
        for p in parameters.values()
    )
    return make(options) if needed else make()


def _source(module: str) -> dict[str, str | int | float | bool]:
    """A checksum of the module, so that results tell which version of it decided."""
    file = getattr(sys.modules[module], "__file__", None)
    if file is None or not Path(file).is_file():
        return {}
    return {"source": hashlib.sha256(Path(file).read_bytes()).hexdigest()[:16]}
