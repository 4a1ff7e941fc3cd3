"""Logs as they come: truncated, shuffled, with negative, repeated or senseless values, claiming more than they have."""
import csv
import gzip
import io
import random
import unittest

from program import ProgramTest

HEADER = "; MaxJobs: 40\n; MaxProcs: 8\n"
ROWS = [f"{i} {10 * i} -1 {30 + i} {1 + i % 4} -1 -1 {1 + i % 4} {100 + i} -1 1 1 1 -1 1 1 -1 -1" for i in range(1, 41)]

SCENARIO = """\
format: 1
name: logs
start: 2026-01-01
duration: workload
sites: {s: {grid: {capacity: 1 MW}, halls: {h: {clusters: {c: {rack: cpu_node, nodes: from_log}}}}}}
workload: {swf: log.swf}
record: {series: false}
"""


class BadLogs(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("logs.yaml", SCENARIO)
        self.starts_of_good = self.starts(HEADER, ROWS)[0]

    def starts(self, header, rows):
        """Start by job, and what standard error says of the log."""
        self.write("log.swf", header + "\n".join(rows) + "\n")
        done = self.run_program("run", "logs.yaml", "--out", "out", "--force", "--quiet")
        jobs = csv.DictReader(io.StringIO(self.read("out", "jobs.csv")))
        return [(row["job_id"], row["starting_time"]) for row in jobs], done.stderr

    def test_rows_in_any_order_give_the_same_schedule(self):
        rows = ROWS[:]
        random.Random(1).shuffle(rows)
        starts, told = self.starts(HEADER, rows)
        self.assertEqual(starts, self.starts_of_good)
        self.assertIn("rows changed: not in the order of submission: sorted", told)

    def test_rows_that_no_job_can_be_are_left_out_and_counted(self):
        for bad, reason in (("41 -5 -1 30 2 -1 -1 2 100 -1 1 1 1 -1 1 1 -1 -1", "negative submit time"),
                            ("42 5 -1 -30 2 -1 -1 2 100 -1 1 1 1 -1 1 1 -1 -1", "run time not above 0"),
                            ("43 5 -1 30 -2 -1 -1 -2 100 -1 1 1 1 -1 1 1 -1 -1", "size not above 0"),
                            ("44 five -1 30 2 -1 -1 2 100 -1 1 1 1 -1 1 1 -1 -1", "a field is not a number"),
                            ("45 5 -1 99999999999999999999 2 -1 -1 2 100 -1 1 1 1 -1 1 1 -1 -1", "a time beyond 3e10 s"),
                            ("46 5 -1 30 9 -1 -1 9 100 -1 1 1 1 -1 1 1 -1 -1", "larger than the machine (8 nodes)"),
                            ("47 5 -1 30", "fewer than 18 fields")):
            starts, told = self.starts(HEADER, ROWS[:5] + [bad] + ROWS[5:])
            self.assertEqual(starts, self.starts_of_good, reason)
            self.assertIn(f"workload: 1 row left out: {reason} (first: log.swf:8: ", told)

    def test_a_number_used_twice_is_kept_and_counted(self):
        starts, told = self.starts(HEADER, ROWS[:5] + [ROWS[4]] + ROWS[5:])
        self.assertEqual(len(starts), 41)
        self.assertIn("workload: 1 row changed: job number used before: kept (first: log.swf:8)", told)

    def test_what_a_header_claims_sizes_nothing(self):
        starts, told = self.starts("; MaxJobs: 1000000000000\n; MaxProcs: 8\n", ROWS)
        self.assertEqual((starts, told), (self.starts_of_good, ""))
        self.write("log.swf", "; MaxProcs: 1000000000000\n" + "\n".join(ROWS) + "\n")
        self.assertEqual(self.run_program("run", "logs.yaml", "--out", "claimed", "--quiet", code=3).stderr,
                         "log.swf: MaxProcs = 1000000000000 must be in 1..100000000\n")

    def test_a_cut_archive_is_refused_with_its_line(self):
        whole = gzip.compress((HEADER + "\n".join(ROWS * 50)).encode())
        (self.folder / "log.swf.gz").write_bytes(whole[: len(whole) // 2])
        told = self.run_program("run", "logs.yaml", "--set", "workload.swf=log.swf.gz", "--out", "cut", "--quiet", code=3).stderr
        self.assertRegex(told, r"^log\.swf\.gz:\d+: cannot be read further: log\.swf\.gz: unexpected end of file\n$")


class Evalys(ProgramTest):
    """What the readers of Evalys assert of jobs.csv and machine_states.csv, and that the two files tell the same."""

    def test_jobs_and_machine_states(self):
        self.run_program("run", "small.yaml", "--out", "out", "--quiet")
        jobs = list(csv.DictReader(io.StringIO(self.read("out", "jobs.csv"))))
        needed = ["job_id", "workload_name", "submission_time", "requested_number_of_resources", "requested_time", "success",
                  "starting_time", "execution_time", "finish_time", "waiting_time", "turnaround_time", "stretch",
                  "allocated_resources"]
        self.assertLessEqual(set(needed), set(jobs[0]))
        states = list(csv.DictReader(io.StringIO(self.read("out", "machine_states.csv"))))
        columns = ["nb_sleeping", "nb_switching_on", "nb_switching_off", "nb_idle", "nb_computing"]
        self.assertEqual(list(states[0]), ["time", *columns, "nb_draining", "nb_repair", "nb_burn_in", "nb_maintenance"])  # the last ones are ours, and within the others
        self.assertEqual({sum(int(row[column]) for column in columns) for row in states}, {72})
        times = [float(row["time"]) for row in states]
        self.assertEqual(times[0], 0)
        self.assertTrue(all(a < b for a, b in zip(times, times[1:])))
        # Node time held, by the states and by the jobs.
        end = self.summary("out")["time"]["simulated_s"]
        computing = sum((b - a) * int(row["nb_computing"]) for a, b, row in zip(times, times[1:] + [end], states))
        held = sum(float(job["execution_time"] or 0) * int(job["requested_number_of_resources"]) for job in jobs)
        self.assertAlmostEqual(computing, held, delta=1e-6 * held)


if __name__ == "__main__":
    unittest.main()
