"""The same scenarios with other variants of the C library's mathematical functions: as on a processor without fused multiply-add."""
import csv
import json
import math
import os
import subprocess
import unittest

from program import PROGRAM, SOURCE, ProgramTest

# Names before glibc 2.33 and since.
WITHOUT_FMA = {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2_Usable,-FMA_Usable,-AVX2,-FMA,-FMA4"}

# Liquid and air, breakers and batteries, a log, served models, long pipes, checkpoints under failures; some of them cut short.
SCENARIOS = {"quickstart": [], "loss_of_cooling": [], "power_layouts": [], "air_hall": [], "swf_replay": [], "serving_day": [], "remote_plant": [],
             "cooling_layouts": ["--until", "5 d"], "reference_tower": ["--until", "20 d"], "llama3_405b": ["--until", "4 d", "--set", "checks={}"]}
TOLERANCE = 1e-9


def numbers(value, path=""):
    """Every number of a summary by its path.  Residuals are what rounding leaves, and wall_s is the time of day's."""
    if isinstance(value, dict):
        for key, below in value.items():
            if not key.endswith("residual_frac") and key != "wall_s":
                yield from numbers(below, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for index, below in enumerate(value):
            yield from numbers(below, f"{path}[{index}]")
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield path, value


class Rounding(ProgramTest):
    def run_with(self, scenario, out, environment):
        done = subprocess.run([PROGRAM, "run", SOURCE / "scenarios" / scenario, "--quiet", "--no-report", "--out", out, *SCENARIOS[scenario]], cwd=self.folder,
                              capture_output=True, text=True, env={**os.environ, **environment}, timeout=250)
        self.assertEqual(done.returncode, 0, done.stderr)

    def machine(self, out):
        return json.loads(self.read(out, "manifest.json"))["machine"]

    def starts(self, out):
        with open(self.folder / out / "jobs.csv", newline="") as file:
            return [(row["job_id"], row["starting_time"]) for row in csv.DictReader(file)]

    def test_schedules_are_the_same_and_numbers_agree(self):
        worst, checked = (0.0, ""), 0
        for scenario in SCENARIOS:
            with self.subTest(scenario):
                self.run_with(scenario, f"{scenario}_with", {"GLIBC_TUNABLES": ""})
                self.run_with(scenario, f"{scenario}_without", WITHOUT_FMA)
                if self.machine(f"{scenario}_with")["math"] == self.machine(f"{scenario}_without")["math"]:
                    print("SKIPPED: this processor or C library has one variant of its mathematical functions only", flush=True)
                    self.skipTest("one variant only")
                self.assertEqual(self.starts(f"{scenario}_with"), self.starts(f"{scenario}_without"))
                with_fma, without = (dict(numbers(self.summary(f"{scenario}_{which}"))) for which in ("with", "without"))
                self.assertEqual(list(with_fma), list(without))
                off = {path: (value, without[path]) for path, value in with_fma.items()
                       if not math.isclose(value, without[path], rel_tol=TOLERANCE, abs_tol=1e-300)}
                self.assertEqual(off, {})
                for path, value in with_fma.items():
                    if value:
                        worst = max(worst, (abs(value - without[path]) / abs(value), f"{scenario}: {path}"))
                checked += len(with_fma)
        print(f"largest difference of {checked} numbers: {worst[0]:.2g} of {worst[1]}", flush=True)

    def test_merge_and_compare_tell_that_runs_were_made_where_functions_round_differently(self):
        self.run_with("quickstart", "with", {"GLIBC_TUNABLES": ""})
        self.run_with("quickstart", "without", WITHOUT_FMA)
        if self.machine("with")["math"] == self.machine("without")["math"]:
            print("SKIPPED: this processor or C library has one variant of its mathematical functions only", flush=True)
            self.skipTest("one variant only")
        done = self.run_program("compare", "with", "without")
        self.assertRegex(done.stderr, r"^the runs were made where mathematical functions round differently, so that the last digits of equal runs may "
                                      r"differ: .*C library 2\.\d+; .*GLIBC_TUNABLES=glibc\.cpu\.hwcaps=-AVX2_Usable,.*\n$")
        self.assertIn("round differently", json.loads(self.run_program("compare", "with", "without", "--json").stdout)["warning"])
        self.assertEqual(self.run_program("compare", "with", "with").stderr, "")

        self.write("study.yaml", "format: 1\nname: trial\nscenario: small.yaml\nset: {duration: 10 min, record.series: false, events: ~}\n"
                                 "axes: {scheduling.policy: [fcfs, easy_backfill]}\n")
        for shard, environment in ((1, {"GLIBC_TUNABLES": ""}), (2, WITHOUT_FMA)):
            done = subprocess.run([PROGRAM, "sweep", "study.yaml", "--out", f"part{shard}", "--shard", f"{shard}/2", "--quiet"], cwd=self.folder,
                                  capture_output=True, text=True, env={**os.environ, **environment}, timeout=120)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertRegex(self.run_program("merge", "part1", "part2", "--out", "whole").stderr, "^the runs were made where mathematical functions round differently")
        self.assertEqual(self.run_program("merge", "part1", "--out", "half", code=5).stderr, "incomplete: run again to go on\n")


if __name__ == "__main__":
    unittest.main()
