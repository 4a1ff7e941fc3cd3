"""A scheduling policy for `aifactory run SCENARIO --policy "program:python3 my_policy.py"`.

A policy is one function, called once an instant after everything that the instant has brought:

    from aifactory_policy import run
    def sjf(p):
        p.start_in_order(sorted(p.queue, key=lambda job: job.planned_time))
    run(sjf)

Standard output belongs to the protocol: print to standard error.
"""
import json
import sys
import types


class Cluster:
    """What a policy sees (now, queue, running, pools, free nodes by pool) and what it may do."""

    def __init__(self):
        self.now, self.queue, self.running, self.pools, self.free = 0.0, [], {}, [], []
        self.answer = []

    def start(self, job, alloc=None):
        """Starts a waiting job, on the lowest free nodes or on those of `alloc` ("0-7 9"); False: it does not fit now."""
        data = {"job_id": job.id}
        if alloc is not None:
            data["alloc"] = alloc
        else:
            fits = [p for p, free in enumerate(self.free) if job.res <= free and getattr(job, "pool", p) == p]
            if not fits:
                return False
            data["pool"] = fits[0]
            self.free[fits[0]] -= job.res
        job.started = self.now
        self.queue.remove(job)
        self.running[job.id] = job
        self.act("EXECUTE_JOB", data)
        return True

    def start_in_order(self, jobs):
        """Starts jobs until one does not fit: nobody overtakes."""
        for job in list(jobs):
            if not self.start(job):
                break

    def reject(self, job, reason="by the policy program"):
        self.queue.remove(job)
        self.act("REJECT_JOB", {"job_id": job.id, "reason": reason})

    def kill(self, job):
        self.act("KILL_JOB", {"job_ids": [job.id]})

    def call_at(self, seconds):
        self.act("CALL_ME_LATER", {"timestamp": seconds})

    def act(self, kind, data):
        self.answer.append({"timestamp": self.now, "type": kind, "data": data})

    def learn(self, kind, data):
        if kind == "SIMULATION_BEGINS":
            self.pools = data["pools"]
        elif kind == "JOB_SUBMITTED":
            self.queue.append(types.SimpleNamespace(**data["job"]))
            self.queue.sort(key=lambda job: job.rank)  # one that was interrupted is back in its old place
        elif kind == "JOB_COMPLETED":
            self.running.pop(data["job_id"], None)
        elif kind == "JOB_KILLED":
            for job_id in data["job_ids"]:
                self.running.pop(job_id, None)
                self.queue = [job for job in self.queue if job.id != job_id]


def run(policy):
    """Talks with the simulator until the run ends."""
    cluster = Cluster()
    for line in sys.stdin:
        message = json.loads(line)
        cluster.now, cluster.free, cluster.answer = message["now"], list(message.get("free", [])), []
        kinds = [event["type"] for event in message["events"]]
        for event in message["events"]:
            cluster.learn(event["type"], event["data"])
        if "SIMULATION_ENDS" not in kinds:
            policy(cluster)
        print(json.dumps({"now": cluster.now, "events": cluster.answer}), flush=True)
