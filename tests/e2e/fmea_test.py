"""aifactory fmea, as its users run it."""
import csv
import io
import json
import signal
import subprocess
import time
import unittest

from program import PROGRAM, ProgramTest


class Fmea(ProgramTest):
    def rows(self, out):
        return list(csv.DictReader(io.StringIO(self.read(out, "fmea.csv"))))

    def test_ranks_all_cases_and_writes_the_script(self):
        done = self.run_program("fmea", "small.yaml", "--out", "f", "--at", "1 h", "--window", "20 min", "--single")
        rows = self.rows("f")
        self.assertEqual([int(row["rank"]) for row in rows], list(range(1, len(rows) + 1)))
        lost = [float(row["lost_mw"]) for row in rows]
        self.assertEqual(lost, sorted(lost, reverse=True))
        by_name = {row["failed"]: row for row in rows}
        self.assertEqual(by_name["alpha.power.ups_01a"]["alike"], "2")
        self.assertEqual(float(by_name["alpha.power.ups_01a"]["lost_mw"]), 0.0)
        self.assertTrue(all(row["status"] == "ok" for row in rows))
        self.assertIn("cases have no effect", done.stdout)
        self.assertIn("MW lost", done.stdout)
        # Progress: JSON lines, since standard error is no terminal.
        self.assertEqual(json.loads(done.stderr.splitlines()[-1])["runs_done"], len(rows) + 1)
        self.assertIn("# Integrated-systems test of small", self.read("f", "systems_test.md"))
        self.assertEqual(json.loads(self.read("f", "manifest.json"))["status"], "complete")

    def test_the_same_bytes_whatever_the_number_of_processes(self):
        for jobs in ("1", "3"):
            done = self.run_program("fmea", "small.yaml", "--out", "f" + jobs, "--at", "30 min", "--window", "10 min",
                                    "--single", "--jobs", jobs, "--quiet")
            self.assertEqual(done.stderr, "")
        for name in ("fmea.csv", "systems_test.md"):
            self.assertEqual(self.read("f1", name), self.read("f3", name))

    def test_wrong_use(self):
        self.assertIn("--window 0 s must be > 0 s",
                      self.run_program("fmea", "small.yaml", "--window", "0 s", code=2).stderr)
        self.assertIn("has no unit", self.run_program("fmea", "small.yaml", "--at", "2", code=2).stderr)
        (self.folder / "f").mkdir()
        self.run_program("fmea", "small.yaml", "--out", "f", "--single", code=3)

    def test_interrupted_it_writes_what_there_is(self):
        child = subprocess.Popen([PROGRAM, "fmea", "small.yaml", "--out", "f", "--at", "40 d", "--window", "40 d", "--jobs", "1"],
                                 cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        time.sleep(2)
        child.send_signal(signal.SIGINT)
        _, said = child.communicate(timeout=60)
        self.assertEqual(child.returncode, 5, said)
        self.assertEqual(json.loads(self.read("f", "manifest.json"))["status"], "incomplete")
        self.assertEqual(sorted(p.name for p in (self.folder / "f").iterdir()), ["fmea.csv", "manifest.json", "systems_test.md"])


if __name__ == "__main__":
    unittest.main()
