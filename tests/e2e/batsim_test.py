"""Schedulers written for Batsim 4 run over ZeroMQ; batsim_scheduler.py knows the protocol and nothing of aifactory."""
import csv
import io
import json
import pathlib
import signal
import subprocess
import sys
import time
import unittest

import batsim_scheduler
from program import PROGRAM, SOURCE, ProgramTest

SWF = str(SOURCE / "scenarios" / "swf_replay")
SCHEDULER = pathlib.Path(__file__).parent / "batsim_scheduler.py"
try:
    batsim_scheduler.library()
    MISSING = None
except OSError as error:
    MISSING = f"THE BATSIM ADAPTER IS NOT TESTED: {error}"

# Sixteen nodes without power and cooling; a rack of them fails while jobs run.
PLAIN = """\
    format: 1
    name: plain
    start: 2026-07-01
    duration: workload
    sites:
      a:
        grid: {capacity: 6 MW}
        halls: {h1: {clusters: {train: {rack: cpu_node, racks: 16}}}}
    workload:
      jobs:
        - {nodes: 4, duration: 10 min}
        - {nodes: 12, duration: 5 min, submit: 10 s}
        - {nodes: 16, duration: 1 min, submit: 20 s}
        - {nodes: 1, duration: 1 min, submit: 30 s}
"""


@unittest.skipIf(MISSING, MISSING)
class Batsim(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("plain.yaml", PLAIN)

    def scheduler(self, behaviour="fcfs", endpoint=None):
        """Starts one and returns it with its endpoint."""
        endpoint = endpoint or f"ipc://{self.folder}/socket"
        process = subprocess.Popen([sys.executable, "-B", str(SCHEDULER), endpoint, behaviour], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process, endpoint if behaviour == "late" else process.stdout.readline().strip()

    def run_with(self, behaviour, scenario, *more, out="out", code=0, endpoint=None):
        process, endpoint = self.scheduler(behaviour, endpoint)
        done = self.run_program("run", scenario, "--quiet", "--out", out, "--policy", f"batsim:{endpoint}", *more, code=code)
        if code == 0:
            self.assertEqual((process.wait(20), process.stderr.read()), (0, ""))
        return done

    def jobs(self, out):
        return list(csv.DictReader(io.StringIO(self.read(out, "jobs.csv"))))

    def starts(self, out):
        return [(row["job_id"], row["starting_time"], row["allocated_resources"]) for row in self.jobs(out)]

    def fails(self, behaviour, *words, options=()):
        done = self.run_with(behaviour, "small.yaml", *options, code=1)
        for word in ("s the scheduler at ipc://", "results so far", *words):
            self.assertIn(word, done.stderr)
        self.assertEqual(json.loads(self.read("out", "manifest.json"))["status"], "incomplete")
        self.assertIn("job_id", self.read("out", "jobs.csv"))

    def test_fcfs_over_tcp_makes_the_starts_of_the_built_in_one(self):
        self.run_with("fcfs", SWF, endpoint="tcp://127.0.0.1:*")
        self.run_program("run", SWF, "--quiet", "--out", "built_in", "--policy", "fcfs")
        self.assertEqual(self.starts("out"), self.starts("built_in"))

    def test_a_replay_needs_no_scheduler(self):
        self.run_with("fcfs", "small.yaml")
        self.run_program("run", "small.yaml", "--quiet", "--out", "again", "--policy", "replay:out")
        self.assertEqual(self.read("out", "jobs.csv"), self.read("again", "jobs.csv"))

    def test_a_scheduler_may_come_up_later(self):
        self.run_with("late", "plain.yaml")
        self.assertEqual([row["starting_time"] for row in self.jobs("out")], ["0", "10", "600", "660"])

    def test_a_scheduler_may_take_simulated_time(self):
        """It decides 2 s after each message and is ready for the next one after 5 s.

        t = 0: the first job, which starts at 2 and ends at 602.  t = 10: the second, 12 to 312.  The third wants all nodes:
        it is told of the end at 602 then and starts at 604, ends at 664.  The fourth waits behind it until 666."""
        self.run_with("takes_time", "plain.yaml")
        self.assertEqual([row["starting_time"] for row in self.jobs("out")], ["2", "12", "604", "666"])

    def test_what_comes_while_it_is_busy_is_told_when_it_is_ready(self):
        self.run_with("takes_time", "plain.yaml", "--set", "workload.jobs[1].submit=3 s")
        # Submitted at 3, told at 5, started at 7.
        self.assertEqual([row["starting_time"] for row in self.jobs("out")][:2], ["2", "7"])

    def test_it_may_kill_and_note(self):
        """It is called after 60 s, when the first job has done a tenth of its work, and kills it."""
        self.run_with("kills", "plain.yaml")
        jobs = self.jobs("out")
        self.assertEqual((jobs[0]["final_state"], jobs[0]["execution_time"]), ("COMPLETED_KILLED", "60"))
        self.assertEqual([row["starting_time"] for row in jobs[1:]], ["10", "310", "370"])
        self.assertIn("note,0,job_1,,,metadata=killed for a test", self.read("out", "decisions.csv"))

    def test_an_interrupted_job_has_failed_and_comes_again(self):
        self.run_with("fcfs", "plain.yaml", "--set", "events=[{at: 1 min, fail: a.h1.train.rack_2, for: 2 min}]")
        self.run_program("run", "plain.yaml", "--quiet", "--out", "built_in", "--policy", "fcfs",
                         "--set", "events=[{at: 1 min, fail: a.h1.train.rack_2, for: 2 min}]")
        ours, theirs = self.jobs("out"), self.jobs("built_in")
        self.assertEqual(ours[0]["restarts"], "1")
        # It is behind those who were submitted before it came again; the built-in one keeps its place.
        self.assertGreaterEqual(float(ours[0]["finish_time"]), float(theirs[0]["finish_time"]))
        self.assertEqual({row["final_state"] for row in ours}, {"COMPLETED_SUCCESSFULLY"})

    def test_what_it_cannot_have_is_one_clear_error(self):
        self.fails("registers", "unknown type REGISTER_JOB")

    def test_its_death_is_one_clear_error_at_once(self):
        began = time.monotonic()
        self.fails("dies", "has closed the connection without an answer")
        self.assertLess(time.monotonic() - began, 30)

    def test_silence_is_one_clear_error(self):
        self.fails("is_silent", "has not answered within 0.5 s", options=["--set", "scheduling.options={timeout_s: 0.5}"])

    def test_nonsense_is_one_clear_error(self):
        self.fails("talks_nonsense", "answered with no JSON: no json")

    def test_an_interrupt_reaches_a_run_that_waits(self):
        _, endpoint = self.scheduler("is_silent")
        process = subprocess.Popen([PROGRAM, "run", "small.yaml", "--quiet", "--out", "out", "--policy", f"batsim:{endpoint}"],
                                   cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(3)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(60), 5)

    def test_nobody_there_is_one_clear_error(self):
        done = self.run_program("run", "small.yaml", "--quiet", "--out", "out", "--policy", f"batsim:ipc://{self.folder}/nobody",
                                "--set", "scheduling.options={timeout_s: 0.5}", code=1)
        self.assertIn("is not there: nobody has answered the connection within 0.5 s", done.stderr)


if __name__ == "__main__":
    unittest.main()
