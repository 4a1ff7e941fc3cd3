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


if __name__ == "__main__":
    unittest.main()
