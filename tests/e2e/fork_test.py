"""aifactory fork: branches of a finished run."""
import unittest

from program import ProgramTest


class Fork(ProgramTest):
    def setUp(self):
        super().setUp()
        self.run_program("run", "small.yaml", "--out", "base", "--quiet", "--no-report")

    def test_a_branch_in_which_nothing_else_happens_is_the_run(self):
        self.run_program("fork", "base", "--at", "3 h", "--out", "branch")
        self.assertEqual(self.repeatable("base", without={"decisions.csv"}), self.repeatable("branch", without={"decisions.csv"}))
        self.assertEqual(self.read("base", "decisions.csv"), self.read("branch", "decisions.csv"))

    def test_a_branch_shares_the_past_and_not_the_rest(self):
        self.run_program("fork", "base", "--at", "3 h", "--event", "{fail: alpha.cooling.cdu_01, for: 1 h}", "--out", "branch")
        base, branch = self.read("base", "events.csv").splitlines(), self.read("branch", "events.csv").splitlines()
        past = [line for line in base[1:] if float(line.split(",")[0]) < 10800]
        self.assertEqual(branch[1:1 + len(past)], past)
        self.assertTrue(any(line.startswith("10800,") and "alpha.cooling.cdu_01" in line for line in branch))
        self.assertNotEqual(base, branch)

    def test_the_past_cannot_be_changed(self):
        done = self.run_program("fork", "base", "--at", "3 h", "--event", "{at: 2 h, fail: alpha.cooling.cdu_01}", "--out", "branch", code=3)
        self.assertIn("2 h is before the fork at 3 h: that would change the past", done.stderr)
        self.run_program("fork", "base", "--at", "9 h", "--out", "branch", code=2)
        (self.folder / "base/events.csv").write_text("time_s,kind,unit,what,value,cause\n")
        done = self.run_program("fork", "base", "--at", "3 h", "--out", "branch", code=1)
        self.assertIn("before 3 h the branch differs from base", done.stderr)
        self.assertFalse((self.folder / "branch").exists())

    def test_another_policy_from_a_time_on(self):
        self.write("busy.yaml", self.read("small.yaml").replace("mean_interarrival: 5 min", "mean_interarrival: 90 s"))
        self.run_program("run", "busy.yaml", "--out", "busy", "--quiet", "--no-report")
        done = self.run_program("fork", "busy", "--at", "3 h", "--set", "scheduling.policy=sjf", "--out", "branch")
        self.assertIn("jobs.mean_wait_s", done.stdout)
        base, branch = self.read("busy", "jobs.csv").splitlines(), self.read("branch", "jobs.csv").splitlines()
        self.assertNotEqual(base, branch)
        events = [line for line in self.read("branch", "events.csv").splitlines() if ",set," in line]
        self.assertEqual(events, ["10800,set,scheduling.policy,sjf,,events[1]"])
        # The scenario of a branch says what it is: run from its start it is the branch, and it can be branched itself.
        self.run_program("run", "branch", "--out", "again", "--quiet", "--no-report")
        self.assertEqual(self.repeatable("again"), self.repeatable("branch"))
        self.run_program("fork", "branch", "--at", "4 h", "--out", "twig", "--quiet")
        self.assertEqual(self.repeatable("twig"), self.repeatable("branch"))

    def test_branches_side_by_side(self):
        done = self.run_program("fork", "base", "--at", "3 h", "--out", "branches", "--branch", "same", "--branch", "cool:sites.alpha.cooling.supply=24 degC",
                                "--branch", "broken:{fail: alpha.cooling.cdu_01, for: 1 h}", "--branch", "broken:scheduling.policy=sjf",
                                "--branch", "dry:sites.alpha.cooling={plant: dry_cooler, supply: 40 degC, dry_cooler: bac_tdfs1238n, cdu: cdu_1300kw, crah: fan_wall_generic}")
        self.assertEqual(sorted(p.name for p in (self.folder / "branches").iterdir()), ["broken", "cool", "dry", "same"])
        self.assertEqual(self.repeatable("base"), self.repeatable("branches/same"))
        for line in ("branches/cool: as base until 3 h, then sites.alpha.cooling.supply=24 degC", "kpi.pue"):
            self.assertIn(line, done.stdout)
        base = self.read("base", "series.csv").splitlines()
        for branch in ("broken", "cool", "dry"):
            series = self.read("branches", branch, "series.csv").splitlines()
            past = [line for line in base[1:] if float(line.split(",")[0]) < 10800]
            self.assertEqual(series[1:1 + len(past)], past)
            self.assertNotEqual(series, base)
            self.assertLess(self.summary(f"branches/{branch}")["ledger"]["heat_residual_frac"], 1e-9)

    def test_another_layout_from_a_time_on(self):
        cluster = "sites.alpha.halls.h1.clusters.train"
        done = self.run_program("fork", "base", "--at", "3 h", "--out", "layouts", "--branch", f"more:{cluster}.racks=12", "--branch", f"fewer:{cluster}.racks=2",
                                "--branch", "network:sites.alpha.power.block=900 kW", "--branch", f"all:{cluster}.racks=12", "--branch", "all:sites.alpha.power.block=900 kW",
                                "--branch", "all:sites.alpha.cooling.supply=26 degC", "--branch", "all:scheduling.policy=sjf")
        base = self.read("base", "series.csv").splitlines()
        past = [line for line in base[1:] if float(line.split(",")[0]) < 10800]
        for branch in ("more", "fewer", "network", "all"):
            self.assertIn(f"layouts/{branch}: as base until 3 h", done.stdout)
            series = self.read("layouts", branch, "series.csv").splitlines()
            self.assertEqual(series[0], base[0])
            self.assertEqual(series[1:1 + len(past)], past)
            for account in ("energy", "heat"):
                self.assertLess(self.summary(f"layouts/{branch}")["ledger"][f"{account}_residual_frac"], 1e-9, branch)
        self.assertIn("10800,rack_in,", self.read("layouts", "more", "events.csv"))
        self.assertIn(",rack_out,", self.read("layouts", "fewer", "events.csv"))
        # A branch that has grown is a scenario, and can be branched itself.
        self.run_program("run", "layouts/more", "--out", "again", "--quiet", "--no-report")
        self.assertEqual(self.repeatable("again"), self.repeatable("layouts/more"))
        self.run_program("fork", "layouts/more", "--at", "4 h", "--out", "twig", "--quiet")
        self.assertEqual(self.repeatable("twig"), self.repeatable("layouts/more"))

    def test_what_cannot_be_another_is_told_before_anything_runs(self):
        def refused(*arguments, code=3):
            stderr = self.run_program("fork", "base", "--at", "3 h", "--out", "branch", *arguments, code=code).stderr
            self.assertFalse((self.folder / "branch").exists())
            return stderr
        recovery = refused("--set", "sites.alpha.halls.h1.clusters.train.recovery=8 min")
        self.assertIn("sites.alpha.halls.h1.clusters.train.recovery cannot be set while a run goes on; what can: scheduling.policy,", recovery)
        self.assertEqual(len(recovery.splitlines()), 1, recovery)
        self.assertIn("did you mean easy_backfill?", refused("--set", "scheduling.policy=easy_backfil"))
        self.assertIn("must be KEY=VALUE", refused("--set", "scheduling.policy", code=2))
        self.assertIn("given twice", refused("--set", "scheduling.policy=sjf", "--set", "scheduling.policy=fcfs", code=2))
        self.assertIn("--branch a/b:x=1: must be NAME", refused("--branch", "a/b:x=1", code=2))
        self.assertIn("cannot be set", refused("--branch", "good:scheduling.policy=sjf", "--branch", "bad:seed=4"))


if __name__ == "__main__":
    unittest.main()
