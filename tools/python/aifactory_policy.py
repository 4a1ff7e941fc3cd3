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
    """What a policy sees (now, queue, running by id, pools, free nodes by pool) and what it may do."""

    def __init__(self):
        self.now, self.queue, self.running, self.pools, self.free, self.answer = 0.0, [], {}, [], [], []

    def start(self, job, alloc=None):
        """Starts a waiting job on the nodes of `alloc` ("0-7 9"), else on the lowest free ones; False: it does not fit."""
        way = getattr(job, "staging", None) or [0] * len(self.free)  # of its data, by pool; None: it may not run there
        fits = [p for p, free in enumerate(self.free) if job.res <= free and getattr(job, "pool", p) == p and way[p] is not None]
        fits.sort(key=lambda p: way[p])
        if alloc is None and not fits:
            return False
        self.queue.remove(job)
        self.running[job.id] = job
        if alloc is None:
            self.free[fits[0]] -= job.res
        return self.act("EXECUTE_JOB", job_id=job.id, **({"pool": fits[0]} if alloc is None else {"alloc": alloc}))

    def start_in_order(self, jobs):
        """Starts jobs until one does not fit: nobody overtakes."""
        return all(self.start(job) for job in list(jobs))

    def reject(self, job, reason="by the policy program"):
        self.queue.remove(job)
        return self.act("REJECT_JOB", job_id=job.id, reason=reason)

    def kill(self, job):
        return self.act("KILL_JOB", job_ids=[job.id])

    def call_at(self, seconds):
        return self.act("CALL_ME_LATER", timestamp=seconds)

    def act(self, kind, **data):
        self.answer.append({"timestamp": self.now, "type": kind, "data": data})
        return True

    def learn(self, kind, data):
        if kind == "SIMULATION_BEGINS":
            self.pools = data["pools"]
        elif kind == "JOB_SUBMITTED":
            self.queue.append(types.SimpleNamespace(**data["job"]))
            self.queue.sort(key=lambda job: job.rank)  # one that was interrupted is back in its old place
        elif kind in ("JOB_COMPLETED", "JOB_KILLED"):
            gone = data["job_ids"] if kind == "JOB_KILLED" else [data["job_id"]]
            self.running = {name: job for name, job in self.running.items() if name not in gone}
            self.queue = [job for job in self.queue if job.id not in gone]


def run(policy):
    """Talks with the simulator until the run ends."""
    cluster = Cluster()
    for line in sys.stdin:
        message = json.loads(line)
        cluster.now, cluster.free, cluster.answer = message["now"], message.get("free", []), []
        for event in message["events"]:
            cluster.learn(event["type"], event["data"])
        if message["events"][-1]["type"] != "SIMULATION_ENDS":
            policy(cluster)
        print(json.dumps({"now": cluster.now, "events": cluster.answer}), flush=True)
