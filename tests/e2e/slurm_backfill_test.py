"""slurm_backfill against a real slurmctld: 28 short jobs on eight nodes, and the same jobs in the simulator."""
import csv
import io
import math
import tempfile
import time
import unittest

import private_slurm
from program import ProgramTest

NODES = 8
SCHED_INTERVAL = 10

# Seconds to wait before the submission, nodes, seconds that it runs, minutes of its limit.  Drawn at random, and kept because the
# order of starts stays the same when each end is seen by the loop that follows it or by the next one (in 90 draws of that).
TRACE = """\
0 6 3 1, 0 1 7 5, 3 1 3 5, 3 6 9 3, 2 3 4 2, 1 1 7 1, 3 2 7 1, 1 1 9 1, 1 3 8 3, 0 8 4 1,
1 3 8 5, 0 1 3 1, 0 4 5 3, 0 8 3 1, 2 1 9 5, 1 2 7 3, 2 3 4 3, 3 8 9 1, 2 2 4 2, 0 1 7 1,
0 3 8 1, 1 8 4 1, 0 2 7 2, 0 1 9 5, 2 1 7 2, 0 1 7 3, 0 1 5 2, 1 6 6 5"""

SLURM = """\
PriorityType=priority/multifactor
PriorityWeightAge=0
PriorityWeightJobSize=1000
SchedulerType=sched/backfill
SchedulerParameters=bf_interval=2,bf_resolution=1,batch_sched_delay=1,sched_interval=10
"""

SCENARIO = """\
format: 1
name: slurm
start: 2026-01-01
duration: workload
sites: {site: {grid: {capacity: 1 MW}, halls: {hall: {clusters: {nodes: {rack: cpu_node, racks: 8}}}}}}
workload: {jobs: list.csv}
scheduling:
  policy: slurm_backfill
  options: {bf_interval: 2, bf_resolution: 1, batch_sched_delay: 1, sched_interval: 10, weight_age: 0, weight_job_size: 1000}
record: {series: false}
"""


def turned(slurm, ours):
    """Pairs of jobs that Slurm started at least a second apart, and that the simulator starts the other way round."""
    return [(i, j) for i in slurm for j in slurm if slurm[i] + 1 <= slurm[j] and ours[i] > ours[j]]


class SlurmBackfill(ProgramTest):
    def setUp(self):
        super().setUp()
        if why := private_slurm.missing():
            print("SKIPPED: " + why, flush=True)
            self.skipTest(why)

    def starts(self, *arguments):
        self.run_program("run", "slurm.yaml", "--out", "out", "--force", "--quiet", *arguments)
        rows = csv.DictReader(io.StringIO(self.read("out", "jobs.csv")))
        return {int(row["job_id"]): float(row["starting_time"]) for row in rows}

    def test_starts_as_slurmctld_does(self):
        asks = [[int(word) for word in ask.split()] for ask in TRACE.split(",")]
        with tempfile.TemporaryDirectory() as folder, private_slurm.PrivateSlurm(folder, NODES, SLURM) as slurm:
            # Between two wakings of slurmctld, which come whole seconds after it began: a submission that meets one of them
            # is seen by it or not, and the order of the starts turns with that.
            zero = slurm.started()
            numbers, due = [], zero + math.ceil(time.time() - zero) + 0.3
            for gap, nodes, seconds, minutes in asks:
                due += gap
                time.sleep(max(0.0, due - time.time()))
                numbers.append(slurm.submit(nodes, minutes, f"sleep {seconds}"))
            deadline = time.monotonic() + 150
            while sum("end" in job for job in slurm.times().values()) < len(asks):
                self.assertLess(time.monotonic(), deadline, slurm.log()[-3000:])
                time.sleep(0.5)
            times = slurm.times()
        lines = ["job_id,submit_s,nodes,duration_s,walltime_s"]
        started = {}
        for number, (_, nodes, seconds, minutes) in zip(numbers, asks):
            job = times[number]
            ran = job["end"] - job["start"]
            self.assertTrue(seconds <= ran < seconds + 5, f"job {number} ran {ran} s")
            started[number] = job["start"] - zero
            lines.append(f"{number},{job['submit'] - zero:.3f},{nodes},{ran:.3f},{60 * minutes}")
        self.write("list.csv", "\n".join(lines) + "\n")
        self.write("slurm.yaml", SCENARIO)

        ours = self.starts()
        table = "\n".join(f"job {n}: Slurm {started[n]:.3f}, ours {ours[n]:.3f}" for n in numbers)
        print(f"largest difference of a start {max(abs(ours[n] - started[n]) for n in numbers):.3f} s, "
              f"mean {sum(ours[n] - started[n] for n in numbers) / len(numbers):.3f} s", flush=True)
        self.assertEqual(turned(started, ours), [], table)
        # Each generation of jobs may lag by the phase of the real loops, a second or two, which is nobody's to choose.
        for n in numbers:
            self.assertLess(abs(ours[n] - started[n]), SCHED_INTERVAL, table)
        # The trace tells policies apart.
        for policy in ("fcfs", "easy_backfill"):
            self.write("slurm.yaml", SCENARIO.replace("slurm_backfill", policy).replace("  options:", "  # options:"))
            self.assertGreater(len(turned(started, self.starts())), 20, policy)


if __name__ == "__main__":
    unittest.main()
