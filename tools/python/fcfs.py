"""First come, first served: nobody overtakes."""
from aifactory_policy import run

run(lambda p: p.start_in_order(p.queue))
