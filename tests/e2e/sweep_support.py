"""Studies for the tests of `sweep`, and what of their directories must be the same bytes each time."""
import os
import pathlib
import signal
import subprocess

from program import PROGRAM, ProgramTest

# One small hall for half an hour: a run takes about as long as reading its scenario.
STUDY = """\
format: 1
name: trial
scenario: small.yaml
set: {duration: 30 min, record.series: false, events: ~}
axes:
  scheduling.policy: [fcfs, easy_backfill]
  supply: {path: sites.alpha.cooling.supply, from: 24 degC, to: 36 degC, steps: %(steps)d}
seeds: %(seeds)d
metrics: {mwh_per_job: energy.facility_mwh / jobs.completed}
"""

# Whose contents tell where and when a run ran.
NOT_REPEATABLE = ("packs/circumstances_",)


class SweepTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write_study()

    def write_study(self, steps=3, seeds=2, more=""):
        self.write("study.yaml", STUDY % {"steps": steps, "seeds": seeds} + more)

    def sweep(self, out, *arguments, code=0):
        return self.run_program("sweep", "study.yaml", "--out", out, "--quiet", *arguments, code=code)

    def start(self, *arguments, **options):
        """The sweep as a process group of its own."""
        return subprocess.Popen([PROGRAM, "sweep", *arguments], cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                start_new_session=True, **options)

    def contents(self, out):
        """Every file of a study by its path, but for what is not repeatable."""
        root = self.folder / out
        files = {}
        for path in sorted(root.rglob("*")):
            name = str(path.relative_to(root))
            if path.is_file() and not name.startswith(NOT_REPEATABLE):
                files[name] = path.read_bytes()
        return files

    def assert_same_study(self, one, other):
        a, b = self.contents(one), self.contents(other)
        self.assertEqual(sorted(a), sorted(b))
        for name in a:
            self.assertEqual(a[name], b[name], name)


def end_group(process):
    """Ends a process and all of its session, at once."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.communicate()


def files_below(folder):
    return sum(1 for path in pathlib.Path(folder).rglob("*") if path.is_file())
