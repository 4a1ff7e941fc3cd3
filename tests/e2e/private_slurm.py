"""A Slurm of one's own on loopback: munged, slurmctld and one slurmd for each node, below one temporary folder."""
import contextlib
import datetime
import os
import pathlib
import re
import secrets
import shutil
import signal
import socket
import subprocess
import time

COMMANDS = ("munged", "slurmctld", "slurmd", "sbatch", "sinfo")

CONFIGURATION = """\
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge.sock
SlurmctldPort={controller}
SlurmdPort={port}
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool-%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd-%n.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmctldDebug=info
LogTimeFormat=iso8601_ms
SlurmdLogFile={folder}/slurmd-%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/linear
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
ReturnToService=2
MinJobAge=3600
SlurmdParameters=config_overrides
{more}
{nodes}
{partitions}
"""
ONE_PARTITION = "PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP"
# A job of `urgent` takes nodes that it needs from jobs of `main`, which are queued again.
PREEMPTION = "PreemptType=preempt/partition_prio\nPreemptMode=REQUEUE"
TWO_PARTITIONS = """\
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP PriorityTier=1 PreemptMode=REQUEUE
PartitionName=urgent Nodes=ALL MaxTime=INFINITE State=UP PriorityTier=10 PreemptMode=OFF"""


def missing():
    """Why there can be no private Slurm here; None: there can."""
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    absent = [name for name in COMMANDS if shutil.which(name, path=path) is None]
    if absent:
        return "Slurm is not installed: " + ", ".join(absent) + " not found (Debian: slurm-wlm, munge)"
    return None if os.geteuid() == 0 else "a private Slurm is started by root only"


def free_ports(count):
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def alive(number):
    """Whether a process is there and more than an entry that nobody has collected."""
    try:
        return pathlib.Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


class PrivateSlurm:
    """`with PrivateSlurm(folder, nodes=8, more="SchedulerParameters=...") as slurm: slurm.submit(...)`"""

    def __init__(self, folder, nodes, more="", partitions=ONE_PARTITION):
        self.folder = pathlib.Path(folder)
        self.nodes = nodes
        self.more = more
        self.partitions = partitions
        self.environment = dict(os.environ, SLURM_CONF=str(self.folder / "slurm.conf"),
                                PATH=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")

    def __enter__(self):
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    def _run(self, *command):
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=60)
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(command)}: {done.stdout}{done.stderr}\n{self.log()[-2000:]}")
        return done.stdout

    def _start(self):
        folder, host = self.folder, socket.gethostname()
        (folder / "state").mkdir()
        key = folder / "munge.key"
        key.touch(mode=0o600)
        key.write_bytes(secrets.token_bytes(1024))
        ports = free_ports(self.nodes + 1)
        lines = [f"NodeName=n{i + 1} NodeHostname={host} NodeAddr=127.0.0.1 Port={port} CPUs=1 State=UNKNOWN"
                 for i, port in enumerate(ports[1:])]
        (folder / "slurm.conf").write_text(CONFIGURATION.format(
            host=host, folder=folder, controller=ports[0], port=ports[1], more=self.more, nodes="\n".join(lines), partitions=self.partitions))
        self._run("munged", "--force", f"--key-file={key}", f"--socket={folder}/munge.sock",
                  f"--pid-file={folder}/munged.pid", f"--log-file={folder}/munged.log", f"--seed-file={folder}/munge.seed")
        self._run("slurmctld")
        for i in range(self.nodes):
            self._run("slurmd", "-N", f"n{i + 1}")
        for _ in range(300):
            if self._run("sinfo", "--noheader", "--format=%D %t").split() == [str(self.nodes), "idle"]:
                return
            time.sleep(0.1)
        raise RuntimeError("the nodes do not come up\n" + self._run("sinfo", "--all") + self.log()[-2000:])

    def stop(self):
        """Ends every process that has left its number in a pid file of the folder, and waits for it."""
        numbers = []
        for name in ("slurmctld.pid", *(f"slurmd-n{i + 1}.pid" for i in range(self.nodes)), "munged.pid"):
            with contextlib.suppress(OSError, ValueError):
                numbers.append(int((self.folder / name).read_text()))
                os.kill(numbers[-1], signal.SIGTERM)
        deadline = time.monotonic() + 10
        while any(alive(number) for number in numbers) and time.monotonic() < deadline:
            time.sleep(0.05)
        for number in filter(alive, numbers):
            with contextlib.suppress(OSError):
                os.kill(number, signal.SIGKILL)

    def submit(self, nodes, minutes, command, *more):
        """The job's number."""
        return int(self._run("sbatch", f"--nodes={nodes}", f"--time={minutes}", "--output=/dev/null", "--chdir=/", *more,
                             f"--wrap={command}").split()[-1])

    def queue(self):
        """Of jobs in the queue: number and state."""
        return [line.split() for line in self._run("squeue", "--noheader", "--format=%A %T").splitlines()]

    def preempted(self):
        """Numbers of jobs that slurmctld has queued again to make room, as often as it did."""
        return [int(found) for found in re.findall(r"preempted JobId=(?:\d+_\d+\()?(\d+)\)? has been requeued to reclaim", self.log())]

    def log(self):
        path = self.folder / "slurmctld.log"
        return path.read_text() if path.exists() else ""

    def started(self):
        """When slurmctld began, on the clock of times(): its loops wake whole seconds later."""
        found = re.search(r"^\[([^]]+)\] slurmctld version \S+ started on cluster", self.log(), re.MULTILINE)
        return datetime.datetime.fromisoformat(found[1]).timestamp()

    def times(self):
        """By job: when slurmctld noted its submission, start and end, in seconds of some clock."""
        patterns = {"submit": r"_slurm_rpc_submit_batch_job: JobId=(\d+)", "start": r"sched: Allocate JobId=(\d+)",
                    "backfill": r"sched/backfill: _start_job: Started JobId=(\d+)", "end": r"_job_complete: JobId=(\d+) done"}
        jobs = {}
        for line in self.log().splitlines():
            for what, pattern in patterns.items():
                found = re.match(r"\[([^]]+)\] " + pattern, line)
                if found:
                    at = datetime.datetime.fromisoformat(found[1]).timestamp()
                    jobs.setdefault(int(found[2]), {})["start" if what == "backfill" else what] = at
        return jobs
