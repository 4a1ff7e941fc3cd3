"""aifactory sweep and merge: studies that end, that are ended, and that are put together."""
import csv
import io
import json
import os
import random
import resource
import signal
import sqlite3
import subprocess
import time
import unittest

from program import PROGRAM
from sweep_support import SweepTest, end_group, files_below

KILLS = int(os.environ.get("AIFACTORY_KILLS", "100"))


class Sweep(SweepTest):
    def rows(self, *path):
        return list(csv.DictReader(io.StringIO(self.read(*path))))

    def test_every_variant_and_seed_is_run_and_is_what_run_gives(self):
        done = self.sweep("out")
        self.assertIn("trial: 12 of 12 runs complete, 0 failed", done.stdout)
        rows = self.rows("out", "points.csv")
        self.assertEqual([row["point"] for row in rows], [str(i + 1) for i in range(12)])
        self.assertEqual([row["seed"] for row in rows], ["3", "4"] * 6)
        row = rows[9]  # easy_backfill, 30 degC, second seed
        self.assertEqual((row["scheduling.policy"], row["supply"]), ("easy_backfill", "30 degC"))
        self.write("no_events.yaml", "format: 1\ninclude: small.yaml\nevents: ~\n")
        self.run_program("run", "no_events.yaml", "--out", "one", "--until", "30 min", "--policy", "easy_backfill", "--seed", "4", "--no-report",
                         "--set", "sites.alpha.cooling.supply=30 degC", "--set", "record.series=false", "--quiet")
        summary = self.summary("one")
        for section in ("energy", "kpi", "jobs", "grid", "ledger"):
            for key, value in summary[section].items():
                if isinstance(value, (int, float)) and not isinstance(value, bool):
                    self.assertEqual(float(row[f"{section}.{key}"]), value, key)
        if summary["jobs"]["completed"]:
            self.assertEqual(float(row["mwh_per_job"]), summary["energy"]["facility_mwh"] / summary["jobs"]["completed"])

    def test_the_database_and_the_statistics_say_the_same(self):
        self.sweep("out")
        rows = self.rows("out", "points.csv")
        with sqlite3.connect(self.folder / "out" / "study.sqlite") as database:
            self.assertEqual(database.execute("select count(*) from points").fetchone(), (12,))
            for row in rows:
                found = database.execute("select value from results where point=? and key='energy.facility_mwh'", (row["point"],)).fetchone()
                self.assertEqual(found[0], float(row["energy.facility_mwh"]))
        two = [float(row["energy.facility_mwh"]) for row in rows[:2]]
        line = next(row for row in self.rows("out", "statistics.csv") if row["variant"] == "1" and row["key"] == "energy.facility_mwh")
        self.assertAlmostEqual(float(line["mean"]), sum(two) / 2, delta=1e-12 * two[0])
        self.assertAlmostEqual(float(line["half_95"]), 12.706 * abs(two[0] - two[1]) / 2, delta=1e-3 * abs(two[0] - two[1]))

    def test_what_the_study_derives_can_be_compared(self):
        self.sweep("out")
        told = json.loads(self.run_program("compare", "out", "--metric", "mwh_per_job", "--json").stdout)
        cells = next(metric["cells"] for metric in told["metrics"] if metric["key"] == "mwh_per_job")
        rows = [row for row in self.rows("out", "points.csv") if row["mwh_per_job"]]
        self.assertEqual(len(cells), len({row["variant"] for row in rows}))
        of_first = [float(row["mwh_per_job"]) for row in rows if row["variant"] == "1"]
        self.assertAlmostEqual(cells[0]["mean"], sum(of_first) / len(of_first), delta=1e-12)

    def test_a_finished_study_is_not_run_again_and_its_tables_can_be_made_anew(self):
        self.sweep("out")
        before = self.contents("out")
        for name in ("points.csv", "statistics.csv", "study.sqlite", "failed.csv"):
            (self.folder / "out" / name).unlink()
        self.run_program("merge", "out")
        self.assertEqual(self.contents("out"), before)
        start = time.monotonic()
        self.sweep("out")
        self.assertLess(time.monotonic() - start, 20)
        self.assertEqual(self.contents("out"), before)

    def test_another_study_is_refused_where_one_lies(self):
        self.sweep("out")
        self.write_study(steps=2)
        refused = self.sweep("out", code=3)
        self.assertIn("was begun with another study, scenario or input; give another --out, or --force to begin anew", refused.stderr)
        self.sweep("out", "--force")
        self.assertEqual(len(self.rows("out", "points.csv")), 8)

    def test_shards_merged_are_one_process(self):
        self.sweep("whole")
        shards = []
        for k in range(1, 8):
            shards.append(f"shard_{k}")
            self.sweep(shards[-1], "--shard", f"{k}/7", code=0)
        random.Random(5).shuffle(shards)
        self.run_program("merge", *shards, "--out", "merged")
        self.assert_same_study("whole", "merged")

    def test_a_merge_without_all_shards_says_so(self):
        self.sweep("a", "--shard", "1/2")
        done = self.run_program("merge", "a", "--out", "merged", code=5)
        self.assertIn("6 of 12 runs complete", done.stdout)

    def test_results_are_kept_as_asked(self):
        self.write_study(steps=2, seeds=1, more="keep: all\n")
        self.sweep("out")
        self.assertIn("jobs.csv", {path.name for path in (self.folder / "out/runs/000003").iterdir()})
        summary = self.summary("out/runs/000003")
        self.assertEqual(float(self.rows("out", "points.csv")[2]["energy.facility_mwh"]), summary["energy"]["facility_mwh"])
        self.write_study(steps=2, seeds=1, more="keep: series\n")
        self.sweep("series")
        self.assertEqual({path.name for path in (self.folder / "series/runs/000001").iterdir()},
                         {"manifest.json", "summary.json", "series.csv", "scenario.resolved.yaml"})

    def test_a_dry_run_tells_and_leaves_nothing(self):
        done = self.run_program("sweep", "study.yaml", "--out", "out", "--dry-run", "--jobs", "2")
        self.assertRegex(done.stdout, r"trial: 12 runs of 6 variants\nfrom 3 of them: [\d.]+ s each, [\d.e-]+ core-hours, .* on 2 processes; .* files, [\d.]+ MB")
        self.assertFalse((self.folder / "out").exists())

    def test_compare_and_report_read_a_study(self):
        self.sweep("out")
        text = self.run_program("compare", "out", "--metric", "energy.facility_mwh").stdout
        self.assertIn("scheduling.policy=easy_backfill, supply=30 degC", text)
        self.run_program("report", "out")
        page = self.read("out", "report.html")
        self.assertIn("<title>trial - aifactory study</title>", page)
        self.assertIn('data-kind="study"', page)

    def test_common_random_numbers_shrink_the_interval_of_a_difference(self):
        halves = {}
        for kind in ("common", "independent"):
            self.write("study.yaml", "format: 1\nname: crn\nscenario: small.yaml\nset: {duration: 6 h, record.series: false}\n"
                       f"axes: {{supply: {{path: sites.alpha.cooling.supply, values: [24 degC, 36 degC]}}}}\nseeds: 8\nrandom_numbers: {kind}\n")
            self.sweep(kind)
            metrics = json.loads(self.run_program("compare", kind, "--metric", "energy.facility_mwh", "--json").stdout)["metrics"]
            halves[kind] = metrics[0]["cells"][1]["difference_half_95"]
        self.assertLess(halves["common"], 0.3 * halves["independent"])

    def test_what_is_wrong_with_a_level_is_told_before_anything_runs(self):
        self.write("study.yaml", "format: 1\nname: bad\nscenario: small.yaml\naxes: {scheduling.policy: [fcfs, easy_bakfill], sites.alpha.cooling.supply: [30 kW]}\n")
        done = self.sweep("out", code=3)
        self.assertIn("sites.alpha.cooling.supply", done.stderr)
        self.assertFalse((self.folder / "out").exists())

    def test_a_run_that_fails_is_listed_with_its_log_and_tried_again(self):
        # A job larger than the hall is found when the run is prepared, not when the scenario is read.
        self.write("study.yaml", "format: 1\nname: part\nscenario: small.yaml\nset: {duration: 30 min, workload.synthetic: ~}\n"
                   "axes: {jobs: {path: workload.jobs, values: [[{name: a, nodes: 1, duration: 1 min}], [{name: b, nodes: 100000, duration: 1 min}]]}}\n")
        done = self.sweep("out", code=1)
        self.assertIn("1 of 2 runs complete, 1 failed", done.stdout)
        failed = self.rows("out", "failed.csv")
        self.assertEqual([row["point"] for row in failed], ["2"])
        self.assertIn("100000", failed[0]["log"])
        again = self.sweep("out", code=1)
        self.assertIn("1 of 2 runs complete, 1 failed", again.stdout)


class SweepTrouble(SweepTest):
    def children(self, program, count=1):
        path = f"/proc/{program.pid}/task/{program.pid}/children"
        for _ in range(1200):
            try:
                with open(path) as file:
                    found = [int(word) for word in file.read().split()]
            except FileNotFoundError:
                break
            if len(found) >= count:
                return found
            time.sleep(0.005)
        self.fail("no children")

    def test_killed_at_any_instant_it_goes_on_to_the_same_bytes(self):
        self.write_study(steps=10, seeds=3)
        start = time.monotonic()
        self.sweep("whole", "--jobs", "2")
        span = time.monotonic() - start
        chance = random.Random(20260701)
        kills = finished = 0
        while kills < KILLS:
            name = f"killed_{finished}"
            while True:
                process = self.start("study.yaml", "--out", name, "--jobs", "2", "--quiet")
                try:
                    process.communicate(timeout=chance.uniform(0.02, 0.5) * span)
                    self.assertEqual(process.returncode, 0)
                    break
                except subprocess.TimeoutExpired:
                    pass
                if chance.random() < 0.5:
                    process.kill()  # the leader alone: its workers must not live on
                    process.communicate()
                else:
                    end_group(process)
                kills += 1
            self.assert_same_study("whole", name)
            finished += 1
        self.assertGreater(finished, 1)

    def test_a_worker_that_is_killed_is_run_once_more(self):
        self.write_study(steps=10, seeds=3)
        process = self.start("study.yaml", "--out", "out", "--jobs", "2", "--quiet")
        killed = 0
        for _ in range(3):
            try:
                os.kill(self.children(process)[0], signal.SIGKILL)
                killed += 1
            except (ProcessLookupError, AssertionError):
                pass
            time.sleep(0.1)
        out, trouble = process.communicate(timeout=280)
        self.assertEqual(process.returncode, 0, trouble)
        self.assertGreater(killed, 0)
        self.sweep("whole", "--jobs", "2")
        self.assert_same_study("whole", "out")

    def test_signals_end_it_in_good_order(self):
        self.write_study(steps=10, seeds=20)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGUSR1):
            process = self.start("study.yaml", "--out", f"out_{number}", "--quiet")
            self.children(process)
            time.sleep(0.5)
            start = time.monotonic()
            process.send_signal(number)
            _, trouble = process.communicate(timeout=60)
            self.assertEqual(process.returncode, 5, trouble)
            self.assertLess(time.monotonic() - start, 10)
            self.assertIn("interrupted: run again to go on", trouble)
            self.assertEqual(json.loads(self.read(f"out_{number}", "study.json"))["status"], "incomplete")

    def test_a_signal_asks_for_the_status(self):
        self.write_study(steps=10, seeds=20)
        process = self.start("study.yaml", "--out", "out", "--quiet")
        self.children(process)
        time.sleep(1)
        process.send_signal(signal.SIGUSR2)
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        _, trouble = process.communicate(timeout=60)
        line = json.loads(trouble.splitlines()[0])
        self.assertEqual((line["study"], line["wanted"]), ("trial", 400))

    def test_a_run_tells_its_status_too(self):
        process = subprocess.Popen([PROGRAM, "run", "small.yaml", "--quiet", "--until", "3000 d", "--set", "record.series=false", "--out", "long"],
                                   cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        time.sleep(3)
        process.send_signal(signal.SIGUSR2)
        time.sleep(2)
        process.send_signal(signal.SIGUSR1)
        _, trouble = process.communicate(timeout=120)
        self.assertEqual(process.returncode, 5, trouble)
        self.assertIn("simulated_s", json.loads(trouble.splitlines()[0]))

    def test_no_run_is_begun_that_cannot_end_in_time(self):
        self.write_study(steps=10, seeds=200)
        start = time.monotonic()
        done = self.sweep("out", "--stop-after", "5 s", code=5)
        self.assertLess(time.monotonic() - start, 30)
        self.assertIn("interrupted: run again to go on", done.stderr)
        environment = dict(os.environ, SLURM_JOB_END_TIME=str(int(time.time()) + 1))
        process = self.start("study.yaml", "--out", "late", "--quiet", env=environment)
        out, trouble = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 5, trouble)
        self.assertIn("0 of 4000 runs complete", out)

    def test_a_full_disk_loses_nothing(self):
        self.write_study(steps=10, seeds=3)
        self.sweep("whole", "--jobs", "2")
        packs = max((self.folder / "whole/packs").glob("results_*"), key=lambda path: path.stat().st_size).stat().st_size

        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (packs // 3, packs // 3))
        process = self.start("study.yaml", "--out", "out", "--quiet", "--jobs", "2", preexec_fn=limit)
        _, trouble = process.communicate(timeout=280)
        self.assertEqual(process.returncode, 1, trouble)
        self.assertIn("cannot be written: File too large", trouble)
        self.sweep("out", "--jobs", "2")
        self.assert_same_study("whole", "out")

    def test_two_at_once_are_refused(self):
        self.write_study(steps=10, seeds=200)
        process = self.start("study.yaml", "--out", "out", "--quiet")
        self.children(process)
        refused = self.sweep("out", code=3)
        self.assertIn("another process works on this study", refused.stderr)
        end_group(process)

    def test_many_points_leave_few_files(self):
        self.write_study(steps=10, seeds=30)
        self.sweep("out")
        self.assertLess(files_below(self.folder / "out"), 20)


if __name__ == "__main__":
    unittest.main()
