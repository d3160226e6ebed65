"""Where files go."""

from pathlib import Path

from agmonitor.config.paths import HOME_VARIABLE, paths


def test_home_variable_moves_every_folder(tmp_path: Path) -> None:
    found = paths({HOME_VARIABLE: str(tmp_path)})

    files = (found.settings_file, found.history_file, found.log_file)
    assert all(file.is_relative_to(tmp_path) for file in files)
    assert len({file.parent for file in files}) == 3


def test_without_it_folders_are_the_platforms_own() -> None:
    found = paths({})

    assert found.settings_file.is_absolute()
    assert "agmonitor" in str(found.settings_file.parent)


def test_a_home_that_nobody_has_is_taken_as_it_is_written() -> None:
    assert paths({HOME_VARIABLE: "~nobody-has-this"}).config.is_absolute()


def test_naming_folders_creates_none(tmp_path: Path) -> None:
    paths({HOME_VARIABLE: str(tmp_path / "not-there")})

    assert not (tmp_path / "not-there").exists()
