#!/usr/bin/env python3
"""Energy, waits and the busiest hour of every run below a folder: tools/python/example.py results"""
import sys

import aifactory_results as results


def busiest_hour(run):
    """The hour in which the facilities of all sites drew most, by mean power of the recorded rows."""
    series = run.series()
    loads = [values for name, values in series.items() if name.endswith(".facility_mw")]
    hours = {}
    for time_s, *powers in zip(series["time_s"], *loads):
        hours.setdefault(int(time_s // 3600), []).append(sum(p or 0.0 for p in powers))
    hour, powers = max(hours.items(), key=lambda item: sum(item[1]) / len(item[1]))
    return run.date(hour * 3600), sum(powers) / len(powers)


def main(folder):
    found = list(results.runs(folder))
    if not found:
        sys.exit(f"{folder}: no results below it; `aifactory run SCENARIO --out {folder}/NAME` writes some")
    for run in found:
        waits = sorted(job["waiting_time"] for job in run.jobs() if job["waiting_time"] is not None)
        energy = run.ledger("energy")
        date, power = busiest_hour(run)
        print(f"{run.name}: {run['energy.facility_mwh']:.1f} MWh, PUE {run['kpi.pue']:.3f}, "
              f"{len(energy['out'])} leaves of energy used, "
              f"median wait {waits[len(waits) // 2] if waits else 0:.0f} s, busiest hour {date} with {power:.2f} MW")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "results")
