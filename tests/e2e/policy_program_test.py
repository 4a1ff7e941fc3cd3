"""Policies outside the program: a log of decisions that is repeated, and a process that is asked."""
import csv
import io
import json
import os
import pathlib
import signal
import subprocess
import sys
import time
import unittest

from program import PROGRAM, SOURCE, ProgramTest

SWF = str(SOURCE / "scenarios" / "swf_replay")
PYTHON = f"program:{sys.executable} -B {SOURCE}/tools/python"


# Tiers that interrupt each other, elastic jobs, dependencies, a price that moves, a rack that fails.
RICH = """\
    format: 1
    name: rich
    start: 2026-07-01
    duration: workload
    sites:
      a:
        weather: {constant: {dry_bulb: 30 degC, wet_bulb: 22 degC}}
        grid: {capacity: 6 MW, price: 60 USD/MWh, carbon: 400 g/kWh}
        halls: {h1: {clusters: {train: {rack: gb200_nvl72, racks: 4}}}}
    workload:
      jobs:
        - {nodes: 72, duration: 2 h, walltime: 3 h, preemptible: true, checkpoint_interval: 10 min}
        - {nodes: 36, duration: 1 h, walltime: 90 min, submit: 20 min, tier: 2, preemptible: false}
        - {nodes: 20, duration: 40 min, submit: 30 min, min_nodes: 5, max_nodes: 60}
        - {nodes: 18, duration: 10 min, submit: 40 min, after: [job_3], tenant: lab}
        - {nodes: 70, duration: 10 min, submit: 50 min}
        - {nodes: 20, duration: 1 h, submit: 10 h, min_nodes: 5, max_nodes: 60}
        - {nodes: 36, duration: 10 min, submit: 610 min, tier: 1}
    events:
      - {at: 90 min, fail: a.h1.train.rack_1, for: 20 min}
    """


class OwnPolicies(ProgramTest):
    def run_it(self, out, policy, *more, scenario="small.yaml", code=0):
        return self.run_program("run", scenario, "--quiet", "--out", out, "--policy", policy, *more, code=code)

    def starts(self, out):
        return [(row["job_id"], row["starting_time"]) for row in csv.DictReader(io.StringIO(self.read(out, "jobs.csv")))]

    def program(self, body):
        """A policy program that reads each message as `m`."""
        self.write("bad.py", "import sys, json, os, time\nfor line in sys.stdin:\n    m = json.loads(line)\n    " + body + "\n")
        return f"program:{sys.executable} bad.py"

    def fails(self, body, *words, options=()):
        done = self.run_it("out", self.program(body), *options, code=1)
        for word in ("the policy program", "results so far", *words):
            self.assertIn(word, done.stderr)
        self.assertEqual(json.loads(self.read("out", "manifest.json"))["status"], "incomplete")

    def test_a_log_repeats_the_run(self):
        for policy in ("easy_backfill", "gang_preemptive", "power_capped"):
            with self.subTest(policy):
                self.run_it("first_" + policy, policy)
                self.run_it("again_" + policy, f"replay:first_{policy}")
                for name in ("jobs.csv", "decisions.csv"):
                    self.assertEqual(self.read("first_" + policy, name), self.read("again_" + policy, name))

    def test_a_log_repeats_interruptions_and_new_sizes(self):
        self.write("rich.yaml", RICH)
        seen = set()
        for policy in ("gang_preemptive", "fair_share", "slurm_backfill", "price_aware", "topology_aware"):
            with self.subTest(policy):
                self.run_it("first_" + policy, policy, scenario="rich.yaml")
                self.run_it("again_" + policy, f"replay:first_{policy}", scenario="rich.yaml")
                for name in ("jobs.csv", "decisions.csv"):
                    self.assertEqual(self.read("first_" + policy, name), self.read("again_" + policy, name))
                seen |= {row["action"] for row in csv.DictReader(io.StringIO(self.read("first_" + policy, "decisions.csv")))}
        self.assertLessEqual({"start", "preempt", "resize"}, seen)

    def test_a_log_of_another_run_ends_where_it_cannot_be_followed(self):
        """A rack that is away when the log gives it out: the results so far, and the line of the log."""
        self.run_it("first", "easy_backfill")
        done = self.run_it("out", "replay:first", "--set", "events=[{at: 10 min, fail: alpha.h1.train.rack_0, for: 5 h}]", code=1)
        self.assertRegex(done.stderr, r"^first/decisions.csv:\d+: start of job \S+ at [0-9.]+ s cannot be repeated: .*; "
                                      r"the log is of another run\nended after [0-9.]+ s of simulated time; out has")
        self.assertEqual(json.loads(self.read("out", "manifest.json"))["status"], "incomplete")

    def test_fcfs_by_a_program_equals_the_built_in_one(self):
        self.run_it("built_in", "fcfs", scenario=SWF)
        self.run_it("program", f"{PYTHON}/fcfs.py", scenario=SWF)
        self.assertEqual(self.starts("built_in"), self.starts("program"))

    def test_sjf_by_a_program_equals_the_built_in_one(self):
        self.run_it("built_in", "sjf")
        self.run_it("program", f"{PYTHON}/sjf.py")
        self.assertEqual(self.starts("built_in"), self.starts("program"))

    def test_a_client_may_reject_kill_and_name_nodes(self):
        self.write("mine.py", f"""\
            import sys
            sys.path.insert(0, {str(SOURCE / "tools/python")!r})
            from aifactory_policy import run

            def policy(p):
                for job in list(p.queue):
                    if job.rank == 3:
                        p.reject(job, "three is enough")
                    elif job.rank == 0:
                        p.start(job, alloc="70-%d" % (69 + job.res))
                        p.call_at(p.now + 100)
                    else:
                        p.start(job)
                for job in list(p.running.values()):
                    if job.rank == 0 and p.now > job.subtime:
                        p.kill(job)
            run(policy)
            """)
        self.run_it("out", f"program:{sys.executable} -B mine.py", "--set", "workload.synthetic.classes[0].nodes=2")
        jobs = list(csv.DictReader(io.StringIO(self.read("out", "jobs.csv"))))
        self.assertEqual((jobs[0]["final_state"], jobs[0]["execution_time"]), ("COMPLETED_KILLED", "100"))
        self.assertTrue(jobs[0]["allocated_resources"].startswith("70"))
        self.assertEqual(jobs[3]["final_state"], "REJECTED")
        self.run_it("again", "replay:out", "--set", "workload.synthetic.classes[0].nodes=2")
        for name in ("jobs.csv", "decisions.csv"):
            self.assertEqual(self.read("out", name), self.read("again", name))

    def test_the_manifest_has_what_decided(self):
        self.run_it("first", f"{PYTHON}/fcfs.py")
        self.run_it("again", "replay:first")
        inputs = lambda out: [entry["path"] for entry in json.loads(self.read(out, "manifest.json"))["inputs"]]
        self.assertIn(f"{SOURCE}/tools/python/fcfs.py", inputs("first"))
        self.assertIn("first/decisions.csv", inputs("again"))

    def test_nothing_of_a_program_is_left_behind(self):
        """Its own child sleeps on; both are gone when the run is over, however it ends."""
        self.write("parent.py", """\
            import json, os, subprocess, sys
            child = subprocess.Popen(["sleep", "1000"], stdout=subprocess.DEVNULL)
            with open("pids", "w") as file:
                print(os.getpid(), child.pid, file=file)
            for line in sys.stdin:
                print(json.dumps({"events": []}) if os.environ["WELL"] == "yes" else "nonsense", flush=True)
            """)
        for well, code in (("yes", 0), ("no", 1)):
            with self.subTest(well):
                os.environ["WELL"] = well
                self.run_it("out_" + well, f"program:{sys.executable} -B parent.py", code=code)
                for pid in self.read("pids").split():
                    status = pathlib.Path("/proc", pid, "status")
                    for _ in range(100):  # the grandchild is its new parent's to bury
                        if not status.exists() or "State:\tZ" in status.read_text():
                            break
                        time.sleep(0.05)
                    else:
                        self.fail(f"process {pid} is still there")

    def test_a_crash_is_one_clear_error(self):
        self.fails("os._exit(7)", "ended with exit code 7")
        self.assertIn("job_id", self.read("out", "jobs.csv"))

    def test_silence_is_one_clear_error(self):
        began = time.monotonic()
        self.fails("time.sleep(1000)", "has not answered within 0.5 s", options=["--set", "scheduling.options={timeout_s: 0.5}"])
        self.assertLess(time.monotonic() - began, 60)

    def test_nonsense_is_one_clear_error(self):
        self.fails("print('hello', flush=True)", "no JSON: hello")

    def test_an_impossible_start_is_one_clear_error(self):
        self.fails("print(json.dumps({'events': [{'type': 'EXECUTE_JOB', 'data': {'job_id': 'nobody'}}]}), flush=True)",
                   "unknown job nobody")

    def test_an_interrupt_reaches_a_run_that_waits(self):
        process = subprocess.Popen([PROGRAM, "run", "small.yaml", "--quiet", "--out", "out", "--policy", self.program("time.sleep(1000)")],
                                   cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(5)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(60), 5)


if __name__ == "__main__":
    unittest.main()
