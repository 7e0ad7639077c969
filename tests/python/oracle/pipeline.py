"""The real program, run as its users run it."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from .settings import Settings

ROOT = Path(__file__).resolve().parents[3]
SEEDS = ROOT / "seeds"
MODELS_RAW = ROOT / "models" / "raw"
PROGRAM = "from evenkeel.cli import entry; entry()"


@dataclass(frozen=True)
class Pipeline:
    """A landing folder, a home and a configuration below one folder."""

    folder: Path
    settings: Settings

    @property
    def landing(self) -> Path:
        return self.folder / "landing"

    @property
    def database(self) -> Path:
        """The build's own file; its metric_values lies in the schema `marts`."""
        return self.folder / "home" / "evenkeel.duckdb"

    def run(self, command: str, as_of: date) -> None:
        """Run `evenkeel load` or `evenkeel build`; fail with its words if it fails."""
        config = self.folder / "evenkeel.yml"
        config.write_text(self.settings.as_yaml(), encoding="utf-8")
        # Of the rows of a world many are wrong on purpose, more than a real file may have.
        files = sorted(path for path in self.landing.glob("*/*") if command == "load")
        accepted = [f"--accept={file.relative_to(self.landing)}" for file in files]
        done = subprocess.run(
            [
                sys.executable, "-c", PROGRAM, command, *accepted,
                "--landing", str(self.landing),
                "--home", str(self.folder / "home"),
                "--config", str(config),
                "--as-of", as_of.isoformat(),
            ],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, (
            f"evenkeel {command} ended with {done.returncode}\n"
            f"{done.stdout[-6000:]}\n{done.stderr[-6000:]}"
        )
