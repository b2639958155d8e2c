"""A lazily loaded package of an SDK has the names that it would have anyway, and loads what is asked for."""

import importlib
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import pytest

from im_stack.facts.mechanism.cloud import clouds, package_of, sdk_of, sdks
from im_stack.preflight.sdk import lazy_loading
from im_stack.preflight.sdk.resource_types import registry

_FILES = {
    "__init__.py": "",
    "lazy/__init__.py": (
        '"""It."""\nimport typing\nfrom .get_thing import *\nfrom .thing import *\nfrom . import outputs\n'
    ),
    "lazy/get_thing.py": "__all__ = ['GetThing',\n    'get_thing']\nGetThing = str\ndef get_thing(): ...\n",
    "lazy/thing.py": "from .get_thing import *\n__all__ = ['Thing']\nclass Thing: ...\n",
    "lazy/outputs.py": "__all__ = ['Out']\nOut = 1\n",
    "whole/__init__.py": "from .thing import *\nNAMES = [Thing]\n",
    "whole/thing.py": "__all__ = ['Thing']\nclass Thing: ...\n",
    "bare/__init__.py": "from .thing import *\n",
    "bare/thing.py": "class Thing: ...\n",
}


@pytest.fixture
def sdk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    for name, text in _FILES.items():
        path = tmp_path / "toysdk" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path])
    monkeypatch.syspath_prepend(tmp_path)
    lazy_loading.install(["toysdk"])
    yield "toysdk"
    for name in [name for name in sys.modules if name.split(".")[0] == "toysdk"]:
        del sys.modules[name]


def _loaded(package: str) -> set[str]:
    return {name.removeprefix(f"{package}.") for name in sys.modules if name.startswith(f"{package}.")}


def test_a_module_is_loaded_when_a_name_of_it_is_asked_for(sdk: str) -> None:
    package = importlib.import_module(f"{sdk}.lazy")
    assert _loaded(f"{sdk}.lazy") == set()
    assert package.GetThing is str
    assert _loaded(f"{sdk}.lazy") == {"get_thing"}
    assert package.outputs.Out == 1
    assert package.Thing.__module__ == f"{sdk}.lazy.thing"
    assert package.__doc__ == "It."
    assert package.typing.Any
    assert {"GetThing", "get_thing", "Thing", "outputs", "thing"} <= set(dir(package))
    with pytest.raises(AttributeError, match=r"'toysdk\.lazy' has no attribute 'other'"):
        _ = package.other


@pytest.mark.parametrize("first", ["lazy", "lazy.get_thing", "lazy.thing"])
def test_a_name_of_a_module_and_of_its_member_is_the_member(sdk: str, first: str) -> None:
    importlib.import_module(f"{sdk}.{first}")
    assert callable(importlib.import_module(f"{sdk}.lazy").get_thing)
    assert isinstance(importlib.import_module(f"{sdk}.lazy").thing, ModuleType)


def test_all_of_it_can_be_imported_at_once(sdk: str) -> None:
    found: dict[str, object] = {}
    exec(f"from {sdk}.lazy import *", found)
    assert {"GetThing", "get_thing", "Thing", "thing", "outputs"} <= set(found)


@pytest.mark.parametrize("name", ["whole", "bare"])
def test_what_is_no_list_of_imports_is_loaded_as_ever(sdk: str, name: str) -> None:
    package = importlib.import_module(f"{sdk}.{name}")
    assert type(package) is ModuleType
    assert package.Thing.__module__ == f"{sdk}.{name}.thing"


_READ = [(package_of(cloud.name), type_) for cloud in clouds() for type_ in cloud.readers]
_SERVICES = sorted({registry(package)[t][0] for package, t in _READ if t in registry(package)} - {*sdks()})


@pytest.mark.parametrize("service", _SERVICES)
def test_every_service_that_readers_know_is_lazy(service: str) -> None:
    spec = find_spec(service)
    assert spec
    assert spec.origin
    names = lazy_loading.split(Path(spec.origin))[1]
    classes = {
        found[1] for cloud in clouds() for found in registry(package_of(cloud.name)).values() if found[0] == service
    }
    assert classes <= names.keys()


@pytest.mark.parametrize("service", [f"{sdk_of('tencentcloud')}.kms", f"{sdk_of('aws')}.sqs"])
def test_it_has_the_names_that_it_has_anyway(service: str) -> None:
    code = (
        "import importlib, sys\n"
        "from pathlib import Path\n"
        "from im_stack.preflight.sdk import lazy_loading as lazy_sdk\n"
        f"whole = importlib.import_module({service!r})\n"
        "hasattr(whole, 'anything')  # an SDK may have it loaded only now\n"
        "kept, names = lazy_sdk.split(Path(whole.__file__))\n"
        "exec(kept, mine := {'__name__': whole.__name__, '__package__': whole.__package__})\n"
        "left = {n for n in vars(whole).keys() ^ {*names, *mine} if not n.startswith('__')}\n"
        "assert not left, left\n"
        "for name, module in names.items():\n"
        "    place = sys.modules[f'{whole.__name__}.{module or name}']\n"
        "    assert vars(whole)[name] is (vars(place)[name] if module else place), name\n"
    )
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
