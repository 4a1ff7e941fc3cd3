"""Limits by design and after a run, and design days, as users see them."""
import csv
import io
import unittest

from program import ProgramTest


def rows(text):
    return list(csv.DictReader(io.StringIO(text)))


class Limits(ProgramTest):
    def test_the_design_has_ratings_failures_and_levels(self):
        text = self.run_program("show", "small.yaml", "limits").stdout
        for word in ("design load", "worst failure", "stranded", "oversubscription by level", "grid capacity"):
            self.assertIn(word, text)
        # A pair of blocks: after the loss of one the other carries both halves.
        ups = next(line for line in text.splitlines() if "ups_01a" in line)
        cells = ups.split()
        self.assertEqual(cells[:4], ["ups_01a,", "ups_01b", "2", "ups"])
        self.assertRegex(text, r"(?m)^  racks +\d+ +")

    def test_a_high_site_has_lower_ratings(self):
        low = self.run_program("show", "small.yaml", "limits").stdout
        high = self.run_program("show", "small.yaml", "limits", "--set", "sites.alpha.location.elevation=3000 m").stdout
        line = {text: next(x for x in text.splitlines() if "ups_01a" in x) for text in (low, high)}
        self.assertIn("1.50 MW   1.50 MW", line[low])
        self.assertIn("1.50 MW   1.23 MW", line[high])  # 0.818 of it
        same = self.run_program("show", "small.yaml", "limits", "--set", "sites.alpha.location.elevation=3000 m", "--set",
                                "sites.alpha.limits.derating=false").stdout
        self.assertIn(line[low], same)

    def test_a_run_says_what_happened(self):
        self.run_program("run", "small.yaml", "--out", "out", "--quiet")
        table = rows(self.read("out", "limits.csv"))
        units = {row["unit"]: row for row in table}
        self.assertIn("alpha.power.feed", units)
        self.assertIn("alpha.cooling.cdu_01", units)
        summary = self.summary("out")
        self.assertAlmostEqual(float(units["alpha.power.feed"]["peak_kw"]) / 1e3, summary["energy"]["peak_facility_mw"], 9)
        for row in table:
            self.assertLessEqual(float(row["p999_kw"] or 0), float(row["peak_kw"] or 0) + 1e-9, row["unit"])
            self.assertLessEqual(float(row["mean_kw"] or 0), float(row["peak_kw"] or 0) + 1e-9, row["unit"])
        text = self.run_program("show", "out", "limits").stdout
        self.assertIn("provisioned by peak", text)
        self.assertIn("power.feed", text)
        every = self.run_program("show", "out", "limits", "--all").stdout
        for unit in units:
            if units[unit]["kind"] != "load":
                self.assertIn(unit.removeprefix("alpha."), every)
        self.assertIn("COMPLETED_SUCCESSFULLY", self.run_program("show", "out", "jobs").stdout)

    def test_crossings_are_events(self):
        self.run_program("run", "small.yaml", "--out", "out", "--quiet", "--set", "sites.alpha.power.block=0.505 MW", "--set",
                         "events=[{at: 1 h, fail: alpha.power.ups_01a, for: 1 h}]")
        kinds = [row["kind"] for row in rows(self.read("out", "events.csv"))]
        summary = self.summary("out")
        self.assertEqual(kinds.count("limit crossed"), summary["limits"]["crossings"])

    def test_a_spoiled_table_is_refused(self):
        self.run_program("run", "small.yaml", "--out", "out", "--quiet")
        self.write("out/limits.csv", "site,unit\n")
        self.assertIn("limits.csv", self.run_program("show", "out", "limits", code=3).stderr)


class DesignDays(ProgramTest):
    def test_a_design_day_is_worse_than_the_year(self):
        site = "sites.alpha.weather"
        self.run_program("run", "small.yaml", "--out", "year", "--quiet", "--set", f"{site}=dallas")
        self.run_program("run", "small.yaml", "--out", "wet", "--quiet", "--set", f"{site}={{climate: dallas, use: wet_day}}")
        supply = {out: self.summary(out)["thermal"]["max_coolant_supply_c"] for out in ("year", "wet")}
        self.assertGreater(supply["wet"], supply["year"] + 1)
        self.assertLess(abs(self.summary("wet")["ledger"]["heat_residual_frac"]), 1e-9)

    def test_weather_that_tells_no_extremes_needs_them(self):
        done = self.run_program("validate", "small.yaml", "--set",
                                "sites.alpha.weather={constant: {dry_bulb: 30 degC, relative_humidity: 50 %}, use: dry_day}", code=3)
        self.assertIn("design_day: {dry_bulb: ..., wet_bulb: ...}", done.stderr)


if __name__ == "__main__":
    unittest.main()
