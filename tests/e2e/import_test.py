"""aifactory import: from a foreign log to a run."""
import csv
import io
import json
import os
import unittest

from program import ProgramTest

PHILLY = """\
timestamp,duration,num_gpus,gpu_time,cluster
2017-10-09 07:01:55,600.0,1,66.0,11cb48
2017-10-09 07:00:00,1200.0,8,2951.0,6214e9
2017-10-09 07:30:00,-5.0,8,0,6214e9
2017-10-09 07:30:00,900.0,4,0,6214e9
"""

SCENARIO = """\
format: 1
name: imported
start: 2026-07-01
duration: workload
sites:
  alpha:
    grid: {capacity: 6 MW, price: 60 USD/MWh, carbon: 400 g/kWh}
    cooling: none
    power: none
    halls: {h1: {clusters: {train: {rack: gb200_nvl72, racks: 2}}}}
workload: {jobs: list.csv, estimates: {missing: factor, factor: 2}}
"""


class Import(ProgramTest):
    def rows(self, text):
        return list(csv.DictReader(io.StringIO("".join(l for l in text.splitlines(True) if not l.startswith("#")))))

    def test_a_list_goes_to_standard_output_and_the_account_to_standard_error(self):
        self.write("philly.csv", PHILLY)
        done = self.run_program("import", "philly", "philly.csv")
        rows = self.rows(done.stdout)
        self.assertEqual([row["submit_s"] for row in rows], ["115", "0", "1800"])
        self.assertEqual([row["accelerators"] for row in rows], ["1", "8", "4"])
        self.assertEqual(done.stderr.splitlines(), [
            "philly.csv: 4 rows read, 3 jobs written",
            "  1 left out: run time not above 0 (first: philly.csv:4: job 3)",
            "  1 noted: not in the order of submission (first: philly.csv:3: job 2)"])

    def test_what_is_written_runs(self):
        self.write("philly.csv", PHILLY)
        self.write("imported.yaml", SCENARIO)
        self.run_program("import", "philly", "philly.csv", "--out", "list.csv")
        self.run_program("run", "imported.yaml", "--out", "out", "--quiet")
        summary = self.summary("out")
        self.assertEqual(summary["jobs"]["completed"], 3)
        self.assertEqual(summary["ledger"]["jobs_residual"], 0)
        jobs = {row["job_id"]: row for row in csv.DictReader(io.StringIO(self.read("out", "jobs.csv")))}
        self.assertEqual(jobs["2"]["starting_time"], "0")
        self.assertEqual(jobs["2"]["requested_time"], "2400")
        self.assertEqual(jobs["2"]["tenant"], "6214e9")
        # 60 USD/MWh and 400 g/kWh at every hour: cost and carbon of a job are in proportion to its energy.
        for job in jobs.values():
            self.assertAlmostEqual(float(job["cost_usd"]), float(job["energy_kwh"]) * 0.06, places=9)
            self.assertAlmostEqual(float(job["carbon_kg"]), float(job["energy_kwh"]) * 0.4, places=9)
        statistics = list(csv.DictReader(io.StringIO(self.read("out", "job_statistics.csv"))))
        by_tenant = {row["group"]: row for row in statistics if row["by"] == "tenant" and row["metric"] == "wait_s"}
        self.assertEqual(by_tenant["6214e9"]["jobs"], "2")
        # What Evalys needs: intervals of nodes, and two of the three times.
        for job in jobs.values():
            self.assertRegex(job["allocated_resources"], r"^\d+(-\d+)?( \d+(-\d+)?)*$")
            self.assertAlmostEqual(float(job["starting_time"]) + float(job["execution_time"]),
                                   float(job["finish_time"]), places=6)

    def test_an_existing_list_is_kept(self):
        self.write("philly.csv", PHILLY)
        self.write("list.csv", "precious\n")
        self.assertIn("exists already", self.run_program("import", "philly", "philly.csv", "--out", "list.csv", code=3).stderr)
        self.assertEqual(self.read("list.csv"), "precious\n")
        self.run_program("import", "philly", "philly.csv", "--out", "list.csv", "--force")
        self.assertEqual(len(self.rows(self.read("list.csv"))), 3)

    def test_nothing_is_left_of_a_refused_log(self):
        self.write("other.csv", "a,b\n1,2\n")
        self.assertEqual(self.run_program("import", "helios", "other.csv", "--out", "list.csv", code=3).stderr,
                         "other.csv: not a Helios job log: it has no column job_id (columns: a, b)\n")
        self.assertEqual([name for name in os.listdir(self.folder) if name.startswith("list")], [])
        self.assertIn("no format is named heliso (did you mean \"helios\"?)",
                      self.run_program("import", "heliso", "other.csv", code=3).stderr)
        self.run_program("import", "philly", code=2)


class Replicas(ProgramTest):
    def test_statistics_of_replicas(self):
        done = self.run_program("run", "small.yaml", "--replicas", "4", "--jitter", "30 s", "--out", "out")
        self.assertIn("4 of 4 replicas, submissions moved by up to 30 s", done.stdout)
        self.assertRegex(done.stdout, r"jobs\.mean_wait_s +\S+ +\S+ +\S+ \.\. \S+")
        self.assertEqual(set(os.listdir(self.folder / "out")),
                         {"manifest.json", "replicas.csv", "replicas.json", "scenario.resolved.yaml"})
        rows = list(csv.DictReader(io.StringIO(self.read("out", "replicas.csv"))))
        self.assertEqual([row["replica"] for row in rows], ["1", "2", "3", "4"])
        self.assertEqual({row["seed"] for row in rows}, {"3"})
        self.assertEqual({row["status"] for row in rows}, {"complete"})
        # Only submissions move: the same jobs come.
        self.assertEqual(len({row["jobs.submitted"] for row in rows}), 1)
        self.assertGreater(len({row["energy.it_mwh"] for row in rows}), 1)
        energy = [float(row["energy.it_mwh"]) for row in rows]
        mean = sum(energy) / 4
        sd = (sum((x - mean) ** 2 for x in energy) / 3) ** 0.5
        told = json.loads(self.read("out", "replicas.json"))["statistics"]["energy.it_mwh"]
        self.assertAlmostEqual(told["mean"], mean, places=9)
        self.assertAlmostEqual(told["sd"], sd, places=9)
        self.assertAlmostEqual(told["half_95"], 3.182446 * sd / 2, places=7)  # t of 3 degrees of freedom

    def test_the_same_replicas_twice_whatever_runs_side_by_side(self):
        for jobs, out in (("1", "a"), ("3", "b")):
            self.run_program("run", "small.yaml", "--replicas", "3", "--jobs", jobs, "--out", out, "--quiet")
        self.assertEqual(self.read("a", "replicas.csv"), self.read("b", "replicas.csv"))
        rows = list(csv.DictReader(io.StringIO(self.read("a", "replicas.csv"))))
        self.assertEqual([row["seed"] for row in rows], ["3", "4", "5"])
        # The first is the scenario itself.
        self.run_program("run", "small.yaml", "--out", "c", "--quiet")
        self.assertEqual(float(rows[0]["energy.it_mwh"]), self.summary("c")["energy"]["it_mwh"])

    def test_json(self):
        done = self.run_program("run", "small.yaml", "--replicas", "2", "--out", "out", "--quiet", "--json")
        self.assertEqual(json.loads(done.stdout), json.loads(self.read("out", "replicas.json")))

    def test_flags_that_do_not_fit(self):
        self.run_program("run", "small.yaml", "--jitter", "5s", code=2)
        self.run_program("run", "small.yaml", "--replicas", "0", code=2)
        self.assertIn("--jitter", self.run_program("run", "small.yaml", "--replicas", "2", "--jitter", "5 kg", code=2).stderr)


if __name__ == "__main__":
    unittest.main()
