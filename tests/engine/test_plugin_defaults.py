"""The committed table of provider defaults equals the plugin's own answers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from im_stack.facts.mechanism import tables
from im_stack.facts.mechanism.cloud import PROVIDER
from im_stack.facts.tencent import CLOUD
from im_stack.preflight.provider.defaults import defaults, table
from im_stack.preflight.provider.plugin import Plugin, find_plugin, running_plugin
from im_stack.terms.files.yaml_file import read_yaml

_PLUGIN = find_plugin("tencentcloud")
pytestmark = [
    pytest.mark.engine,
    pytest.mark.skipif(_PLUGIN is None, reason="pulumi-resource-tencentcloud is not on PATH"),
]


@pytest.fixture(scope="module")
def plugin() -> Iterator[Plugin]:
    assert _PLUGIN is not None
    with running_plugin(_PLUGIN) as plugin:
        yield plugin


def test_the_committed_table_is_current(plugin: Plugin) -> None:
    committed = read_yaml(Path(tables.__file__).parent / "tencent" / "defaults.yaml")
    del committed["as_of"]
    assert committed == table("tencent", plugin), "run: python -m im_stack.preflight.provider.defaults --write"


def test_every_judged_type_exists_in_the_plugin(plugin: Plugin) -> None:
    judged = {*CLOUD.readers, *tables.forbidden_settings("tencent")}
    assert sorted(type_ for type_ in judged if type_ not in plugin.required and not type_.startswith(PROVIDER)) == []


def test_a_name_made_up_by_the_plugin_is_no_default(plugin: Plugin) -> None:
    assert "keyName" not in defaults(plugin, "tencentcloud:Key/pair:Pair")
    assert defaults(plugin, "tencentcloud:Mysql/backupPolicy:BackupPolicy")["retentionPeriod"] == 7
