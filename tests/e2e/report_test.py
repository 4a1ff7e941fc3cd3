"""report.html in a real browser: nothing fetched, nothing complained of, figures those of summary.json, charts that answer."""
import base64
import json
import os
import pathlib
import re
import unittest
import zlib

from browser import CHROMIUM, Browser
from program import ProgramTest

# Names that would be markup if any were taken for it.
HOSTILE = """\
format: 1
name: "<script>alert('name')</script>"
start: 2026-07-01
duration: 4 h
sites:
  "<b>s":
    weather: {constant: {dry_bulb: 30 degC, wet_bulb: 22 degC}}
    grid: {capacity: 6 MW, price: 60 USD/MWh, carbon: 400 g/kWh}
    power:
      units:
        feed: {kind: utility_feed, rating: 6 MW, indoors: false}
        "<script>alert(1)</script>": {kind: transformer, from: [feed], rating: 3 MW, transformer: liquid_2500kva, indoors: false}
    cooling: {plant: tower, power: [feed], tower: merkel_generic, cdu: cdu_1300kw, crah: fan_wall_generic}
    halls: {h1: {clusters: {"<img src=x onerror=boom()>": {rack: gb200_nvl72, racks: 4, power: [["<script>alert(1)</script>"]]}}}}
events:
  - {at: 2 h, fail: "<b>s.power.<script>alert(1)</script>", for: 10 min}
workload:
  jobs:
    - {name: "<script>alert(1)</script>", nodes: 1, duration: 1 h}
    - {name: "<script>boom()</script>", nodes: 4, duration: 1 h, tenant: "</script><script>boom()", kind: "\\"><svg onload=boom()>"}
    - {name: plain, nodes: 2, duration: 30 min}
"""


def payload(page):
    """What a page carries, by the layout that sim/report/payload.h states."""
    text = re.search(r'<script id="payload"[^>]*>([^<]*)</script>', page).group(1)
    plain = zlib.decompress(base64.b64decode(text))
    length = int.from_bytes(plain[:4], "little")
    return json.loads(plain[4:4 + length])


class ReportFile(ProgramTest):
    """What can be said of the page without a browser."""

    def test_a_run_writes_it_and_report_writes_the_same(self):
        self.run_program("run", "small.yaml", "--out", "a")
        first = self.read("a", "report.html")
        self.run_program("run", "small.yaml", "--out", "b")
        self.assertEqual(first, self.read("b", "report.html"), "same run, same bytes")
        done = self.run_program("report", "a")
        self.assertIn("a/report.html", done.stdout)
        self.assertEqual(first, self.read("a", "report.html"))
        self.run_program("report", "a", "--out", "elsewhere.html")
        self.assertEqual(first, self.read("elsewhere.html"))

    def test_it_can_be_left_out(self):
        self.run_program("run", "small.yaml", "--out", "a", "--no-report")
        self.assertFalse((self.folder / "a/report.html").exists())

    def test_it_names_no_address(self):
        self.run_program("run", "small.yaml", "--out", "a")
        page = self.read("a", "report.html")
        self.assertIn("default-src 'none'", page)
        self.assertNotIn("sourceMappingURL", page)
        for tag in ("src=", "href=\"http", "url(", "@import"):
            outside = [m.start() for m in re.finditer(re.escape(tag), page) if "data:" not in page[m.start():m.start() + 20]]
            scripts = page.index("<script id=")
            self.assertFalse([at for at in outside if at < scripts], tag)
        carried = payload(page)
        summary = self.summary("a")
        del summary["time"]["wall_s"]
        self.assertEqual(carried["summary"], summary)

    def test_results_that_are_none_are_refused(self):
        (self.folder / "empty").mkdir()
        self.assertIn("holds no results of a run", self.run_program("report", "empty", code=3).stderr)
        self.assertIn("there is no such directory", self.run_program("report", "nowhere", code=3).stderr)
        self.run_program("run", "small.yaml", "--out", "a", "--no-report")
        with open(self.folder / "a/series.csv", "a") as file:
            file.write("1,2\n")
        self.assertIn("cut short", self.run_program("report", "a", code=3).stderr)


class BrowserTest(ProgramTest):
    @classmethod
    def setUpClass(cls):
        cls.browser = Browser()

    @classmethod
    def tearDownClass(cls):
        cls.browser.close()

    def page(self, *arguments, width=1280, dark=False):
        """Runs a scenario and opens its page."""
        self.run_program("run", *arguments, "--out", "r", "--quiet", timeout=800)
        self.browser.show(width=width, dark=dark)
        return self.browser.open(self.folder / "r/report.html")

    def check_opens(self, seconds, busy):
        """In three seconds; on a machine that does more than it has processors for, in three seconds of work."""
        self.assertLess(busy if os.getloadavg()[0] > os.cpu_count() else seconds, 3.0)

    def check_quiet(self):
        self.assertEqual(self.browser.complaints(), [])
        self.assertEqual(self.browser.requests(), [])

    def keep(self, name):
        """A screenshot for people, where AIFACTORY_SCREENSHOTS names a folder."""
        folder = os.environ.get("AIFACTORY_SCREENSHOTS")
        if folder:
            pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
            self.browser.screenshot(pathlib.Path(folder) / name, whole=True)


@unittest.skipUnless(CHROMIUM, "no chromium: report.html is not looked at in a browser (apt-get install chromium)")
class ReportPage(BrowserTest):
    def test_draws_everything_without_a_word_or_a_request(self):
        for width, dark in ((1280, False), (390, True)):
            with self.subTest(width=width, dark=dark):
                if not (self.folder / "r").exists():
                    self.page("small.yaml", width=width, dark=dark)
                else:
                    self.browser.show(width=width, dark=dark)
                    self.browser.open(self.folder / "r/report.html")
                self.check_quiet()
                panels = self.browser.evaluate("[...document.querySelectorAll('section.panel')].map(s => s.id)")
                self.assertEqual(panels, ["figures", "verdict", "power", "duration", "efficiency", "temperatures", "power_tree", "cooling_loops",
                                          "jobs", "queue", "goodput", "energy", "events", "sources"])
                # Each chart has ink on it.
                inked = self.browser.evaluate(
                    "[...document.querySelectorAll('.chart')].map(c => [...c.querySelectorAll('canvas')].some(k => "
                    "new Uint32Array(k.getContext('2d').getImageData(0, 0, k.width, k.height).data.buffer).some(v => v)))")
                self.assertGreaterEqual(len(inked), 8)
                self.assertTrue(all(inked), inked)
                self.assertTrue(self.browser.evaluate("AF.gantt.owner.some(v => v)"))
                self.assertLessEqual(self.browser.evaluate("document.documentElement.scrollWidth"), width)
                self.keep(f"run_{width}_{'dark' if dark else 'light'}.png")

    def test_every_figure_is_that_of_the_summary(self):
        self.page("small.yaml")
        summary = self.summary("r")
        cards = self.browser.evaluate("[...document.querySelectorAll('.card')].map(c => [c.dataset.key, c.dataset.value, c.querySelector('.value').textContent])")
        self.assertGreaterEqual(len(cards), 15)
        for key, value, shown in cards:
            expected = summary
            for part in key.split("."):
                expected = expected[part]
            self.assertEqual(float(value), expected, key)
            if "e" not in shown and not key.endswith("_s"):
                number = float(re.match(r"-?[\d ]+(\.\d+)?", shown).group(0).replace(" ", ""))
                scale = 100 if key.endswith("_frac") else 1
                self.assertAlmostEqual(number, expected * scale, delta=abs(expected * scale) * 6e-4 + 1e-9, msg=key)
        verdicts = self.browser.evaluate("[...document.querySelectorAll('#verdict .pass, #verdict .fail')].map(v => v.textContent)")
        self.assertTrue(all("PASS" in v for v in verdicts), verdicts)
        # The energy that the diagram shows in and out of the facility, and the steps of goodput.
        flows = self.browser.evaluate("AF.energyFlows('')")
        into = sum(f["value"] for f in flows if f["to"] == "facility")
        self.assertAlmostEqual(into, summary["energy"]["facility_mwh"], delta=1e-9 * into)
        self.assertAlmostEqual(sum(f["value"] for f in flows if f["from"] == "facility"), into, delta=1e-9 * into)
        it = sum(f["value"] for f in flows if f["from"] == "facility" and f["to"] == "IT")
        self.assertAlmostEqual(it, summary["energy"]["it_mwh"], delta=1e-9 * it)

    def test_answers_to_hover_and_zoom(self):
        self.page("small.yaml")
        box = self.browser.scroll_to("#power .chart")
        middle = box["y"] + box["height"] / 2
        self.browser.mouse("Moved", box["x"] + 300, middle)
        self.assertRegex(self.browser.evaluate("document.querySelector('#power .legend').textContent"), r"IT: [\d.]+ MW.*2026-07-01")
        before = self.browser.evaluate("AF.charts[0].xAxisRange()")
        self.browser.drag(box["x"] + 300, middle, box["x"] + 600, middle)
        after = self.browser.evaluate("AF.charts[0].xAxisRange()")
        self.assertLess(after[1] - after[0], 0.5 * (before[1] - before[0]))
        # The others follow, the jobs too.
        ranges = self.browser.evaluate("AF.charts.map(c => c.xAxisRange())")
        self.assertGreaterEqual(sum(abs(r[0] - after[0]) < 1 and abs(r[1] - after[1]) < 1 for r in ranges), 6)
        start = self.browser.evaluate("AF.origin() + 1000 * AF.gantt.from")
        self.assertAlmostEqual(start, after[0], delta=1000)
        self.browser.evaluate("document.querySelector('#power .reset').click()")
        self.assertEqual(self.browser.evaluate("AF.windows.range"), None)
        # A job under the pointer tells its name.
        box = self.browser.scroll_to(".gantt canvas")
        at = self.browser.evaluate("(() => { const g = AF.gantt, p = g.owner.findIndex(v => v); return [p % g.across, Math.floor(p / g.across)]; })()")
        self.browser.mouse("Moved", box["x"] + 96 + at[0] + 1, box["y"] + at[1] + 1)
        tip = self.browser.evaluate("document.querySelector('.tip').hidden ? '' : document.querySelector('.tip').textContent")
        self.assertRegex(tip, r"(small|large)_\d+")
        self.browser.drag(box["x"] + 200, box["y"] + 50, box["x"] + 400, box["y"] + 50)
        self.assertLess(self.browser.evaluate("AF.gantt.to - AF.gantt.from"), 3 * 3600)
        self.check_quiet()

    def test_names_stay_text(self):
        self.write("hostile.yaml", HOSTILE)
        self.page("hostile.yaml")
        self.check_quiet()
        self.assertEqual(self.browser.evaluate("document.querySelector('h1').textContent"), "<script>alert('name')</script>")
        self.assertEqual(self.browser.evaluate("document.querySelectorAll('main script, main img, main b, main svg[onload]').length"), 0)
        self.assertEqual(self.browser.evaluate("AF.data.jobs.id.slice(0, 2)"), ["<script>alert(1)</script>", "<script>boom()</script>"])
        self.assertEqual(self.browser.evaluate("AF.rows(AF.data.events).filter(e => e.kind === 'failure').map(e => e.unit)[0]"), "<b>s.power.<script>alert(1)</script>")
        self.assertEqual(self.browser.evaluate("typeof boom"), "undefined")
        self.browser.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
        self.assertEqual(self.browser.evaluate("document.querySelectorAll('main script, main img').length"), 0)
        self.check_quiet()

    def test_data_of_each_panel_are_one_click_away(self):
        self.page("small.yaml")
        without = self.browser.evaluate("[...document.querySelectorAll('section.panel')].filter(s => !s.querySelector('button.csv')).map(s => s.id)")
        self.assertEqual(without, [])
        self.assertEqual(self.browser.evaluate("AF.csvText([['a,b', 'c\"d', null, 1.5, NaN]])"), '"a,b","c""d",,1.5,\n')
        rows = self.browser.evaluate("document.querySelector('#power').csv()")
        recorded = self.read("r", "series.csv").splitlines()
        self.assertEqual(len(rows), len(recorded))
        self.assertEqual(rows[0][:2], ["time_s", "IT"])
        column = recorded[0].split(",").index("alpha.it_mw")
        for row, line in zip(rows[1:], recorded[1:]):
            self.assertAlmostEqual(row[1], float(line.split(",")[column]), delta=2e-5 * row[1])

    def test_spans_of_events_end_where_the_log_says(self):
        self.page("small.yaml")
        spans = self.browser.evaluate("""AF.eventSpans([
            {time_s: 0, kind: 'failure', unit: 'a.power.ups'}, {time_s: 10, kind: 'throttle', unit: 'a.h.c.rack_0-3'}, {time_s: 20, kind: 'trip', unit: 'a.h.c.rack_0-3'},
            {time_s: 25, kind: 'staging', unit: 'a.cooling'}, {time_s: 30, kind: 'recover', unit: 'a.h.c.rack_0-7'}, {time_s: 40, kind: 'repair', unit: 'a.power.ups'},
            {time_s: 50, kind: 'breaker_trip', unit: 'a.power.b'}], 100).spans.map(s => [s.kind, s.from, s.to])""")
        self.assertEqual(spans, [["failure", 0, 40], ["throttle", 10, 20], ["trip", 20, 30], ["breaker_trip", 50, 100]])
        shown = self.browser.evaluate("document.querySelectorAll('#events svg rect').length")
        self.assertGreaterEqual(shown, 1)

    def check_points_answer(self):
        """Of the scatter of a study: what lies under the pointer has the words of its variant, a click shows its values, a drag zooms in, and back."""
        self.browser.scroll_to("#scatter svg")
        places = self.browser.evaluate("[...document.querySelectorAll('circle.point')].map(c => { const b = c.getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2, +c.dataset.variant]; })")
        for x, y, variant in places:
            self.browser.mouse("Moved", x, y)
            under = self.browser.evaluate(f"(() => {{ const e = document.elementFromPoint({x}, {y}); return [e.dataset.variant, e.querySelector('title')?.textContent]; }})()")
            self.assertIn(int(under[0]), [v for x2, y2, v in places if abs(x2 - x) < 12 and abs(y2 - y) < 12])
            self.assertRegex(under[1], r"cooling.supply = \d+ degC\nscheduling.policy = \w+\n2 runs")
        x, y, variant = places[0]
        self.browser.mouse("Pressed", x, y, buttons=1, clicks=1)
        self.browser.mouse("Released", x, y, clicks=1)
        self.assertRegex(self.browser.evaluate("document.querySelector('#scatter p.note:last-child').textContent"), r"2 runs\n[\w.]+ = ")
        # Around one of them, a twentieth of the chart on each side: what is left are those that lie within.
        box = self.browser.scroll_to("#scatter svg")
        places = self.browser.evaluate("[...document.querySelectorAll('circle.point')].map(c => { const b = c.getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2, +c.dataset.variant]; })")
        x, y, variant = places[0]
        dx, dy = box["width"] / 20, box["height"] / 20
        left, right = max(x - dx, box["x"] + 0.09 * box["width"]), min(x + dx, box["x"] + 0.97 * box["width"])
        top, bottom = max(y - dy, box["y"] + 0.04 * box["height"]), min(y + dy, box["y"] + 0.87 * box["height"])
        self.browser.drag(left, top, right, bottom)
        kept = self.browser.evaluate("[...document.querySelectorAll('circle.point')].map(c => +c.dataset.variant)")
        self.assertEqual(sorted(kept), sorted(v for x2, y2, v in places if left <= x2 <= right and top <= y2 <= bottom))
        # Once more, now a quarter of the width: the range is a quarter of that before.
        wide = self.browser.evaluate("AF.studyRange.x[1] - AF.studyRange.x[0]")
        box = self.browser.scroll_to("#scatter svg")
        quarter = (900 - 74 - 20) / 900 * box["width"] / 4
        self.browser.drag(box["x"] + 0.4 * box["width"], box["y"] + 0.3 * box["height"], box["x"] + 0.4 * box["width"] + quarter, box["y"] + 0.6 * box["height"])
        self.assertAlmostEqual(self.browser.evaluate("AF.studyRange.x[1] - AF.studyRange.x[0]"), wide / 4, delta=0.01 * wide)
        self.browser.evaluate("document.querySelector('#scatter .reset').click()")
        self.assertEqual(self.browser.evaluate("AF.studyRange"), None)
        self.assertEqual(self.browser.evaluate("document.querySelectorAll('circle.point').length"), len(places))
        self.check_quiet()

    def test_many_runs_side_by_side(self):
        for policy in ("fcfs", "easy_backfill"):
            for supply in (24, 28, 32):
                for seed in (1, 2):
                    self.run_program("run", "small.yaml", "--out", f"study/{policy}_{supply}_{seed}", "--seed", str(seed), "--policy", policy, "--until", "2 h",
                                     "--set", f"sites.alpha.cooling.supply={supply} degC", "--quiet", "--no-report")
        self.run_program("report", "study")
        self.browser.show()
        self.browser.open(self.folder / "study/report.html")
        self.check_quiet()
        self.assertEqual(self.browser.evaluate("AF.data.axes"), ["sites.alpha.cooling.supply", "scheduling.policy"])
        self.assertEqual(self.browser.evaluate("AF.data.variants.length"), 6)
        self.assertEqual(self.browser.evaluate("document.querySelectorAll('circle.point').length"), 6)
        # Means over the two seeds, and the front of cooling energy against PUE by hand.
        means = self.browser.evaluate("AF.studyMetric('kpi.pue').values")
        variants = self.browser.evaluate("AF.data.variants.map(v => v.points)")
        pue = {name: self.summary(f"study/{name}")["kpi"]["pue"] for names in variants for name in names}
        for mean, names in zip(means, variants):
            self.assertEqual(len(names), 2)
            self.assertAlmostEqual(mean, (pue[names[0]] + pue[names[1]]) / 2, delta=1e-12)
        front = self.browser.evaluate("AF.front({values: [1, 2, 3, 4, 1]}, {values: [1, 3, 2, 4, 1]}, -1, 1)")
        self.assertEqual(sorted(front), [0, 1, 3, 4])
        self.assertEqual(self.browser.evaluate("document.querySelectorAll('#heat rect').length"), 6)
        self.check_points_answer()
        box = self.browser.scroll_to("#parallel svg")
        self.browser.drag(box["x"] + 70 * box["width"] / self.browser.evaluate("+document.querySelector('#parallel svg').viewBox.baseVal.width"), box["y"] + box["height"] * 0.1,
                          box["x"] + 70 * box["width"] / self.browser.evaluate("+document.querySelector('#parallel svg').viewBox.baseVal.width"), box["y"] + box["height"] * 0.5)
        self.assertRegex(self.browser.evaluate("document.querySelector('#parallel .note[aria-live]').textContent"), r"^[24] of 6 variants")
        self.browser.evaluate("document.querySelector('#table th').click()")
        self.keep("study.png")
        self.assertEqual(self.browser.evaluate("[...document.querySelectorAll('section.panel')].filter(s => !s.querySelector('button.csv')).length"), 0)
        self.assertLessEqual(self.browser.evaluate("document.documentElement.scrollWidth"), 1280)
        self.check_quiet()

    def test_prints_on_white(self):
        self.page("small.yaml", dark=True)
        self.browser.evaluate("dispatchEvent(new Event('beforeprint'))")
        self.assertEqual(self.browser.evaluate("AF.css('--paper')"), "#ffffff")
        pdf = base64.b64decode(self.browser.call("Page.printToPDF", printBackground=True)["data"])
        self.assertGreater(pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page "), 1)
        self.browser.evaluate("dispatchEvent(new Event('afterprint'))")


@unittest.skipUnless(CHROMIUM, "no chromium: report.html is not looked at in a browser (apt-get install chromium)")
class ReportSize(BrowserTest):
    def test_a_year_of_100_megawatts_is_small_and_opens_at_once(self):
        # 760 racks recorded every five minutes: a hundred thousand rows.
        self.write("year.yaml", """\
            format: 1
            name: year
            start: 2026-01-01
            duration: 365 d
            sites:
              a:
                weather: {climate: dallas}
                grid: {capacity: 160 MW, price: 60 USD/MWh, carbon: 400 g/kWh}
                power: none
                cooling: {plant: tower, tower: merkel_generic, cdu: cdu_1300kw, crah: fan_wall_generic}
                halls: {h1: {clusters: {c: {rack: gb200_nvl72, racks: 760}}}}
            workload:
              synthetic:
                mean_interarrival: 20 min
                classes:
                  - {name: wide, share: 1, racks: 40, duration: {lognormal: {median: 8 h, sigma: 0.8}}}
                  - {name: small, share: 2, nodes: 4, duration: 1 h}
            record: {interval: 5 min}
            """)
        opened, drawn = self.page("year.yaml")
        size = (self.folder / "r/report.html").stat().st_size
        again, drawn_again = self.browser.open(self.folder / "r/report.html")
        busy = self.browser.busy_seconds()
        print(f"\na year by five minutes: {size / 1e6:.2f} MB, opens in {min(opened, again):.2f} s, all drawn after {min(drawn, drawn_again):.2f} s,"
              f" {busy:.2f} s of work")
        self.assertLess(size, 15e6)
        self.check_opens(min(opened, again), busy)
        self.check_quiet()
        # What is left out is said, and the greatest value is not.
        self.assertIn("recorded rows are shown as", self.browser.evaluate("document.querySelector('#power').textContent"))
        peak = self.browser.evaluate("Math.max(...AF.series('a.facility_mw').high)")
        column = None
        with open(self.folder / "r/series.csv") as file:
            column = next(file).rstrip().split(",").index("a.facility_mw")
            greatest = max(float(line.split(",")[column]) for line in file)
        self.assertAlmostEqual(peak, greatest, delta=2e-5 * greatest)

    def test_a_hundred_thousand_jobs_stay_fluid(self):
        kinds = "".join(f"    - {{name: j{k}, count: 20000, every: 25 min, submit: {5 * k} min, nodes: {1 + 3 * k}, duration: {20 + 13 * k} min, kind: k{k}}}\n" for k in range(5))
        self.write("many.yaml", "format: 1\nname: many\nstart: 2026-01-01\nduration: workload\nsites:\n  a:\n    grid: {capacity: 60 MW}\n    power: none\n"
                   "    cooling: none\n    halls: {h1: {clusters: {c: {rack: gb200_nvl72, racks: 10}}}}\nrecord: {interval: 1 d}\nworkload:\n  jobs:\n" + kinds)
        opened, drawn = self.page("many.yaml")
        self.assertLess((self.folder / "r/report.html").stat().st_size, 15e6)
        self.assertLess(opened, 10.0)
        self.assertEqual(self.browser.evaluate("AF.data.jobs.n"), 100_000)
        frames = self.browser.evaluate("Array.from({length: 15}, (_, i) => { const t = performance.now(); AF.gantt.by(i < 8 ? 0.7 : 1.5); return performance.now() - t; })")
        print(f"\n100,000 jobs: opens in {opened:.2f} s, a zoom takes {sorted(frames)[7]:.0f} ms, at most {max(frames):.0f} ms")
        self.assertLess(sorted(frames)[7], 2000)
        self.check_quiet()


if __name__ == "__main__":
    unittest.main()
