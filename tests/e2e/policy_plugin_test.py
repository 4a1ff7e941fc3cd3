"""A policy in a shared library, built apart from this tree with what was installed, in the installed program."""
import json
import os
import pathlib
import subprocess
import unittest

from program import ProgramTest

FOLDER = pathlib.Path(os.environ["AIFACTORY_PLUGIN_FOLDER"])
LIBRARY = FOLDER / "build" / "patient.so"


class PolicyPlugin(ProgramTest):
    def run_it(self, out, policy, *more, code=0):
        return self.run_program("run", "small.yaml", "--quiet", "--out", out, "--policy", policy, *more, code=code)

    def test_it_runs_in_the_installed_program(self):
        done = subprocess.run([FOLDER / "installed" / "bin" / "aifactory", "run", "small.yaml", "--quiet", "--out", "out",
                               "--policy", f"plugin:{LIBRARY}"], cwd=self.folder, capture_output=True, text=True, timeout=120)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(self.summary("out")["ledger"]["jobs_residual"], 0)
        inputs = json.loads(self.read("out", "manifest.json"))["inputs"]
        self.assertIn(str(LIBRARY), [entry["path"] for entry in inputs])

    def test_a_replay_of_it_has_the_same_bytes(self):
        self.run_it("first", f"plugin:{LIBRARY}", "--set", "scheduling.options={patience_min: 5}")
        self.run_it("again", "replay:first")
        for name in ("jobs.csv", "decisions.csv"):
            self.assertEqual(self.read("first", name), self.read("again", name))

    def test_the_program_has_every_function_that_the_headers_declare(self):
        self.run_it("mine", f"plugin:{FOLDER}/faulty/greedy_for_symbols.so")
        self.run_it("built_in", "fcfs")
        self.assertEqual(self.read("mine", "jobs.csv"), self.read("built_in", "jobs.csv"))

    def test_its_options_are_listed(self):
        listed = json.loads(self.run_program("policies", f"plugin:{LIBRARY}", "--json").stdout)
        self.assertEqual([policy["name"] for policy in listed], ["patient"])
        self.assertEqual(listed[0]["options"]["patience_min"]["default"], "60")

    def test_one_of_another_interface_is_refused_before_the_run(self):
        done = self.run_it("out", f"plugin:{FOLDER}/faulty/faulty_other_abi.so", code=3)
        self.assertIn("was built for version", done.stderr)
        self.assertFalse((self.folder / "out").exists())

    def test_what_it_throws_ends_the_run_with_one_sentence(self):
        done = self.run_it("out", f"plugin:{FOLDER}/faulty/faulty_throws_later.so", code=1)
        self.assertIn("failed: out of ideas\nended after", done.stderr)
        self.assertEqual(json.loads(self.read("out", "manifest.json"))["status"], "incomplete")


if __name__ == "__main__":
    unittest.main()
