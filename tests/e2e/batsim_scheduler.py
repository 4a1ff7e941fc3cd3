"""A scheduler as one would write it for Batsim 4, from the protocol's documentation alone: it knows nothing of aifactory.

Usage: batsim_scheduler.py ENDPOINT BEHAVIOUR.  It prints the endpoint that it is bound to, serves one simulation, checks
each message that it gets, and ends with 0 when all was as documented.
"""
import ctypes
import ctypes.util
import json
import sys
import time

REP, LAST_ENDPOINT = 4, 32
STATES = {"COMPLETED_SUCCESSFULLY", "COMPLETED_FAILED", "COMPLETED_WALLTIME_REACHED", "COMPLETED_KILLED"}


def library():
    name = ctypes.util.find_library("zmq") or "libzmq.so.5"
    zmq = ctypes.CDLL(name, use_errno=True)
    zmq.zmq_ctx_new.restype = zmq.zmq_socket.restype = zmq.zmq_msg_data.restype = ctypes.c_void_p
    zmq.zmq_msg_size.restype = ctypes.c_size_t
    zmq.zmq_socket.argtypes = [ctypes.c_void_p, ctypes.c_int]
    zmq.zmq_bind.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
    zmq.zmq_close.argtypes = zmq.zmq_ctx_term.argtypes = [ctypes.c_void_p]
    zmq.zmq_getsockopt.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p]
    zmq.zmq_msg_recv.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int]
    zmq.zmq_msg_data.argtypes = zmq.zmq_msg_size.argtypes = zmq.zmq_msg_init.argtypes = [ctypes.c_void_p]
    zmq.zmq_send.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_int]
    return zmq


class Socket:
    def __init__(self, endpoint):
        self.zmq = library()
        self.context = self.zmq.zmq_ctx_new()
        self.socket = self.zmq.zmq_socket(self.context, REP)
        assert self.zmq.zmq_bind(self.socket, endpoint.encode()) == 0, endpoint
        text, size = ctypes.create_string_buffer(256), ctypes.c_size_t(256)
        self.zmq.zmq_getsockopt(self.socket, LAST_ENDPOINT, text, ctypes.byref(size))
        self.endpoint = text.value.decode()

    def receive(self):
        message = ctypes.create_string_buffer(64)
        self.zmq.zmq_msg_init(message)
        assert self.zmq.zmq_msg_recv(message, self.socket, 0) >= 0
        return ctypes.string_at(self.zmq.zmq_msg_data(message), self.zmq.zmq_msg_size(message)).decode()

    def send(self, text):
        self.zmq.zmq_send(self.socket, text.encode(), len(text.encode()), 0)

    def close(self):
        self.zmq.zmq_close(self.socket)
        self.zmq.zmq_ctx_term(self.context)


def interval_set(numbers):
    """"0-7 9" of a list of numbers."""
    parts = []
    for n in sorted(numbers):
        if parts and parts[-1][1] == n - 1:
            parts[-1][1] = n
        else:
            parts.append([n, n])
    return " ".join(f"{a}-{b}" if a != b else f"{a}" for a, b in parts)


def members(text):
    out = []
    for part in text.split():
        first, _, last = part.partition("-")
        out.extend(range(int(first), int(last or first) + 1))
    return out


class Scheduler:
    """First come, first served on the lowest free machines; nobody overtakes."""

    def __init__(self, behaviour):
        self.behaviour, self.free, self.down, self.queue, self.jobs, self.running = behaviour, set(), set(), [], {}, {}
        self.now, self.begun, self.ended, self.no_more, self.answer, self.woken = 0.0, False, False, False, [], 0

    def act(self, kind, data, after=0.0):
        self.answer.append({"timestamp": self.now + after, "type": kind, "data": data})

    def on(self, kind, data):
        if kind == "SIMULATION_BEGINS":
            assert not self.begun and self.now == 0
            self.begun = True
            assert data["nb_resources"] == data["nb_compute_resources"] == len(data["compute_resources"])
            assert data["nb_storage_resources"] == len(data["storage_resources"]) == 0
            assert data["allow_compute_sharing"] is False and data["allow_storage_sharing"] is False
            for key in ("redis-enabled", "dynamic-jobs-enabled", "dynamic-jobs-acknowledged", "forward-unknown-events"):
                assert data["config"][key] is False, key
            assert data["config"]["profiles-forwarded-on-submission"] is True
            for number, machine in enumerate(data["compute_resources"]):
                assert machine["id"] == number and machine["name"] and machine["state"] == "idle"
                assert machine["properties"] == {}
            assert set(data["workloads"]) == set(data["profiles"]) == {"w0"}
            self.free = set(range(data["nb_resources"]))
        elif kind == "JOB_SUBMITTED":
            job = data["job"]
            assert data["job_id"] == job["id"] and job["id"].startswith("w0!") and job["id"] not in self.jobs
            assert isinstance(job["res"], int) and 0 <= job["subtime"] <= self.now
            assert "walltime" not in job or job["walltime"] > 0
            assert data["profile"] == {"type": "delay", "delay": float(job["profile"].split("_")[1])}
            self.jobs[job["id"]] = job
            self.queue.append(job)
        elif kind == "JOB_COMPLETED":
            assert data["job_state"] in STATES and data["kill_reason"] == ""
            assert (data["return_code"] == 0) == (data["job_state"] == "COMPLETED_SUCCESSFULLY")
            assert members(data["alloc"]) == self.running[data["job_id"]]
            self.free |= set(self.running.pop(data["job_id"])) - self.down
        elif kind == "JOB_KILLED":
            assert set(data["job_progress"]) <= set(data["job_ids"])
            assert all(0 <= entry["progress"] <= 1 for entry in data["job_progress"].values())
            assert not set(data["job_ids"]) & set(self.running)
        elif kind == "REQUESTED_CALL":
            self.woken += 1
        elif kind == "NOTIFY" and data["type"] == "no_more_static_job_to_submit":
            assert not self.no_more
            self.no_more = True
        elif kind == "NOTIFY" and data["type"] == "event_machine_unavailable":
            self.down |= set(members(data["resources"]))
            self.free -= self.down
        elif kind == "NOTIFY" and data["type"] == "event_machine_available":
            back = set(members(data["resources"]))
            self.down -= back
            self.free |= back - {n for held in self.running.values() for n in held}
        else:
            assert kind == "SIMULATION_ENDS", kind
            self.ended = True

    def decide(self):
        delay = 2.0 if self.behaviour == "takes_time" else 0.0
        while self.queue and self.queue[0]["res"] <= len(self.free):
            job = self.queue.pop(0)
            nodes = sorted(self.free)[:job["res"]]
            self.free -= set(nodes)
            self.running[job["id"]] = nodes
            self.act("EXECUTE_JOB", {"job_id": job["id"], "alloc": interval_set(nodes), "mapping": {"0": "0"}}, delay)
            if self.behaviour == "kills" and len(self.jobs) == 1:
                self.act("CALL_ME_LATER", {"timestamp": self.now + 60})
        if self.behaviour == "kills" and self.woken == 1:
            self.woken = 2
            self.act("SET_JOB_METADATA", {"job_id": next(iter(self.running)), "metadata": "killed for a test"})
            self.act("KILL_JOB", {"job_ids": [next(iter(self.running))]})
        if self.behaviour == "registers":
            self.act("REGISTER_JOB", {"job_id": "dyn!1", "job": {"id": "dyn!1", "res": 1, "profile": "p", "walltime": 1}})

    def serve(self, text):
        message = json.loads(text)
        assert set(message) == {"now", "events"} and message["now"] >= self.now
        self.now, self.answer = message["now"], []
        dates = [event["timestamp"] for event in message["events"]]
        assert dates and dates == sorted(dates) and dates[-1] <= self.now
        for event in message["events"]:
            self.on(event["type"], event["data"])
        assert self.begun
        if not self.ended:
            self.decide()
        ready = self.now + (5.0 if self.behaviour == "takes_time" and self.answer else 0.0)
        self.now = ready
        return json.dumps({"now": ready, "events": self.answer})


def main():
    endpoint, behaviour = sys.argv[1:]
    if behaviour == "late":
        time.sleep(2)
    socket = Socket(endpoint)
    print(socket.endpoint, flush=True)
    scheduler, answers = Scheduler(behaviour), 0
    while not scheduler.ended:
        text = socket.receive()
        answers += 1
        if answers == 5 and behaviour == "dies":
            sys.exit(9)
        if answers == 5 and behaviour == "is_silent":
            time.sleep(1000)
        socket.send("no json" if answers == 5 and behaviour == "talks_nonsense" else scheduler.serve(text))
    assert scheduler.no_more
    socket.close()


if __name__ == "__main__":
    main()
