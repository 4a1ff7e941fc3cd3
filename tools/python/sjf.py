"""Shortest job first, nobody overtakes in that order."""
from aifactory_policy import run

run(lambda p: p.start_in_order(sorted(p.queue, key=lambda job: job.planned_time)))
