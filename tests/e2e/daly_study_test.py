"""The study of scenarios/checkpoint_interval finds the interval that Daly's formula gives."""
import csv
import io
import math

from accuracy import accuracy
from program import SOURCE, ProgramTest

# A write of one minute, and 512 nodes with 6.50 interruptions in 1,000 node-days.
WRITE_MIN = 1.0
MTTI_MIN = 1440.0 / (512 * 6.50e-3)


class DalyStudy(ProgramTest):
    def test_the_best_interval_of_a_study_is_dalys(self):
        self.run_program("sweep", str(SOURCE / "scenarios" / "checkpoint_interval"), "--out", "study", "--quiet", timeout=280)
        ettr = {}
        for row in csv.DictReader(io.StringIO(self.read("study", "points.csv"))):
            number, unit = row["interval"].split()
            self.assertEqual(unit, "min")
            ettr.setdefault(float(number), []).append(float(row["ettr"]))
        means = sorted((math.log(interval), sum(values) / len(values)) for interval, values in ettr.items())
        self.assertEqual([len(values) for values in ettr.values()], [5] * 9)
        best = max(range(len(means)), key=lambda i: means[i][1])
        self.assertTrue(0 < best < len(means) - 1, means)
        found_min = math.exp(top_of_parabola(means[best - 1:best + 2]))
        daly_min = math.sqrt(2 * WRITE_MIN * MTTI_MIN) - WRITE_MIN
        accuracy(self, "daly_study", found_min / daly_min - 1.0, 0.10)


def top_of_parabola(points):
    """Through the best interval and its neighbours, in the logarithm of the interval."""
    (x0, y0), (x1, y1), (x2, y2) = points
    return x1 - 0.5 * ((x1 - x0) ** 2 * (y1 - y2) - (x1 - x2) ** 2 * (y1 - y0)) / ((x1 - x0) * (y1 - y2) - (x1 - x2) * (y1 - y0))
