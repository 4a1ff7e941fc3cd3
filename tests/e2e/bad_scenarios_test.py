"""Every wrong scenario of tests/scenarios/bad is refused with the whole message that stands in the file beside it."""
import subprocess
import unittest

from program import PROGRAM, SOURCE

FOLDER = SOURCE / "tests/scenarios/bad"


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


if __name__ == "__main__":
    unittest.main()
