"""The peers, what each is installed with, and an environment of its own for each."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
OURS = "matchkit"
PINS = {
    "splink": ("splink==5.0.0", "duckdb==2.0.0"),
    "recordlinkage": ("recordlinkage==0.16", "networkx==3.6.1", "pandas==2.3.3"),
    # dedupe 3.0.3 calls a method that BTrees 6.5 no longer has.
    "dedupe": ("dedupe==3.0.3", "BTrees==6.4", "scikit-learn==1.9.1"),
    "goldenmatch": ("goldenmatch[polars]==3.22.0", "goldenmatch-native==0.2.3"),
    "rapidfuzz": ("rapidfuzz==3.14.6", "pandas==3.1.1", "scipy==1.17.1"),
}
PEERS = (OURS, *PINS)
OUR_SETTINGS = "`matchkit dedupe records.csv -o FOLDER`, no configuration, no labels."


def settings(peer: str) -> str:
    """What a peer's script says of its settings: its docstring."""
    if peer == OURS:
        return OUR_SETTINGS
    return ast.get_docstring(ast.parse(script(peer).read_text(encoding="utf-8"))) or ""


def script(peer: str) -> Path:
    """The script of a peer other than `OURS`."""
    return HERE / f"{peer}_peer.py"


def prepared(peer: str, cache: Path) -> Path:
    """The Python of a peer's environment, which is made where it is missing or has other pins.

    Raises
    ------
    subprocess.CalledProcessError
        It cannot be installed.
    """
    if peer == OURS:
        return Path(sys.executable)
    home, wanted = cache / peer, json.dumps([sys.version, PINS[peer]])
    python, mark = home / "bin" / "python", home / "pins.json"
    if not mark.exists() or mark.read_text(encoding="utf-8") != wanted:
        shutil.rmtree(home, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", str(home)], check=True, capture_output=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", *PINS[peer]], check=True, capture_output=True)
        mark.write_text(wanted, encoding="utf-8")
    return python


def versions(python: Path) -> list[str]:
    """``name==version`` of all that is installed beside a Python."""
    code = (
        "from importlib.metadata import distributions as found;"
        "print(*sorted({f'{d.name}=={d.version}' for d in found()}, key=str.lower), sep='\\n')"
    )
    done = subprocess.run([str(python), "-c", code], check=True, capture_output=True, text=True)
    return [line for line in done.stdout.splitlines() if not line.startswith(("pip==", "setuptools=="))]
