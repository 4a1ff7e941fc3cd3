"""Reads what `aifactory run` writes.  Standard library only; `frame()` gives pandas where it is installed.

    import aifactory_results as results

    run = results.Run("results/quickstart")
    run["kpi.pue"]                        # a number of summary.json by its dotted path; None where it is null
    run.clusters["nvl72"]["kpi"]["pue"]   # blocks of sites and clusters
    series = run.series()                 # {"time_s": [...], "dallas.it_mw": [...], ...}
    for job in run.jobs():                # one dict a line; numbers are numbers, empty cells None
        print(job["job_id"], job["waiting_time"])
    run.frame("jobs")                     # pandas.DataFrame

    for run in results.runs("results"):   # every run below a folder
        print(run.name, run["energy.facility_mwh"])

Units are suffixes of the names (docs/results.md); times are seconds after the start, `run.date(seconds)` turns them into dates.
"""
import csv
import datetime
import json
import pathlib

TABLES = ("series", "jobs", "job_statistics", "events", "ledger", "limits", "units", "sources", "replicas")
# Columns that stay text although they may look like numbers.
TEXT = {"job_id", "workload_name", "profile", "metadata", "allocated_resources", "tenant", "site", "cluster", "kind", "unit", "what", "cause", "group", "leaf"}


class NoResults(Exception):
    """The folder holds no results of aifactory."""


def number_or_text(column, cell):
    if cell == "":
        return None
    if column in TEXT:
        return cell
    try:
        return int(cell)
    except ValueError:
        pass
    try:
        return float(cell)
    except ValueError:
        return cell


class Run:
    """One result directory.  Tables are read when they are asked for."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        try:
            self.manifest = json.loads((self.folder / "manifest.json").read_text())
            self.summary = json.loads((self.folder / "summary.json").read_text())
        except FileNotFoundError as missing:
            raise NoResults(f"{self.folder}: there is no {pathlib.Path(missing.filename).name}; name a directory that `aifactory run` has written") from None
        self.name = self.folder.name

    def __repr__(self):
        return f"Run({str(self.folder)!r})"

    @property
    def complete(self):
        return self.manifest["status"] == "complete"

    @property
    def seed(self):
        return self.manifest["seed"]

    @property
    def sites(self):
        return self.summary.get("sites", {})

    @property
    def clusters(self):
        return self.summary.get("clusters", {})

    def __getitem__(self, path):
        """The value at a dotted path of summary.json; KeyError names the nearest part that is there."""
        value, parts = self.summary, path.split(".")
        at = 0
        while at < len(parts):
            # A name may itself hold dots: the longest that fits is taken.
            for end in range(len(parts), at, -1):
                key = ".".join(parts[at:end])
                if isinstance(value, dict) and key in value:
                    value, at = value[key], end
                    break
            else:
                known = ", ".join(value) if isinstance(value, dict) else "a value"
                raise KeyError(f"{path}: {'.'.join(parts[:at]) or 'summary.json'} has {known}")
        return value

    def figures(self, block=None, path=""):
        """{dotted path: number} of everything in the summary, sites and clusters too."""
        flat = {}
        for key, value in (self.summary if block is None else block).items():
            here = f"{path}.{key}" if path else key
            if isinstance(value, dict):
                flat.update(self.figures(value, here))
            elif isinstance(value, (int, float)) and not isinstance(value, bool):
                flat[here] = value
        return flat

    def rows(self, table):
        """Lines of a table as dicts, one after another, without holding all of them."""
        with open(self.folder / f"{table}.csv", newline="", encoding="utf-8") as file:
            reader = csv.reader(file)
            header = next(reader)
            for row in reader:
                yield {name: number_or_text(name, cell) for name, cell in zip(header, row)}

    def columns(self, table):
        """{column: list of values} of a table."""
        with open(self.folder / f"{table}.csv", newline="", encoding="utf-8") as file:
            reader = csv.reader(file)
            header = next(reader)
            lists = [[] for _ in header]
            for row in reader:
                for name, cells, cell in zip(header, lists, row):
                    cells.append(number_or_text(name, cell))
        return dict(zip(header, lists))

    def series(self):
        return self.columns("series")

    def jobs(self):
        return self.rows("jobs")

    def events(self):
        return self.rows("events")

    def ledger(self, account=None):
        """{leaf: amount} by (account, side), or by side of one account, in the ledger's units."""
        book = {}
        for row in self.rows("ledger"):
            key = (row["account"], row["side"]) if account is None else row["side"]
            if account is None or row["account"] == account:
                book.setdefault(key, {})[row["leaf"]] = row["value"]
        return book

    def frame(self, table):
        """A table as a pandas.DataFrame; series has dates as its index."""
        import pandas
        data = pandas.read_csv(self.folder / f"{table}.csv", dtype={name: str for name in TEXT})
        if table == "series":
            data.index = pandas.to_datetime(data["time_s"], unit="s", origin=pandas.Timestamp(self.start()))
        return data

    def start(self):
        """The first instant, in the site's standard time."""
        for line in (self.folder / "scenario.resolved.yaml").read_text().splitlines():
            if line.startswith("start:"):
                text = line.split(":", 1)[1].strip().strip("\"'").rstrip("Z").replace(" ", "T")
                return datetime.datetime.fromisoformat(text)
        raise NoResults(f"{self.folder}: scenario.resolved.yaml has no start")

    def date(self, seconds):
        return self.start() + datetime.timedelta(seconds=seconds)


def runs(folder):
    """Every run in a folder or below it, in the order of their paths."""
    for manifest in sorted(pathlib.Path(folder).rglob("manifest.json")):
        if (manifest.parent / "summary.json").exists():
            yield Run(manifest.parent)
