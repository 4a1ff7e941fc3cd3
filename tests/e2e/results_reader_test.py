"""tools/python/aifactory_results.py and its example, on what the program has just written."""
import json
import subprocess
import sys
import unittest

from program import ProgramTest, SOURCE

sys.path.insert(0, str(SOURCE / "tools/python"))
import aifactory_results as results  # noqa: E402


class ResultsReader(ProgramTest):
    def test_reads_what_is_there(self):
        self.run_program("run", "small.yaml", "--out", "r", "--quiet", "--set", 'workload.jobs=[{name: "1, \\"a\\"", nodes: 2, duration: 10 min}]')
        run = results.Run(self.folder / "r")
        summary = self.summary("r")
        self.assertTrue(run.complete)
        self.assertEqual(run.seed, 3)
        self.assertEqual(run["kpi.pue"], summary["kpi"]["pue"])
        self.assertEqual(run["sites.alpha.energy.it_mwh"], summary["sites"]["alpha"]["energy"]["it_mwh"])
        self.assertIsNone(run["money.capex_usd"])
        with self.assertRaisesRegex(KeyError, "kpi has pue"):
            run["kpi.poe"]
        self.assertEqual(run.figures()["energy.it_mwh"], summary["energy"]["it_mwh"])
        jobs = list(run.jobs())
        self.assertEqual(len(jobs), summary["jobs"]["submitted"])
        self.assertIn('1, "a"', [job["job_id"] for job in jobs])
        series = run.series()
        self.assertEqual(len(series["time_s"]), len(self.read("r", "series.csv").splitlines()) - 1)
        self.assertTrue(all(isinstance(value, (int, float)) for value in series["alpha.it_mw"]))
        # The ledger closes here too.
        energy = run.ledger("energy")
        into, out, stored = (sum(energy.get(side, {}).values()) for side in ("in", "out", "stored"))
        self.assertAlmostEqual(into, out + stored, delta=1e-9 * into)
        self.assertEqual([event["kind"] for event in run.events() if event["unit"] == "alpha.cooling.cdu_01.pump_a"], ["failure", "repair"])
        self.assertEqual(str(run.date(3600)), "2026-07-01 01:00:00")

    def test_a_folder_of_runs(self):
        for seed in ("1", "2"):
            self.run_program("run", "small.yaml", "--out", f"runs/s{seed}", "--seed", seed, "--quiet", "--no-report")
        self.assertEqual([run.seed for run in results.runs(self.folder / "runs")], [1, 2])
        done = subprocess.run([sys.executable, SOURCE / "tools/python/example.py", self.folder / "runs"], capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, r"s1: [\d.]+ MWh, PUE 1\.\d+.*busiest hour 2026-07-01 \d\d:00:00 with [\d.]+ MW")
        with self.assertRaises(results.NoResults):
            results.Run(self.folder)

    def test_numbers_come_back_exactly(self):
        self.run_program("run", "small.yaml", "--out", "r", "--quiet", "--no-report")
        run = results.Run(self.folder / "r")
        last = list(run.series().items())
        line = self.read("r", "series.csv").splitlines()[-1].split(",")
        for (name, values), cell in zip(last, line):
            self.assertEqual(values[-1], None if cell == "" else json.loads(cell), name)


if __name__ == "__main__":
    unittest.main()
