"""Every wrong scenario of tests/scenarios/bad is refused with the whole message that stands in the file beside it."""
import subprocess
import unittest

from program import PROGRAM, SOURCE, ProgramTest

FOLDER = SOURCE / "tests/scenarios/bad"
STUDIES = SOURCE / "tests/scenarios/bad_studies"


class BadScenarios(unittest.TestCase):
    def test_each_is_refused_in_its_own_words(self):
        scenarios = sorted(FOLDER.glob("*.yaml"))
        self.assertGreaterEqual(len(scenarios), 45)
        for scenario in scenarios:
            with self.subTest(scenario=scenario.name):
                done = subprocess.run([PROGRAM, "validate", scenario.name], cwd=FOLDER, capture_output=True, text=True,
                                      timeout=60)
                self.assertEqual(done.stderr, scenario.with_suffix(".expected").read_text())
                self.assertEqual(done.stdout, "")
                self.assertEqual(done.returncode, 3)

    def test_the_scenarios_that_others_spoil_are_right(self):
        for name in ("site.yaml", "plain.yaml"):
            done = subprocess.run([PROGRAM, "validate", f"files/{name}"], cwd=FOLDER, capture_output=True, text=True,
                                  timeout=60)
            self.assertEqual((done.returncode, done.stderr), (0, ""))


class BadStudies(ProgramTest):
    """Every wrong study of tests/scenarios/bad_studies, in the same way."""

    def test_each_is_refused_in_its_own_words(self):
        studies = sorted(STUDIES.glob("*.yaml"))
        self.assertGreaterEqual(len(studies), 28)
        for study in studies:
            with self.subTest(study=study.name):
                done = subprocess.run([PROGRAM, "sweep", study.name, "--dry-run"], cwd=STUDIES, capture_output=True, text=True, timeout=60)
                self.assertEqual(done.stderr, study.with_suffix(".expected").read_text())
                self.assertEqual(done.stdout, "")
                self.assertEqual(done.returncode, 3)
                # Each line begins with a place.
                for line in done.stderr.splitlines():
                    self.assertRegex(line, r"^[\w./-]+\.yaml(:\d+:\d+)?: |^ ")

    def test_sobol_has_so_many_axes(self):
        axes = "".join(f"  a{i}: {{path: scheduling.weights.t{i}, low: 1, high: 2}}\n" for i in range(3668))
        self.write("study.yaml", "format: 1\nname: bad\nscenario: small.yaml\nsampling: {method: sobol, points: 4}\naxes:\n" + axes)
        done = self.run_program("sweep", "study.yaml", "--dry-run", code=3)
        self.assertEqual(done.stderr, "study.yaml:4:20: sampling.method: sobol goes up to 3667 axes with low and high, and there are 3668; take latin_hypercube\n")


if __name__ == "__main__":
    unittest.main()
