"""The program as its users meet it: every verb, exit codes, repeatable results."""
import json
import os
import re
import signal
import subprocess
import time
import unittest

from program import PROGRAM, RESULT_FILES, SCENARIO, SOURCE, ProgramTest


class CommandLine(ProgramTest):
    def test_version_and_help_go_to_stdout(self):
        self.assertRegex(self.run_program("--version").stdout, r"^aifactory \d+\.\d+\.\d+ ")
        self.assertIn("Exit codes:", self.run_program("--help").stdout)
        self.assertIn("--policy", self.run_program("run", "--help").stdout)

    def test_nothing_is_a_usage_error(self):
        done = self.run_program(code=2)
        self.assertEqual(done.stdout, "")
        self.assertIn("validate", done.stderr)

    def test_unknown_verb_and_flag_are_usage_errors_with_a_suggestion(self):
        self.assertEqual(self.run_program("rnu", "small.yaml", code=2).stderr.splitlines()[0],
                         'aifactory: unknown verb rnu (did you mean "run"?)')
        self.assertEqual(self.run_program("run", "--sead", "1", "small.yaml", code=2).stderr.splitlines()[0],
                         'aifactory: run: unknown flag --sead (did you mean "--seed"?)')
        self.assertEqual(self.run_program("--verison", code=2).stderr.splitlines()[0],
                         'aifactory: unknown flag --verison (did you mean "--version"?)')
        self.run_program("run", code=2)
        self.run_program("run", "small.yaml", "--out", code=2)
        self.run_program("validate", "small.yaml", "more", code=2)
        self.run_program("show", "small.yaml", "limtis", code=2)

    def test_flags_stand_before_or_after_the_verb(self):
        self.run_program("--seed", "7", "--quiet", "--out", "a", "run", "small.yaml")
        self.run_program("run", "small.yaml", "--out", "b", "--seed=7", "--quiet")
        self.assertEqual(self.repeatable("a"), self.repeatable("b"))

    def test_an_unknown_scenario_is_invalid_input(self):
        self.assertIn("none.yaml", self.run_program("run", "none.yaml", code=3).stderr)
        self.assertEqual(self.run_program("run", ".", code=3).stderr, ".: holds no scenario.yaml\n")


class Run(ProgramTest):
    def test_writes_all_results_and_prints_a_screen(self):
        done = self.run_program("run", "small.yaml", "--out", "out")
        self.assertLessEqual(len(done.stdout.splitlines()), 40)
        self.assertRegex(done.stdout, r"PUE +1\.\d+")
        self.assertEqual(set(os.listdir(self.folder / "out")), RESULT_FILES)
        manifest = json.loads(self.read("out", "manifest.json"))
        self.assertEqual(manifest["status"], "complete")
        self.assertEqual(manifest["broken_limits"], [])
        self.assertEqual(manifest["scenario"]["path"], "small.yaml")
        self.assertEqual(manifest["seed"], 3)
        self.assertTrue(any("gb200_nvl72" in file["path"] for file in manifest["inputs"]))
        self.assertEqual({file["path"] for file in manifest["outputs"]}, RESULT_FILES - {"manifest.json", "report.html"})

    def test_every_ledger_balances(self):
        self.run_program("run", "small.yaml", "--out", "out")
        ledger = self.summary("out")["ledger"]
        for account in ("energy", "heat", "water", "money"):
            self.assertLess(ledger[f"{account}_residual_frac"], 1e-9)
        self.assertEqual(ledger["jobs_residual"], 0)

    def test_json_is_the_summary(self):
        done = self.run_program("run", "small.yaml", "--out", "out", "--json")
        self.assertEqual(json.loads(done.stdout), self.summary("out"))

    def test_a_folder_stands_for_its_scenario(self):
        (self.folder / "folder").mkdir()
        self.write("folder/scenario.yaml", SCENARIO)
        self.run_program("run", "folder", "--out", "a")
        self.run_program("run", "small.yaml", "--out", "b")
        self.assertEqual(self.repeatable("a"), self.repeatable("b"))

    def test_without_out_the_name_of_the_scenario_is_taken(self):
        self.run_program("run", "small.yaml")
        self.assertEqual(set(os.listdir(self.folder / "results" / "small")), RESULT_FILES)

    def test_existing_results_are_kept_unless_forced(self):
        self.run_program("run", "small.yaml", "--out", "out")
        before = self.read("out", "manifest.json")
        done = self.run_program("run", "small.yaml", "--out", "out", code=3)
        self.assertEqual(done.stderr, "out: exists already; give another --out, or --force to replace it\n")
        self.assertEqual(self.read("out", "manifest.json"), before)
        self.run_program("run", "small.yaml", "--out", "out", "--force", "--seed", "9")
        self.assertEqual(json.loads(self.read("out", "manifest.json"))["seed"], 9)
        self.assertEqual(sorted(os.listdir(self.folder)), ["out", "small.yaml"])

    def test_force_never_replaces_what_is_no_result(self):
        (self.folder / "precious").mkdir()
        self.write("precious/thesis.txt", "years of work")
        self.run_program("run", "small.yaml", "--out", "precious", "--force", code=3)
        self.assertEqual(os.listdir(self.folder / "precious"), ["thesis.txt"])

    def test_until_extends_and_cuts(self):
        for until, seconds in (("1h", 3600.0), ("2 h", 7200.0), ("1d", 86400.0)):
            self.run_program("run", "small.yaml", "--out", "out", "--force", "--until", until)
            self.assertEqual(self.summary("out")["time"]["simulated_s"], seconds)
        done = self.run_program("run", "small.yaml", "--out", "out", "--force", "--until", "5", code=3)
        self.assertTrue(done.stderr.startswith('--until: "5" must be a duration'), done.stderr)

    def test_errors_name_the_option_that_was_given(self):
        done = self.run_program("run", "small.yaml", "--out", "out", "--set", "duration=5", code=3)
        self.assertTrue(done.stderr.startswith('--set duration: "5" must be a duration'), done.stderr)
        done = self.run_program("run", "small.yaml", "--out", "out", "--set", "seed=x", "--until", "5", code=3)
        self.assertIn("--set seed: ", done.stderr)
        self.assertIn('--until: "5" must be a duration', done.stderr)

    def test_an_event_after_the_end_is_told(self):
        event = 'events=[{at: 1 h, fail: alpha.power.feed, for: 1 min}, {at: 3 h, fail: alpha.power.feed}]'
        done = self.run_program("validate", "small.yaml", "--set", event, "--until", "2 h")
        self.assertIn("events[1].at: 3 h is not before the end of the run (2 h): the event does nothing\n", done.stderr)
        self.assertNotIn("events[0]", done.stderr)
        done = self.run_program("run", "small.yaml", "--quiet", "--out", "out", "--set", event, "--until", "2 h")
        self.assertIn("events[1].at: 3 h", done.stderr)
        self.assertIn("events[1].at: 3 h is not before the end of the run (2 h): the event does nothing",
                      self.summary("out")["notes"])
        done = self.run_program("run", "small.yaml", "--quiet", "--out", "out", "--force", "--set", event, "--until", "4 h")
        self.assertNotIn("events[", done.stderr)

    def test_policy_seed_and_set_reach_the_scenario(self):
        self.run_program("run", "small.yaml", "--out", "out", "--policy", "fcfs", "--seed", "8", "--set",
                         "sites.alpha.grid.price=80 USD/MWh")
        resolved = self.read("out", "scenario.resolved.yaml")
        self.assertIn("policy: fcfs", resolved)
        self.assertIn("seed: 8", resolved)
        self.assertIn("flat: 80 USD/MWh", resolved)

    def test_a_policy_written_as_one_word_can_be_replaced(self):
        self.write("word.yaml", SCENARIO + "scheduling: sjf\n")
        self.run_program("run", "word.yaml", "--out", "out", "--policy", "fcfs")
        self.assertIn("policy: fcfs", self.read("out", "scenario.resolved.yaml"))

    def test_a_broken_check_ends_with_4_after_everything_is_written(self):
        checks = "checks:\n  kpi.pue: {max: 1.01}\n  kpi.mfu_frac: {min: 0.3}\n  jobs.failed: {max: 0}\n"
        self.write("strict.yaml", SCENARIO + checks)
        done = self.run_program("run", "strict.yaml", "--out", "out", "--quiet", code=4)
        lines = done.stderr.splitlines()
        self.assertRegex(lines[0], r"^check kpi\.pue: 1\.\d+ is above the stated max 1\.01$")
        self.assertEqual(lines[1], "check kpi.mfu_frac: is null: this scenario does not define it")
        self.assertEqual(len(lines), 2)
        manifest = json.loads(self.read("out", "manifest.json"))
        self.assertEqual(manifest["status"], "complete")
        self.assertEqual(manifest["broken_limits"], lines)

    def test_a_log_tells_what_it_left_out_and_changed(self):
        rows = ["1 0 0 600 1 -1 -1 1 900 -1 1 1 1 1 1 -1 -1 -1",    # as it should be
                "2 5 0 -1 1 -1 -1 1 900 -1 1 1 1 1 1 -1 -1 -1",     # never ran
                "3 9 0 1200 1 -1 -1 1 900 -1 1 1 1 1 1 -1 -1 -1"]   # ran beyond its estimate
        self.write("log.swf", "; MaxProcs: 8\n" + "\n".join(rows) + "\n")
        self.write("log.yaml", SCENARIO[:SCENARIO.index("workload:")] + "workload: {swf: log.swf}\n")
        done = self.run_program("run", "log.yaml", "--out", "out", "--quiet")
        self.assertRegex(done.stderr, r"workload: 1 row left out: .* \(first: log\.swf:3")
        self.assertRegex(done.stderr, r"workload: 1 row changed: .* \(first: log\.swf:4")
        manifest = json.loads(self.read("out", "manifest.json"))
        self.assertIn("log.swf", [file["path"] for file in manifest["inputs"]])
        self.assertEqual([line.split(",")[0] for line in self.read("out", "jobs.csv").splitlines()[1:]], ["1", "3"])

    def test_an_output_that_cannot_be_written_is_refused_before_the_run(self):
        self.write("file", "no directory")
        self.run_program("run", "small.yaml", "--out", "file/out", code=3)


class Repeatable(ProgramTest):
    def test_the_same_run_twice_is_the_same_bytes(self):
        self.run_program("run", "small.yaml", "--out", "a")
        self.run_program("run", "small.yaml", "--out", "b")
        self.assertEqual(self.repeatable("a"), self.repeatable("b"))

    def test_recording_changes_no_total(self):
        self.run_program("run", "small.yaml", "--out", "usual")
        expected = self.repeatable("usual", without=["series.csv", "scenario.resolved.yaml"])
        for record in ("record.interval=1 s", "record.interval=1 h", "record.series=false"):
            self.run_program("run", "small.yaml", "--out", "other", "--force", "--set", record)
            self.assertEqual(self.repeatable("other", without=["series.csv", "scenario.resolved.yaml"]), expected,
                             record)

    def test_the_resolved_scenario_gives_the_same_results(self):
        resolved = self.run_program("validate", "small.yaml", "--resolved").stdout
        self.write("resolved.yaml", resolved)
        self.run_program("run", "small.yaml", "--out", "a")
        self.run_program("run", "resolved.yaml", "--out", "b")
        self.run_program("run", "a", "--out", "c")  # the results hold it too
        self.assertEqual(self.repeatable("a"), self.repeatable("b"))
        self.assertEqual(self.repeatable("a"), self.repeatable("c"))
        self.assertEqual(self.read("a", "scenario.resolved.yaml"), resolved)

    def test_another_seed_is_another_run(self):
        self.run_program("run", "small.yaml", "--out", "a")
        self.run_program("run", "small.yaml", "--out", "b", "--seed", "4")
        self.assertNotEqual(self.read("a", "jobs.csv"), self.read("b", "jobs.csv"))


class Interrupted(ProgramTest):
    LONG = SCENARIO[:SCENARIO.index("workload:")].replace("duration: 6 h", "duration: 36500 d") + (
        "workload: {jobs: [{nodes: 20, duration: 5 h, count: 1000, every: 10 h}]}\nrecord: {series: false}\n")

    def test_ctrl_c_leaves_a_readable_partial_result(self):
        self.write("long.yaml", self.LONG)
        process = subprocess.Popen([PROGRAM, "run", "long.yaml", "--out", "out"], cwd=self.folder,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        first = process.stderr.readline()  # progress, a line every two seconds: the run is under way
        progress = json.loads(first)
        self.assertEqual(set(progress), {"simulated_s", "date", "done_frac", "speed", "eta_s", "facility_mw", "pue",
                                         "running_jobs", "queued_jobs"})
        self.assertLess(progress["done_frac"], 1.0)
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 5, stderr)
        self.assertRegex(stderr, r"interrupted after [\d.e+]+ s of simulated time; out has the results so far")
        self.assertEqual(json.loads(self.read("out", "manifest.json"))["status"], "incomplete")
        simulated_s = self.summary("out")["time"]["simulated_s"]
        self.assertGreaterEqual(simulated_s, progress["simulated_s"])
        self.assertLess(simulated_s, 36500 * 86400.0)
        self.assertEqual(set(os.listdir(self.folder / "out")), RESULT_FILES)

    def test_quiet_shows_no_progress(self):
        done = self.run_program("run", "small.yaml", "--out", "out", "--quiet", "--until", "400d", "--set",
                                "record.series=false")
        self.assertEqual(done.stderr, "")


class Validate(ProgramTest):
    def test_says_what_there_is(self):
        done = self.run_program("validate", "small.yaml")
        self.assertRegex(done.stdout, r"^ok: small: 1 site, 4 racks, 288 accelerators, .* rated IT power, \d+ jobs\n$")
        self.assertEqual(done.stderr, "")

    def test_wrong_scenarios_go_to_stderr_with_exit_3(self):
        done = self.run_program("validate", "small.yaml", "--set", "seed=-1", "--set", "duration=2 kg", code=3)
        self.assertEqual(done.stdout, "")
        self.assertEqual(len(done.stderr.splitlines()), 2, done.stderr)


class Show(ProgramTest):
    def test_topology_names_both_trees(self):
        text = self.run_program("show", "small.yaml").stdout
        for name in ("feed", "mv", "ups_01a", "bus_01a", "towers", "fws", "cdu_01"):
            self.assertIn(name, text)

    def test_limits_have_rating_load_and_headroom(self):
        text = self.run_program("show", "small.yaml", "limits").stdout
        ups = next(line for line in text.splitlines() if "ups_01a" in line)
        # Two blocks of 1.5 MW share four racks, and nothing else.
        self.assertRegex(ups, r"ups_01a, ups_01b +2 +ups +1\.50 MW +1\.50 MW +\d+\.?\d* kW +1\.\d+ MW +\d+\.\d")

    def test_jobs_are_listed_with_totals(self):
        text = self.run_program("show", "small.yaml", "jobs").stdout
        self.assertRegex(text, r"(?m)^large +- +\d+ +\d")
        self.assertRegex(text, r"(?m)^all +\d+ +\d")

    def test_a_finished_run_can_be_shown(self):
        self.run_program("run", "small.yaml", "--out", "out")
        self.assertEqual(self.run_program("show", "out").stdout, self.run_program("show", "small.yaml").stdout)
        self.assertEqual(self.run_program("show", "out", "limits", "--design").stdout,
                         self.run_program("show", "small.yaml", "limits").stdout)


class Catalog(ProgramTest):
    def test_kinds_names_and_entries(self):
        self.assertIn("racks", self.run_program("catalog").stdout)
        self.assertIn("gb200_nvl72", self.run_program("catalog", "racks").stdout)
        self.assertIn("nodes", self.run_program("catalog", "racks", "gb200_nvl72").stdout)

    def test_json(self):
        kinds = json.loads(self.run_program("catalog", "--json").stdout)
        for kind, names in kinds.items():
            self.assertEqual(list(json.loads(self.run_program("catalog", kind, "--json").stdout)), names)
        entry = json.loads(self.run_program("catalog", "racks", "gb200_nvl72", "--json").stdout)
        self.assertEqual(entry["values"]["nodes"]["value"], "18")
        self.assertIn(entry["values"]["nodes"]["confidence"], {"verified", "computed", "secondary", "assumed"})

    def test_unknown_names(self):
        self.assertIn('(did you mean "racks"?)', self.run_program("catalog", "rack", code=3).stderr)
        self.assertIn('(did you mean "gb200_nvl72"?)', self.run_program("catalog", "racks", "gb200_nvl27", code=3).stderr)


class Policies(ProgramTest):
    def test_each_listed_policy_runs(self):
        policies = json.loads(self.run_program("policies", "--json").stdout)
        text = self.run_program("policies").stdout
        self.assertGreaterEqual(len(policies), 7)
        for policy in policies:
            self.assertIn(f"{policy['name']}\n", text)
            self.assertTrue(policy["summary"])
            for option in policy["options"].values():
                self.assertEqual(set(option), {"range", "default", "doc"})
            if ":" in policy["name"]:  # one's own: policy_program_test
                continue
            self.run_program("run", "small.yaml", "--out", "out", "--force", "--policy", policy["name"])


class Schema(ProgramTest):
    def test_is_json_schema(self):
        schema = json.loads(self.run_program("schema").stdout)
        self.assertEqual(schema["$schema"], "https://json-schema.org/draft/2020-12/schema")

    def test_the_reference_page_is_up_to_date(self):
        self.assertEqual(self.run_program("schema", "--markdown").stdout, (SOURCE / "docs/scenario.md").read_text(),
                         "run: aifactory schema --markdown > docs/scenario.md")


class Eval(ProgramTest):
    def evaluate(self, *arguments):
        return json.loads(self.run_program("eval", *arguments).stdout)

    def test_lists_models_and_explains_each(self):
        models = [line.split()[0] for line in self.run_program("eval").stdout.splitlines()[1:]]
        self.assertIn("psychrometrics", models)
        for model in models:
            text = self.run_program("eval", model, "--help").stdout
            for part in ("Equations:", "Validity:", "Source:"):
                self.assertIn(part, text, model)

    def test_ways_to_write_a_quantity_agree(self):
        # ASHRAE Fundamentals 2017, chapter 1, table 2: saturation pressure of water vapour at 35 degC is 5.6291 kPa;
        # the correlation beside the table gives 5.6278.
        ways = [self.evaluate("psychrometrics", dry_bulb, "relative_humidity=0.4")
                for dry_bulb in ("dry_bulb=35degC", "dry_bulb=35 degC", "dry_bulb=95 degF", "dry_bulb_c=35")]
        self.assertEqual(ways[0], ways[1])
        self.assertEqual(ways[0], ways[3])
        self.assertAlmostEqual(ways[0]["outputs"]["saturation_pressure_pa"], 5629.1, delta=2.0)
        self.assertAlmostEqual(ways[2]["inputs"]["dry_bulb_c"], 35.0, places=9)
        self.assertEqual(ways[0]["model"], "psychrometrics")
        self.assertNotIn("wet_bulb_c", ways[0]["inputs"])

    def test_flags_are_true_or_false(self):
        step = ["training_step", "model=llama3_8b", "accelerator=h100_sxm", "accelerators=8", "tensor=8", "global_batch=8"]
        split = [self.evaluate(*step, "sequence_parallel=" + value) for value in ("true", "1", "false", "0")]
        self.assertEqual(split[0], split[1])
        self.assertEqual(split[2], split[3])
        self.assertEqual(split[2], self.evaluate(*step))
        self.assertIs(split[0]["inputs"]["sequence_parallel"], True)
        self.assertNotEqual(split[0]["outputs"], split[2]["outputs"])

    def test_help_comes_before_or_after(self):
        self.assertEqual(self.run_program("eval", "fan", "--help").stdout, self.run_program("--help", "eval", "fan").stdout)

    def test_a_bare_number_is_refused_with_both_ways(self):
        done = self.run_program("eval", "psychrometrics", "dry_bulb=35", "relative_humidity=0.4", code=3)
        self.assertEqual(done.stderr, 'psychrometrics: dry_bulb=35 is a bare number: write it with its unit, as in '
                                      'dry_bulb="45 degC", or with a suffixed key, as in dry_bulb_c=35\n')

    def test_other_mistakes(self):
        for arguments, message in (
                (["psychrometrics", "dry_blub_c=35"], '(did you mean "dry_bulb_c"?)'),
                (["psychrometrics", "dry_bulb_c=3500"], "dry_bulb = 3500 degC must be in"),
                (["psychrometrics", "dry_bulb=35 kg"], "is a mass"),
                (["psychrometrics", "dry_bulb_c=35 degC"], "the key has the unit degC already"),
                (["psychrometrics", "dry_bulb_c=35", "dry_bulb=35 degC"], "dry_bulb is given twice"),
                (["fan"], "not given: rated_power="),
                (["power_cap"], 'power_cap: not given: accelerator=... (its idle and rated power), or idle="85 W" and max="700 W"'),
                (["training_step", "model=llama3_8b", "global_batch=8", "sequence_parallel=maybe"], 'sequence_parallel: "maybe" must be true or false'),
                (["fann"], '(did you mean "fan"?)')):
            self.assertIn(message, self.run_program("eval", *arguments, code=3).stderr)
        self.run_program("eval", "fan", "rated_power", code=2)

    def test_numbers_read_back_as_the_same_double(self):
        value = self.evaluate("fan", "rated_power_w=0.1", "rated_flow_m3_s=0.30000000000000004")["inputs"]
        self.assertEqual(value["rated_flow_m3_s"], 0.30000000000000004)


if __name__ == "__main__":
    unittest.main()
