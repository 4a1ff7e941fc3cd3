"""Replicas whose processes are interrupted or killed."""
import csv
import io
import json
import os
import signal
import subprocess
import time
import unittest

from program import PROGRAM, ProgramTest

# Long enough to be caught at work.
LONG = ["--until", "1000 d", "--set", "record.series=false"]


class ReplicasTrouble(ProgramTest):
    def start(self, *arguments):
        return subprocess.Popen([PROGRAM, "run", "small.yaml", "--quiet", *arguments], cwd=self.folder,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def children_of(self, program, count):
        """Process ids of its children, once there are so many and they have run for a while."""
        path = f"/proc/{program.pid}/task/{program.pid}/children"
        for _ in range(600):
            with open(path) as file:
                children = [int(word) for word in file.read().split()]
            if len(children) >= count:
                time.sleep(1.0)
                return children
            time.sleep(0.05)
        self.fail("no children")

    def lives(self, child):
        try:
            with open(f"/proc/{child}/stat") as file:
                return " Z " not in file.read()  # one that waits to be collected lives no more
        except FileNotFoundError:
            return False

    def test_an_interrupt_ends_all_and_keeps_what_is_complete(self):
        program = self.start("--replicas", "4", "--jobs", "2", "--out", "out", *LONG)
        self.children_of(program, 2)
        program.send_signal(signal.SIGINT)
        _, trouble = program.communicate(timeout=120)
        self.assertEqual(program.returncode, 5, trouble)
        self.assertIn("interrupted: 0 of 4 replicas are complete", trouble)
        self.assertEqual(json.loads(self.read("out", "manifest.json"))["status"], "incomplete")

    def test_a_killed_replica_is_told_and_left_out(self):
        program = self.start("--replicas", "3", "--jobs", "3", "--out", "out", "--until", "200 d",
                             "--set", "record.series=false")
        children = self.children_of(program, 3)
        os.kill(min(children), signal.SIGKILL)
        _, trouble = program.communicate(timeout=280)
        self.assertEqual(program.returncode, 1, trouble)
        self.assertRegex(trouble, r"replica \d: ended by signal 9 \(Killed\)")
        rows = list(csv.DictReader(io.StringIO(self.read("out", "replicas.csv"))))
        self.assertEqual(sorted(row["status"] for row in rows), ["complete", "complete", "ended by signal 9 (Killed)"])
        self.assertEqual(json.loads(self.read("out", "replicas.json"))["complete"], 2)

    def test_children_do_not_outlive_the_program(self):
        program = self.start("--replicas", "2", "--jobs", "2", "--out", "out", *LONG)
        children = self.children_of(program, 2)
        program.kill()
        program.communicate()
        for _ in range(200):
            if not any(self.lives(child) for child in children):
                return
            time.sleep(0.05)
        self.fail("a child lives on")


if __name__ == "__main__":
    unittest.main()
