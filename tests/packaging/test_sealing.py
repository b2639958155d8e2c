"""The library for applications is installed alone: its wheel has all its files, and needs `cryptography` only."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.harness.root import ROOT

_BUILD = "import sys; from setuptools.build_meta import build_wheel; build_wheel(sys.argv[1])"
_USE = """
import sys
from datetime import timedelta
from im_sealing import EpochKeys, Form, SealedClass, Sealer
from im_sealing.memory import MemoryService, MemoryStore
of = SealedClass("messages", Form.BIRTH, timedelta(hours=1), timedelta(days=6))
store, service = MemoryStore(), MemoryService()
service.turn_over(store, of)
sealer = Sealer(of, EpochKeys(store, service, "memory", timedelta(minutes=5)))
print(sealer.open(sealer.seal(b"hello").data).content.decode())
import im_sealing.aws_kms, im_sealing.s3, im_sealing.tencent_kms
print(sorted({name.partition(".")[0] for name in sys.modules} & set(sys.argv[1:])))
print(im_sealing.__file__)
"""
_FORBIDDEN = ["boto3", "botocore", "tencentcloud", "pulumi", "pulumi_policy", "im_stack", "hypothesis", "yaml"]


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with the content of a wheel built from a copy of `sealing/`."""
    folder = tmp_path_factory.mktemp("wheel")
    tree, built, content = folder / "tree", folder / "built", folder / "content"
    shutil.copytree(ROOT / "sealing", tree, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    done = subprocess.run([sys.executable, "-c", _BUILD, built], cwd=tree, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (wheel,) = built.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(content)
    return content


def test_every_module_and_the_mark_of_types_is_in_it(unpacked: Path) -> None:
    package = ROOT / "sealing" / "im_sealing"
    assert {file.name for file in package.iterdir() if file.is_file()} == {
        file.name for file in (unpacked / "im_sealing").iterdir()
    }


def test_it_requires_cryptography_and_the_rest_only_as_extras(unpacked: Path) -> None:
    (facts,) = unpacked.glob("*.dist-info")
    required = [line for line in (facts / "METADATA").read_text("utf-8").splitlines() if line.startswith("Requires-D")]
    assert [line for line in required if "extra ==" not in line] == ["Requires-Dist: cryptography>=45"]
    assert {line.rpartition("== ")[2] for line in required if "extra ==" in line} == {'"aws"', '"tencent"'}


def test_it_seals_alone_and_imports_no_cloud_and_no_part_of_the_stack(unpacked: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-P", "-c", _USE, *_FORBIDDEN]
    environment = os.environ | {"PYTHONPATH": str(unpacked)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    hello, imported, file = done.stdout.splitlines()
    assert (hello, imported) == ("hello", "[]")
    assert file.startswith(str(unpacked))
