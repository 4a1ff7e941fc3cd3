"""aifactory compare and aifactory explain, as their users run them."""
import csv
import io
import json
import unittest

from program import ProgramTest


class Compare(ProgramTest):
    def two_variants(self):
        for name, supply in (("cool", "25 degC"), ("warm", "30 degC")):
            for seed in ("1", "2", "3"):
                self.run_program("run", "small.yaml", "--out", f"runs/{name}/s{seed}", "--seed", seed, "--until", "2 h", "--quiet", "--no-report",
                                 "--set", f"sites.alpha.cooling.supply={supply}")

    def test_pairs_seeds_and_names_what_was_changed(self):
        self.two_variants()
        done = self.run_program("compare", "runs/cool", "runs/warm", "--json", "--metric", "kpi.pue", "--pareto", "energy.cooling_mwh:min",
                                "--pareto", "kpi.goodput_frac:max")
        told = json.loads(done.stdout)
        self.assertEqual([group["seeds"] for group in told["groups"]], [[1, 2, 3], [1, 2, 3]])
        changed = {change["path"]: change["values"] for change in told["inputs"]}
        self.assertEqual(changed["sites.alpha.cooling.supply"], ["25 degC", "30 degC"])
        cells = next(m["cells"] for m in told["metrics"] if m["key"] == "kpi.pue")
        values = [[self.summary(f"runs/{name}/s{seed}")["kpi"]["pue"] for seed in (1, 2, 3)] for name in ("cool", "warm")]
        differences = [b - a for a, b in zip(*values)]
        mean = sum(differences) / 3
        # t_{0.975, 2} = 4.302653.
        half = 4.302653 * (sum((d - mean) ** 2 for d in differences) / 2 / 3) ** 0.5
        self.assertEqual(cells[1]["pairs"], 3)
        self.assertAlmostEqual(cells[1]["difference"], mean, delta=1e-12)
        self.assertAlmostEqual(cells[1]["difference_half_95"], half, delta=1e-6 * half + 1e-15)
        self.assertAlmostEqual(cells[0]["mean"], sum(values[0]) / 3, delta=1e-12)
        # The same random numbers in both variants: the difference is known better than either mean.
        self.assertLess(cells[1]["difference_half_95"], cells[1]["half_95"])
        self.assertEqual(told["pareto"]["front"], ["runs/warm"])

    def test_text_and_csv(self):
        self.two_variants()
        text = self.run_program("compare", "runs/cool", "runs/warm").stdout
        self.assertIn("sites.alpha.cooling.supply  25 degC  30 degC", text)
        self.assertRegex(text, r"kpi\.pue +1\.\d+ ±0\.\d+ +1\.\d+ ±0\.\d+ +-0\.\d+ ±")
        rows = list(csv.DictReader(io.StringIO(self.run_program("compare", "runs/cool/s1", "runs/warm/s1", "--csv", "--all").stdout)))
        row = next(r for r in rows if r["key"] == "energy.it_mwh" and r["group"] == "runs/warm/s1")
        self.assertEqual(float(row["mean"]), self.summary("runs/warm/s1")["energy"]["it_mwh"])
        self.assertEqual(row["half_95"], "")
        self.assertGreater(len({r["key"] for r in rows}), 60)

    def test_wrong_use(self):
        self.run_program("run", "small.yaml", "--out", "a", "--quiet", "--no-report")
        self.assertIn('did you mean "kpi.pue"?', self.run_program("compare", "a", "a", "--metric", "kpi.puee", code=3).stderr)
        (self.folder / "empty").mkdir()
        self.assertIn("is neither the results of a run", self.run_program("compare", "a", "empty", code=3).stderr)
        self.assertIn("must be KEY:min or KEY:max", self.run_program("compare", "a", "--pareto", "kpi.pue", code=2).stderr)
        self.assertIn("there is no such directory", self.run_program("compare", "a", "nowhere", code=3).stderr)


class Explain(ProgramTest):
    def test_a_tripped_rack_is_traced_to_the_scenario(self):
        self.run_program("run", "small.yaml", "--out", "r", "--quiet", "--set", "events=[{at: 1 h, fail: alpha.cooling.cdu_01, for: 30 min}]",
                         "--set", "workload.synthetic.mean_interarrival=1 min")
        trip = next(row for row in csv.DictReader(io.StringIO(self.read("r", "events.csv"))) if row["kind"] == "trip")
        told = json.loads(self.run_program("explain", "r", "--at", f"{float(trip['time_s']) + 1} s", "--json").stdout)
        binding = told["constraints"][0]
        self.assertEqual(binding["kind"], "out")
        self.assertEqual(binding["accelerators_held"], 4 * 72)
        chain = binding["chain"]
        self.assertEqual(chain[0]["kind"], "trip")
        self.assertTrue(chain[-1]["unit"].startswith("alpha.cooling.cdu_01"), chain)
        self.assertIn("events[0] of the scenario", chain[-1]["cause"])
        self.assertIn("fail", chain[-1]["cause"])
        text = self.run_program("explain", "r", "--at", "2026-07-01T01:10").stdout
        self.assertIn("binding: 4 racks of cluster train (site alpha) are out of service", text)

    def test_losses_add_up_over_time(self):
        self.run_program("run", "small.yaml", "--out", "r", "--quiet", "--set", "events=[{at: 1 h, fail: alpha.cooling.cdu_01, for: 30 min}]",
                         "--set", "workload.synthetic.mean_interarrival=1 min")
        def lost(*span):
            return {line["cause"]: line["accelerator_h"] for line in json.loads(self.run_program("explain", "r", *span, "--json").stdout)["lost"]}
        whole, first, second = lost("--from", "0 s"), lost("--to", "90 min"), lost("--from", "90 min")
        for cause, hours in whole.items():
            self.assertAlmostEqual(first.get(cause, 0) + second.get(cause, 0), hours, delta=1e-9 * hours)
        # By hand: four racks of 72 from their trip to their recovery.
        events = list(csv.DictReader(io.StringIO(self.read("r", "events.csv"))))
        down = 0.0
        for begin, sign in (("trip", -1), ("rack_off", -1), ("recover", 1)):
            for row in events:
                if row["kind"] == begin:
                    racks = row["unit"].rsplit("rack_", 1)[1].split("-")
                    down += sign * float(row["time_s"]) * (int(racks[-1]) - int(racks[0]) + 1)
        self.assertAlmostEqual(whole["racks out of service"], down / 3600 * 72, delta=1e-6 * abs(down))

    def test_idle_and_waiting(self):
        self.run_program("run", "small.yaml", "--out", "r", "--quiet")
        quiet = json.loads(self.run_program("explain", "r", "--at", "0 s", "--json").stdout)
        self.assertEqual([c["kind"] for c in quiet["constraints"]], ["demand"])
        self.assertIn("is outside of the run", self.run_program("explain", "r", "--at", "7 h", code=2).stderr)
        self.assertIn("must be a time", self.run_program("explain", "r", "--at", "noon", code=2).stderr)
        self.assertIn("give --at", self.run_program("explain", "r", code=2).stderr)
        self.assertIn("holds no results", self.run_program("explain", ".", "--at", "0 s", code=3).stderr)


if __name__ == "__main__":
    unittest.main()
