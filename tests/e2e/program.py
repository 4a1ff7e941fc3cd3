"""Runs the aifactory program for the tests; AIFACTORY_PROGRAM names it."""
import json
import os
import pathlib
import subprocess
import tempfile
import textwrap
import unittest

PROGRAM = os.environ["AIFACTORY_PROGRAM"]
SOURCE = pathlib.Path(os.environ["AIFACTORY_SOURCE_DIR"])

# Four racks with power, cooling, prices and jobs of two kinds: a second of simulation has all parts in it.
SCENARIO = """\
format: 1
name: small
start: 2026-07-01
duration: 6 h
seed: 3
sites:
  alpha:
    weather: {constant: {dry_bulb: 30 degC, wet_bulb: 22 degC}}
    grid: {capacity: 6 MW, price: 60 USD/MWh, carbon: 400 g/kWh}
    power:
      layout: 2N
      block: 1.5 MW
      ups: double_conversion_1500kw
      transformer: liquid_2500kva
      hv_transformer: liquid_2500kva
    cooling: {plant: tower, tower: merkel_generic, cdu: cdu_1300kw, crah: fan_wall_generic}
    halls: {h1: {clusters: {train: {rack: gb200_nvl72, racks: 4}}}}
workload:
  synthetic:
    mean_interarrival: 5 min
    classes:
      - {name: small, share: 3, nodes: {uniform: {low: 1, high: 8}}, duration: {lognormal: {median: 20 min, sigma: 0.8}}}
      - {name: large, share: 1, racks: 2, duration: 1 h}
events:
  - {at: 1 h, fail: alpha.cooling.cdu_01.pump_a, for: 30 min}
"""

RESULT_FILES = {"manifest.json", "scenario.resolved.yaml", "summary.json", "series.csv", "jobs.csv", "events.csv",
                "job_statistics.csv", "decisions.csv", "goodput.csv", "ledger.csv", "limits.csv", "units.csv", "sources.csv",
                "machine_states.csv", "report.html"}


class ProgramTest(unittest.TestCase):
    """Each test has an empty working directory with `small.yaml` in it."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.write("small.yaml", SCENARIO)

    def write(self, name, text):
        (self.folder / name).write_text(textwrap.dedent(text))

    def run_program(self, *arguments, code=0, timeout=120):
        """Runs the program; its exit code must be `code`."""
        done = subprocess.run([PROGRAM, *arguments], cwd=self.folder, capture_output=True, text=True, timeout=timeout)
        self.assertEqual(done.returncode, code, f"{arguments}\n{done.stdout}\n{done.stderr}")
        return done

    def read(self, *path):
        return (self.folder.joinpath(*path)).read_text()

    def summary(self, out):
        return json.loads(self.read(out, "summary.json"))

    def repeatable(self, out, without=()):
        """What must be the same bytes each time: all tables, and the summary without the time it took.  The page and the table of sources
        also tell from which file the scenario and its numbers came."""
        summary = self.summary(out)
        del summary["time"]["wall_s"]
        files = {"summary.json": json.dumps(summary)}
        for name in RESULT_FILES - {"manifest.json", "summary.json", "report.html", "sources.csv"} - set(without):
            files[name] = self.read(out, name)
        return files
