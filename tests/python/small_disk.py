"""A disk of its own for a home: it can be filled, made read-only, and written to by runs that are then killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from whole import PROGRAM, ROOT

# In a namespace of its own nobody else sees the disk, and making one needs no rights.
MOUNT = 'mount -t tmpfs -o size=400m none "$1" && echo mounted && exec sleep infinity'


@dataclass
class Run:
    """A run of the program that was started, and what it says."""

    process: subprocess.Popen[bytes]
    out: Path
    err: Path

    @property
    def said(self) -> str:
        return self.out.read_text(encoding="utf-8")

    @property
    def complained(self) -> str:
        return self.err.read_text(encoding="utf-8")

    @property
    def sentences(self) -> list[str]:
        """Return all of stderr but the progress of the steps."""
        lines = self.complained.splitlines()
        return [line for line in lines if not line.startswith(("load  ", "build  "))]

    def end(self) -> Run:
        self.process.wait()
        return self

    def wait_for(self, moment: Callable[[Run], bool]) -> Run:
        """Wait for a moment of the run; fail if it ends before."""
        while not moment(self):
            assert self.process.poll() is None, self.said + self.complained
            time.sleep(0.002)
        return self

    def kill(self, step: str, *, alone: bool = False) -> Run:
        """Kill the run, and all that it started unless `alone`; fail if the step was over by then."""
        if alone:
            self.process.kill()
        else:
            os.killpg(self.process.pid, signal.SIGKILL)
        assert self.end().process.returncode == -signal.SIGKILL
        assert f"\n{step} " not in f"\n{self.said}", "the step had ended"
        return self

    def others(self) -> list[int]:
        """Return the processes of the run that live, but for the first."""
        found = []
        for status in Path("/proc").glob("[0-9]*/stat"):
            try:
                # pid (name) state parent group ...; the name may hold anything.
                state, _, group = status.read_text().rpartition(")")[2].split()[:3]
            except (FileNotFoundError, ProcessLookupError):
                continue
            if int(group) == self.process.pid and state != "Z":
                found.append(int(status.parent.name))
        return [pid for pid in found if pid != self.process.pid]


class SmallDisk:
    """A tmpfs over the folder in which a home lies, seen by its own processes only.

    Attributes
    ----------
    home
        The home, as other processes find it.
    """

    def __init__(self, home: Path, logs: Path) -> None:
        self._folder, self._home, self._logs, self._runs = home.parent, home, logs, 0
        logs.mkdir()
        self._holder = subprocess.Popen(
            [
                *("unshare", "--user", "--map-root-user", "--mount"),
                *("sh", "-c", MOUNT, "sh", str(self._folder)),
            ],
            stdout=subprocess.PIPE,
        )
        assert self._holder.stdout is not None
        made = self._holder.stdout.readline() == b"mounted\n"
        assert made, "no disk can be made here: this system refuses namespaces to its users"
        self._disk = Path(f"/proc/{self._holder.pid}/root") / self._folder.relative_to("/")
        self.home = self._disk / home.name

    def close(self) -> None:
        self._holder.kill()
        self._holder.communicate()

    def inside(self, *command: str | Path) -> list[str]:
        """Return a command that runs a command where the disk is."""
        enter = ("nsenter", "--target", str(self._holder.pid), "--user", "--mount")
        return [*enter, "--preserve-credentials", "env", f"--chdir={ROOT}", *map(str, command)]

    def start(self, step: str, *options: str | Path) -> Run:
        """Start the program on the home."""
        self._runs += 1
        out, err = (self._logs / f"{self._runs}.{name}" for name in ("out", "err"))
        command = self.inside(
            sys.executable, "-c", PROGRAM, step, "--home", self._home, *map(str, options)
        )
        with out.open("wb") as stdout, err.open("wb") as stderr:
            process = subprocess.Popen(
                command, stdout=stdout, stderr=stderr, start_new_session=True
            )
        return Run(process, out, err)

    @contextmanager
    def reader(self, script: str) -> Iterator[subprocess.Popen[str]]:
        """Run beside all else a script that reads what is published until its input ends."""
        pipe = subprocess.PIPE
        current = self._home / "published" / "current"
        command = self.inside(sys.executable, "-c", script, current)
        process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True)
        try:
            yield process
        finally:
            process.kill()

    @contextmanager
    def filled(self, but: int) -> Iterator[None]:
        """Fill the disk but for so many bytes."""
        ballast = self._disk / "ballast"
        with ballast.open("wb") as stream:
            while (room := self._room() - but) > 0:
                # A run that is under way may have been faster.
                with suppress(OSError):
                    os.posix_fallocate(stream.fileno(), ballast.stat().st_size, room)
        yield
        ballast.unlink()

    def _room(self) -> int:
        found = os.statvfs(self._disk)
        return found.f_bavail * found.f_frsize

    @contextmanager
    def read_only(self, name: str = ".") -> Iterator[None]:
        """Make the home, or a folder in it, read-only."""
        folder = str(self._home / name)
        self._mount("--bind", folder, folder)
        self._mount("-o", "remount,bind,ro", folder)
        yield
        # A reader may have a file open there, which is no reason to wait.
        subprocess.run(self.inside("umount", "--lazy", folder), check=True)

    def _mount(self, *arguments: str) -> None:
        subprocess.run(self.inside("mount", *arguments), check=True)

    def has(self, pattern: str) -> Callable[[Run], bool]:
        """Return the moment at which such a file of the home is there that was not before."""
        before = self._written(pattern)
        return lambda _run: not self._written(pattern) <= before

    def _written(self, pattern: str) -> set[tuple[Path, int]]:
        """Return the files of the home with the times at which they were written."""
        found = set()
        # A run that is under way moves and removes them; what was missed is seen the next time.
        with suppress(FileNotFoundError):
            for path in self.home.glob(pattern):
                found.add((path, path.stat().st_mtime_ns))
        return found


def has_come_to(quarter: int) -> Callable[[Run], bool]:
    """Return the moment at which the build is at one of its quarters."""
    return lambda run: f"build     {25 * quarter}% done" in run.complained
