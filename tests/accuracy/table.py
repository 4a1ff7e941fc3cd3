#!/usr/bin/env python3
"""README's accuracy table, made from what the tests measure.

    table.py --build BUILD [--write | --check] [--jobs N]

The cases that rows.csv lists are run with AIFACTORY_ACCURACY naming a file, to which they append a line `row,residual,accepted`
for each number that they compare (tests/accuracy.h).  Grouped by row these are the table: how many numbers, mean and worst
residual without its sign, and what the tests accept.

--write puts the table between its marks in README.md.  --check compares: texts must be equal, figures may differ by a unit of
their last digit, as other processors round otherwise; what is below 1e-9 is printed as that.  Rows that need published files
(column `data`) are left out of the comparison, aloud, where AIFACTORY_DATA does not name their folder.  Without either the
table is printed.
"""
import argparse
import collections
import concurrent.futures
import csv
import math
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parent.parent
BEGIN = "<!-- accuracy: written by tests/accuracy/table.py -->"
END = "<!-- end of accuracy -->"
HEADER = ["model", "compared with", "values", "mean residual", "worst residual", "accepted", "test"]
SMALL = 1e-9


def rows():
    with open(HERE / "rows.csv", newline="") as file:
        return list(csv.DictReader(file))


def binary_path(build, name):
    found = [path for path in (build / "tests").rglob(name) if path.is_file() and os.access(path, os.X_OK)]
    if not found:
        sys.exit(f"table.py: {name} is not built below {build}/tests; build the target accuracy_table")
    return found[0]


def run(build, binary, filters, folder):
    """Runs cases of one binary.  @return the residuals of each row: pairs with what is accepted"""
    out = pathlib.Path(folder) / f"{binary}.csv"
    environment = {**os.environ, "AIFACTORY_ACCURACY": str(out)}
    if binary == "e2e":
        environment.setdefault("AIFACTORY_PROGRAM", str(build / "tools" / "aifactory"))
        environment.setdefault("AIFACTORY_SOURCE_DIR", str(SOURCE))
        command, cwd = [sys.executable, "-B", "-m", "unittest", *filters], SOURCE / "tests" / "e2e"
        done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"table.py: {' '.join(filters)} failed\n{done.stderr}")
    else:
        # A process for each case, as SimGrid needs: one engine per process.
        path = binary_path(build, binary)
        listing = subprocess.run([path, "--gtest_list_tests", "--gtest_filter=" + ":".join(filters)], capture_output=True, text=True, check=True)
        for case in listed(listing.stdout):
            done = subprocess.run([path, "--gtest_filter=" + case], env=environment, capture_output=True, text=True)
            if done.returncode != 0:
                sys.exit(f"table.py: {binary} {case} failed\n{done.stdout}{done.stderr}")
    found = collections.defaultdict(list)
    if out.exists():
        for line in out.read_text().splitlines():
            row, residual, accepted = line.rsplit(",", 2)
            found[row].append((abs(float(residual)), float(accepted)))
    return found


def listed(text):
    suite, cases = "", []
    for line in text.splitlines():
        name = line.split("#")[0].rstrip()
        if line.startswith("  "):
            cases.append(suite + name.strip())
        elif name.endswith("."):
            suite = name
    return cases


def figure(value, unit, digits=2):
    """A residual or a tolerance as the table prints it."""
    if value == 0:
        return "0"
    if digits == 2 and value < SMALL:
        return "< 1e-9"
    if unit == "relative" and value >= 1e-4:
        return number(100 * value, digits) + " %"
    text = number(value, digits)
    return text if unit in ("relative", "absolute", "chi-square") else f"{text} {unit}"


def number(value, digits):
    """So many significant digits, with a power of ten where the number is small."""
    if value >= 10 ** (digits - 1):
        exponent = math.floor(math.log10(value))
        return f"{round(value, digits - 1 - exponent):.0f}"
    if value >= 1e-3:
        return f"{value:.{digits}g}"
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    return f"{float(mantissa):g}e{int(exponent)}"


def accepted_text(values, unit):
    least, most = min(values), max(values)
    if most == 0:
        return "exact"
    if least == most:
        return figure(most, unit, 3)
    return f"{figure(least, unit, 3)} to {figure(most, unit, 3)}"


def suites(filters):
    names = []
    for part in filters.split(":"):
        name = part.split(".")[1 if part.split(".")[0].endswith("_test") else 0]
        if name not in names:
            names.append(name)
    return ", ".join(f"`{name}`" for name in names)


def measure(build, listed_rows, jobs):
    """The table's lines by row; None for a row whose published files are not there."""
    work = collections.defaultdict(list)
    for row in listed_rows:
        if row["filter"] not in work[row["binary"]]:
            work[row["binary"]].append(row["filter"])
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        started = {binary: pool.submit(run, build, binary, filters, folder) for binary, filters in work.items()}
        found = {binary: future.result() for binary, future in started.items()}
    has_data = pathlib.Path(os.environ.get("AIFACTORY_DATA", "")).is_dir() and os.environ.get("AIFACTORY_DATA", "") != ""
    lines = {}
    for row in listed_rows:
        values = found[row["binary"]].get(row["row"], [])
        if not values:
            if row["data"] and not has_data:
                lines[row["row"]] = None
                continue
            sys.exit(f"table.py: {row['binary']} {row['filter']} gives nothing for row {row['row']}")
        residuals = [value[0] for value in values]
        unit = row["unit"]
        lines[row["row"]] = [row["model"], row["compared with"], f"{len(values):,}", figure(math.fsum(residuals) / len(residuals), unit),
                             figure(max(residuals), unit), accepted_text([value[1] for value in values], unit), suites(row["filter"])]
    return lines


def markdown(lines):
    return "\n".join("| " + " | ".join(cells) + " |" for cells in [HEADER, *lines]).replace("\n", "\n|" + "---|" * len(HEADER) + "\n", 1)


def split_readme(text):
    parts = re.split(f"{re.escape(BEGIN)}\n|{re.escape(END)}\n", text)
    if len(parts) != 3:
        sys.exit(f"table.py: README.md must hold the marks {BEGIN} and {END} once each")
    return parts


def value_of(text):
    """Number and unit of a figure."""
    if text == "< 1e-9":
        return 0.0, None
    match = re.fullmatch(r"([0-9.e+-]+)(.*)", text)
    value = float(match.group(1)) if match else None
    return (value / 100, "") if match and match.group(2) == " %" else (value, match.group(2) if match else None)


def same_figure(a, b):
    """Equal but for a unit of the last of two digits."""
    if a == b:
        return True
    (x, unit_x), (y, unit_y) = value_of(a), value_of(b)
    if x is None or y is None:
        return False
    if max(x, y) <= 1.1 * SMALL:
        return True
    return unit_x == unit_y and abs(x - y) <= 0.1 * max(x, y) * 1.001


def differences(listed_rows, lines, readme):
    printed = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in readme.splitlines()[2:]]
    by_key = {(cells[0], cells[1]): cells for cells in printed}
    keys = [(row["model"], row["compared with"]) for row in listed_rows]
    if list(by_key) != keys:
        missing, unknown = [k for k in keys if k not in by_key], [k for k in by_key if k not in keys]
        yield f"rows of README are not those of rows.csv, in its order: missing {missing}, unknown {unknown}"
        return
    for row, key in zip(listed_rows, keys):
        line = lines[row["row"]]
        if line is None:
            print(f"table.py: LEFT OUT for want of published files (AIFACTORY_DATA): {row['row']}")
            continue
        for column, (is_now, was) in enumerate(zip(line, by_key[key])):
            if is_now != was and not (HEADER[column].endswith("residual") and same_figure(is_now, was)):
                yield f"{row['row']}: {HEADER[column]} is {is_now}, README says {was}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, required=True)
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--write", action="store_true")
    what.add_argument("--check", action="store_true")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    arguments = parser.parse_args()
    listed_rows = rows()
    lines = measure(arguments.build.resolve(), listed_rows, arguments.jobs)
    absent = [row for row, line in lines.items() if line is None]
    readme = SOURCE / "README.md"
    if arguments.check:
        found = list(differences(listed_rows, lines, split_readme(readme.read_text())[1]))
        for line in found:
            print(line)
        if found:
            sys.exit("table.py: README.md does not say what the tests measure; cmake --build --preset release --target accuracy_table writes it anew")
        print(f"table.py: {len(lines) - len(absent)} rows of README.md are what the tests measure, {len(absent)} left out")
        return
    if arguments.write:
        if absent:
            sys.exit(f"table.py: nothing written: AIFACTORY_DATA must name the folder of published files for {', '.join(absent)}")
        before, _, after = split_readme(readme.read_text())
        readme.write_text(f"{before}{BEGIN}\n{markdown(lines.values())}\n{END}\n{after}")
        return
    print(markdown([line for line in lines.values() if line]))


if __name__ == "__main__":
    main()
