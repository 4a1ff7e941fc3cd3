"""Tenfold racks and tenfold waiting jobs: what a decision costs for one of them must not grow with them.

Usage: decision_cost_test.py DECISION_COST

Asks the benchmark for every policy at 10,000 racks with 1,000 jobs waiting and at 100,000 with 10,000.  A cost that grew with
the square of the queue would be ten times as high for one job; caches alone may double it, so LIMIT is between.  Figures are
processor time; one that is above the limit is measured again, since others may use the machine.
"""
import json
import subprocess
import sys

SMALL, LARGE, LIMIT = "10000/1000", "100000/10000", 3.0


def measure(program, names):
    pattern = "^(%s)/(%s|%s)/" % ("|".join(names), SMALL, LARGE)
    done = subprocess.run([program, "--benchmark_format=json", "--benchmark_filter=" + pattern], check=True, stdout=subprocess.PIPE)
    cost = {}
    for run in json.loads(done.stdout)["benchmarks"]:
        if run.get("error_occurred"):
            sys.exit("%s: %s" % (run["name"], run["error_message"]))
        policy, racks, waiting = run["name"].split("/")[:3]
        cost[policy, racks + "/" + waiting] = run["ns_per_waiting"]
    return {policy: (cost[policy, SMALL], cost[policy, LARGE]) for policy, size in cost if size == SMALL}


def main(program):
    results = measure(program, ["[a-z_]+"])
    if len(results) < 15:
        sys.exit("only %d policies: %s" % (len(results), ", ".join(results)))
    for _ in range(2):
        grown = [policy for policy, (small, large) in results.items() if large > LIMIT * small]
        if not grown:
            break
        for policy, again in measure(program, grown).items():
            results[policy] = min(results[policy], again, key=lambda pair: pair[1] / pair[0])
    print("ns for one waiting job at %s and %s racks and jobs" % (SMALL, LARGE))
    for policy, (small, large) in results.items():
        print("%-24s %8.2f %8.2f  x %.2f" % (policy, small, large, large / small))
    if grown and any(large > LIMIT * small for small, large in results.values()):
        sys.exit("costs grow with the queue: " + ", ".join(p for p, (small, large) in results.items() if large > LIMIT * small))


if __name__ == "__main__":
    main(sys.argv[1])
