"""Where providers come from: the user's settings first, a mirror where nothing else serves."""

from __future__ import annotations

from pathlib import Path

import pytest

from mwaa_ecs.errors import UserError
from mwaa_ecs.terraform import providers
from mwaa_ecs.terraform.providers import find_mirror, mirror_configuration, provider_environment


@pytest.fixture
def mirror(tmp_path: Path) -> Path:
    (tmp_path / "add-ons/plugins/registry.terraform.io/hashicorp/aws").mkdir(parents=True)
    return tmp_path / "add-ons/plugins"


@pytest.fixture
def no_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(providers, "_registry_answers", lambda: False)


@pytest.fixture
def nothing_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(providers, "find_mirror", lambda: None)


def test_a_mirror_is_found_one_or_two_levels_down(mirror: Path) -> None:
    assert find_mirror([mirror]) == mirror
    assert find_mirror([mirror.parent]) == mirror
    assert find_mirror([mirror.parent.parent / "nowhere"]) is None


def test_a_folder_without_providers_is_no_mirror(tmp_path: Path) -> None:
    (tmp_path / "registry.terraform.io").mkdir()
    assert find_mirror([tmp_path]) is None


def test_a_users_own_configuration_is_left_alone(tmp_path: Path, mirror: Path) -> None:
    config = tmp_path / "mine.tfrc"
    config.write_text("provider_installation {\n  direct {}\n}\n")
    with provider_environment({"TF_CLI_CONFIG_FILE": str(config)}) as found:
        assert found == {}


@pytest.mark.usefixtures("no_registry")
def test_a_mirror_named_in_the_environment_wins(mirror: Path) -> None:
    with provider_environment({"MWAA_ECS_PLUGIN_DIR": str(mirror)}) as found:
        config = Path(str(found["TF_CLI_CONFIG_FILE"]))
        assert str(mirror) in config.read_text()
    assert not config.exists(), "the configuration is as temporary as the run"


def test_a_named_folder_that_is_no_mirror_is_refused(tmp_path: Path) -> None:
    with (
        pytest.raises(UserError, match=r"MWAA_ECS_PLUGIN_DIR: .* holds no folder"),
        provider_environment({"MWAA_ECS_PLUGIN_DIR": str(tmp_path)}),
    ):
        pass


@pytest.mark.usefixtures("no_registry", "nothing_found")
def test_a_configuration_file_that_does_not_exist_is_unset(tmp_path: Path) -> None:
    with provider_environment({"TF_CLI_CONFIG_FILE": str(tmp_path / "missing")}) as found:
        assert found == {"TF_CLI_CONFIG_FILE": None}


def test_the_registry_serves_where_it_answers(
    monkeypatch: pytest.MonkeyPatch, mirror: Path, tmp_path: Path
) -> None:
    monkeypatch.setattr(providers, "_registry_answers", lambda: True)
    monkeypatch.setattr(providers, "find_mirror", lambda: mirror)
    with provider_environment({"HOME": str(tmp_path)}) as found:
        assert found == {}


def test_odd_characters_in_a_path_are_quoted() -> None:
    assert 'path    = "/a \\"b\\" $${c}"' in mirror_configuration(Path('/a "b" ${c}'))


@pytest.mark.usefixtures("no_registry")
def test_a_mirror_leaves_the_users_other_settings(
    tmp_path: Path, mirror: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(providers, "find_mirror", lambda: mirror)
    hosts = 'host "modules.example.test" {\n  services = { "modules.v1" = "http://x/" }\n}'
    (tmp_path / ".terraformrc").write_text(f'plugin_cache_dir = "/cache"\n{hosts}\n')
    (tmp_path / ".terraform.d").mkdir()
    (tmp_path / ".terraform.d/more.tfrc").write_text('credentials "x" {\n  token = "t"\n}\n')
    with provider_environment({"HOME": str(tmp_path)}) as found:
        text = Path(str(found["TF_CLI_CONFIG_FILE"])).read_text()
    assert str(mirror) in text
    assert hosts in text
    assert 'plugin_cache_dir = "/cache"' in text
    assert 'credentials "x"' in text


@pytest.mark.usefixtures("no_registry")
def test_a_named_mirror_takes_the_place_of_the_users_providers_alone(
    tmp_path: Path, mirror: Path
) -> None:
    config = tmp_path / "mine.tfrc"
    config.write_text('provider_installation {\n  direct {}\n}\nhost "h" {}\n')
    environ = {"MWAA_ECS_PLUGIN_DIR": str(mirror), "TF_CLI_CONFIG_FILE": str(config)}
    with provider_environment(environ) as found:
        text = Path(str(found["TF_CLI_CONFIG_FILE"])).read_text()
    assert text.count("provider_installation") == 1
    assert 'host "h" {}' in text
