"""The same scenarios where mathematical functions round differently: without fused multiply-add, and by another C library."""
import csv
import json
import math
import os
import subprocess
import unittest

from program import PROGRAM, SOURCE, ProgramTest

HERE = {"GLIBC_TUNABLES": ""}
# Names before glibc 2.33 and since.
WITHOUT_FMA = {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2_Usable,-FMA_Usable,-AVX2,-FMA,-FMA4"}

# Liquid and air, breakers and batteries, logs, served models, long pipes, checkpoints under failures; some of them cut short.
SCENARIOS = {"quickstart": [], "loss_of_cooling": [], "power_layouts": [], "air_hall": [], "swf_replay": [], "serving_day": [], "remote_plant": [],
             "cooling_layouts": ["--until", "5 d"], "reference_tower": ["--until", "20 d"], "tpu_ironwood_pod": [], "serving_failover": [],
             "llama3_405b": ["--until", "4 d", "--set", "checks={}"]}
TOLERANCE = 1e-9
ONE_VARIANT = "this processor or C library has one variant of its mathematical functions only"


def numbers(value, path=""):
    """Every number of a summary by its path, but for those that are no results: residuals are what rounding leaves, wall_s is of this machine, and
    time.events also counts looks for a crossing that turned out to be a tick away."""
    if isinstance(value, dict):
        for key, below in value.items():
            if not key.endswith("residual_frac") and (path, key) not in (("time", "wall_s"), ("time", "events")):
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

    def skip_loudly(self, why):
        print("SKIPPED: " + why, flush=True)
        self.skipTest(why)

    def test_schedules_are_the_same_and_numbers_agree(self):
        """Without fused multiply-add; and with functions that are one unit off in every other value, as any C library's may be: harder than those that there
        are, which differ in one value of a thousand."""
        library = os.environ.get("AIFACTORY_OTHER_ROUNDING")
        if not library:
            self.skip_loudly("no library can be preloaded to a program with sanitizers")
        others = {"without_fma": WITHOUT_FMA, "other_rounding": {**HERE, "LD_PRELOAD": library}}
        worst, checked = dict.fromkeys(others, (0.0, "none")), 0
        for scenario in SCENARIOS:
            self.run_with(scenario, scenario, HERE)
            for other, environment in others.items():
                with self.subTest(f"{scenario} {other}"):
                    there_out = f"{scenario}_{other}"
                    self.run_with(scenario, there_out, environment)
                    if self.machine(scenario)["math"] == self.machine(there_out)["math"]:
                        self.skip_loudly(ONE_VARIANT)
                    self.assertEqual(self.starts(scenario), self.starts(there_out))
                    here, there = dict(numbers(self.summary(scenario))), dict(numbers(self.summary(there_out)))
                    self.assertEqual(list(here), list(there))
                    self.assertEqual({path: (value, there[path]) for path, value in here.items() if not math.isclose(value, there[path], rel_tol=TOLERANCE)}, {})
                    worst[other] = max(worst[other], *((abs(value - there[path]) / abs(value), f"{scenario}: {path}") for path, value in here.items() if value))
            checked += sum(1 for _ in numbers(self.summary(scenario)))
        for other, (difference, where) in worst.items():
            print(f"{other}: largest difference of {checked} numbers: {difference:.2g} of {where}", flush=True)

    def test_merge_and_compare_tell_that_runs_were_made_where_functions_round_differently(self):
        self.run_with("quickstart", "with", HERE)
        self.run_with("quickstart", "without", WITHOUT_FMA)
        if self.machine("with")["math"] == self.machine("without")["math"]:
            self.skip_loudly(ONE_VARIANT)
        done = self.run_program("compare", "with", "without")
        self.assertRegex(done.stderr, r"^the runs were made where mathematical functions round differently, so that the last digits of equal runs may "
                                      r"differ: .*C library 2\.\d+; .*GLIBC_TUNABLES=glibc\.cpu\.hwcaps=-AVX2_Usable,.*\n$")
        self.assertIn("round differently", json.loads(self.run_program("compare", "with", "without", "--json").stdout)["warning"])
        self.assertEqual(self.run_program("compare", "with", "with").stderr, "")

        self.write("study.yaml", "format: 1\nname: trial\nscenario: small.yaml\nset: {duration: 10 min, record.series: false, events: ~}\n"
                                 "axes: {scheduling.policy: [fcfs, easy_backfill]}\n")
        for shard, environment in ((1, HERE), (2, WITHOUT_FMA)):
            done = subprocess.run([PROGRAM, "sweep", "study.yaml", "--out", f"part{shard}", "--shard", f"{shard}/2", "--quiet"], cwd=self.folder,
                                  capture_output=True, text=True, env={**os.environ, **environment}, timeout=120)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertRegex(self.run_program("merge", "part1", "part2", "--out", "whole").stderr, "^the runs were made where mathematical functions round differently")
        self.assertEqual(self.run_program("merge", "part1", "--out", "half", code=5).stderr, "incomplete: run again to go on\n")


if __name__ == "__main__":
    unittest.main()
