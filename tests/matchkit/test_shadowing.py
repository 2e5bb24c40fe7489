"""A user's own module that hides one of ours is named; nothing else is complained about."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import matchkit
from matchkit.shadowing import SIBLINGS, check_siblings

ROOT = Path(__file__).resolve().parents[2]


def run_script(folder: Path, text: str = "import matchkit; print(matchkit.__version__)") -> tuple[int, str]:
    script = folder / "script.py"
    script.write_text(text)
    done = subprocess.run(
        [sys.executable, script], env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stderr.strip().rpartition("\n")[2] or done.stdout.strip()


def test_our_own_packages_are_found() -> None:
    check_siblings()


@pytest.mark.parametrize("name", SIBLINGS)
@pytest.mark.parametrize("shape", ["{}.py", "{}/__init__.py"])
def test_a_module_beside_the_script_is_named(name: str, shape: str, tmp_path: Path) -> None:
    own = tmp_path / shape.format(name)
    own.parent.mkdir(exist_ok=True)
    own.write_text("")
    code, said = run_script(tmp_path)
    hidden = own if own.parent == tmp_path else own.parent
    assert code == 1
    assert said == (
        f"ImportError: matchkit needs its own package '{name}', but {hidden} hides it: rename that file or folder."
    )


def test_a_module_imported_before_is_named_too(tmp_path: Path) -> None:
    (tmp_path / "pairs.py").write_text("")
    code, said = run_script(tmp_path, "import pairs; pairs.__spec__ = None; import matchkit")
    assert code == 1
    assert "pairs.py hides it" in said


def test_other_files_and_data_folders_do_not_matter(tmp_path: Path) -> None:
    (tmp_path / "pairs").mkdir()
    (tmp_path / "pairs/train.csv").write_text("")
    (tmp_path / "pairs.csv").write_text("")
    code, said = run_script(tmp_path)
    assert (code, said) == (0, matchkit.__version__)


def test_a_symbolic_link_to_the_project_is_no_other_place(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(ROOT, target_is_directory=True)
    text = f"import sys; sys.path.insert(0, {str(tmp_path / 'link')!r}); import pairs, matchkit; print('fine')"
    assert run_script(tmp_path, text) == (0, "fine")
