"""sweep --engine slurm against a real slurmctld: an array that is ended, requeued and packed."""
import os
import signal
import subprocess
import tempfile
import time
import unittest

import private_slurm
from program import PROGRAM
from sweep_support import SweepTest

PROFILE = """\
partition: main
time: 30 min
cpus: 1
resubmit: 4
"""


class SweepSlurm(SweepTest):
    def setUp(self):
        super().setUp()
        if why := private_slurm.missing():
            print("SKIPPED: " + why, flush=True)
            self.skipTest(why)
        self.write_study(steps=10, seeds=2)  # 40 points
        self.write("profile.yaml", PROFILE)

    def slurm(self, folder, more="", **options):
        return private_slurm.PrivateSlurm(folder, nodes=2, more=more, **options)

    def programs(self):
        """Process ids of sweeps of this test that lead a shard."""
        found = []
        for name in os.listdir("/proc"):
            try:
                with open(f"/proc/{name}/cmdline", "rb") as file:
                    words = file.read().split(b"\0")
                with open(f"/proc/{name}/stat") as file:
                    parent = file.read().rpartition(")")[2].split()[1]
            except (OSError, ValueError):
                continue
            if b"--shard" in words and str(self.folder).encode() in b" ".join(words):
                found.append((int(name), int(parent)))
        numbers = {pid for pid, _ in found}
        return [pid for pid, parent in found if parent not in numbers]

    def sweep_with_trouble(self, slurm, trouble):
        """Runs the study on Slurm; `trouble` is called while tasks run, until it says that it has been done."""
        process = subprocess.Popen([PROGRAM, "sweep", "study.yaml", "--out", "out", "--engine", "slurm", "--profile", "profile.yaml", "--quiet"],
                                   cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=slurm.environment)
        try:
            done = False
            deadline = time.monotonic() + 400
            while process.poll() is None and time.monotonic() < deadline:
                if not done:
                    done = trouble()
                time.sleep(0.02)
            out, said = process.communicate(timeout=30)
        finally:
            if process.poll() is None:
                process.kill()
                process.communicate()
        self.assertEqual(process.returncode, 0, out + said + slurm.log()[-1500:])
        self.assertTrue(done, "no task was met at work\n" + said)
        return said

    def test_an_array_ends_whole_though_tasks_are_killed_and_preempted(self):
        state = {"killed": False, "requeued": False}
        with tempfile.TemporaryDirectory() as folder, self.slurm(folder) as slurm:
            def trouble():
                if not state["killed"] and (leaders := self.programs()):
                    os.kill(leaders[0], signal.SIGKILL)
                    state["killed"] = True
                elif state["killed"] and not state["requeued"]:
                    for number in slurm._run("squeue", "--noheader", "--states=RUNNING", "--format=%A").split():
                        done = subprocess.run(["scontrol", "requeue", number], env=slurm.environment, capture_output=True, text=True)
                        if done.returncode == 0:  # what a preemption with requeue does
                            state["requeued"] = True
                            break
                return all(state.values())
            said = self.sweep_with_trouble(slurm, trouble)
        self.assertIn("40 tasks of up to 1 runs", said)
        self.sweep("whole", "--jobs", "2")
        self.assert_same_study("whole", "out")

    def test_an_array_ends_whole_though_jobs_of_higher_priority_take_its_nodes(self):
        # Tasks of several longer runs: one that is preempted is in the middle of its work.
        self.write("study.yaml", self.read("study.yaml").replace("duration: 30 min", "duration: 150 d"))
        self.write("profile.yaml", PROFILE + "points_per_task: 5\n")
        state = {"killed": False, "urgent": None}
        with tempfile.TemporaryDirectory() as folder, \
                self.slurm(folder, private_slurm.PREEMPTION, partitions=private_slurm.TWO_PARTITIONS) as slurm:
            def trouble():
                leaders = self.programs()
                if not state["killed"] and leaders:
                    os.kill(leaders[0], signal.SIGKILL)
                    state["killed"] = True
                elif state["killed"] and not slurm.preempted() and len(leaders) == 2:
                    if state["urgent"] is None or str(state["urgent"]) not in [number for number, _ in slurm.queue()]:
                        state["urgent"] = slurm.submit(2, 1, "sleep 1", "--partition=urgent")
                return state["killed"] and bool(slurm.preempted())
            said = self.sweep_with_trouble(slurm, trouble)
            self.assertNotIn(state["urgent"], slurm.preempted())
        self.assertIn("8 tasks of up to 5 runs", said)
        self.sweep("whole", "--jobs", "2")
        self.assert_same_study("whole", "out")

    def test_small_arrays_are_packed(self):
        state = {"killed": False}
        with tempfile.TemporaryDirectory() as folder, self.slurm(folder, "MaxArraySize=11") as slurm:
            def trouble():
                if leaders := self.programs():
                    os.kill(leaders[0], signal.SIGKILL)
                    state["killed"] = True
                return state["killed"]
            said = self.sweep_with_trouble(slurm, trouble)
        self.assertIn("10 tasks of up to 4 runs", said)
        self.sweep("whole", "--jobs", "2")
        self.assert_same_study("whole", "out")

    def test_a_bad_profile_is_refused(self):
        self.write("profile.yaml", "partitions: main\n")
        done = self.run_program("sweep", "study.yaml", "--out", "out", "--engine", "slurm", "--profile", "profile.yaml", code=3)
        self.assertIn("profile.yaml:1:1: partitions: unknown key (did you mean \"partition\"?)", done.stderr)


if __name__ == "__main__":
    unittest.main()
