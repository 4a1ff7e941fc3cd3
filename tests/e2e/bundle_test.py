"""The relocatable bundle, as on machines that have nothing of it: in an empty root, read-only, through links, below odd names, as any user."""
import json
import os
import pathlib
import shutil
import stat
import subprocess
import tarfile
import tempfile
import unittest

from program import PROGRAM, SCENARIO, SOURCE, ProgramTest

ARCHIVE = pathlib.Path(os.environ["AIFACTORY_BUNDLE"])
NAME = ARCHIVE.name.removesuffix(".tar.gz")
NOBODY = 65534
CLEAN = {"PATH": "/nowhere"}

unpacked = None  # one copy for all tests; none writes to it


def unpack():
    global unpacked
    # A blank in the path, and readable by others: the tests run it as another user.
    folder = tempfile.mkdtemp(prefix="aifactory bundle ")
    unittest.addModuleCleanup(shutil.rmtree, folder)
    os.chmod(folder, 0o755)
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(folder)
    unpacked = pathlib.Path(folder) / NAME


class BundleTest(ProgramTest):
    def setUp(self):
        super().setUp()
        if unpacked is None:
            unpack()


def in_root(root, *command):
    """Runs a command with `root` as the root of the file system: there is nothing else, neither /proc nor /dev."""
    if os.geteuid() == 0:
        def enter():
            os.chroot(root)
            os.chdir("/")
        return subprocess.run(command, preexec_fn=enter, env=CLEAN, capture_output=True, text=True, timeout=240)
    return subprocess.run(["unshare", "--user", "--map-root-user", f"--root={root}", *command], env={"PATH": os.environ["PATH"]},
                          capture_output=True, text=True, timeout=240)


def files_below(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(pathlib.Path(folder).rglob("*")) if path.is_file()}


class EmptyRoot(BundleTest):
    """The bundle alone, unpacked at /a folder/."""

    def setUp(self):
        super().setUp()
        self.root = self.folder / "root"
        shutil.copytree(unpacked, self.root / "a folder" / NAME, symlinks=True, copy_function=os.link)
        self.program = f"/a folder/{NAME}/bin/aifactory"
        try:
            probe = in_root(self.root, self.program, "--version")
            why = "" if probe.returncode == 0 or "Operation not permitted" not in probe.stderr else probe.stderr
        except (subprocess.SubprocessError, OSError) as error:  # no right to change the root, or no unshare
            why = str(error)
        if why:
            print(f"SKIPPED: the root of the file system cannot be changed here: {why}", flush=True)
            self.skipTest(why)

    def run_here(self, *arguments, code=0):
        done = in_root(self.root, self.program, *arguments)
        self.assertEqual(done.returncode, code, f"{arguments}\n{done.stdout}\n{done.stderr}")
        return done

    def test_there_is_nothing_but_the_bundle(self):
        self.assertEqual(os.listdir(self.root), ["a folder"])
        try:
            self.assertNotEqual(in_root(self.root, "/bin/sh", "-c", "true").returncode, 0)
        except FileNotFoundError:
            pass  # as it should be

    def test_results_are_those_of_the_build_tree_byte_for_byte(self):
        scenario = f"/a folder/{NAME}/scenarios/quickstart"
        self.run_here("run", scenario, "--out", "/results/quickstart", "--quiet")
        self.run_program("run", str(SOURCE / "scenarios" / "quickstart"), "--out", "mine", "--quiet")
        shutil.copytree(self.root / "results" / "quickstart", self.folder / "theirs")
        self.assertEqual(sorted(os.listdir(self.folder / "mine")), sorted(os.listdir(self.folder / "theirs")))
        mine, theirs = self.repeatable("mine"), self.repeatable("theirs")
        for name in mine:
            self.assertEqual(mine[name], theirs[name], name)
        self.assertEqual(self.read("mine", "sources.csv"), self.read("theirs", "sources.csv"))
        one, other = (json.loads(self.read(out, "manifest.json")) for out in ("mine", "theirs"))
        self.assertEqual(one["machine"], other["machine"])
        self.assertEqual(one["build"], other["build"])
        self.assertEqual([entry["sha256"] for entry in one["inputs"]], [entry["sha256"] for entry in other["inputs"]])
        # The page tells the paths of scenario and catalogue, which its data are compressed with.
        self.assertIn("<html", self.read("theirs", "report.html"))

    def test_what_it_lists_is_what_the_build_tree_lists(self):
        for arguments in (["policies"], ["policies", "--json"], ["catalog", "--json"], ["catalog", "racks", "gb200_nvl72"], ["schema"], ["eval"], ["--version"],
                          ["eval", "tower_merkel", "wet_bulb=25.6degC", "inlet=35degC", "heat=0.8MW"]):
            self.assertEqual(self.run_here(*arguments).stdout, self.run_program(*arguments).stdout, arguments)
        for arguments in (["validate"], ["show"], ["show", "limits"]):
            there, here = ([*arguments[:1], f"{top}/scenarios/quickstart", *arguments[1:]] for top in (f"/a folder/{NAME}", SOURCE))
            self.assertEqual(self.run_here(*there).stdout, self.run_program(*map(str, here)).stdout, arguments)

    def test_a_study_with_forked_workers_is_that_of_the_build_tree(self):
        study = "format: 1\nname: trial\nscenario: small.yaml\nset: {duration: 30 min, record.series: false, events: ~}\nseeds: 2\n" \
                "axes: {scheduling.policy: [fcfs, easy_backfill]}\n"
        for folder in (self.folder, self.root):
            (folder / "small.yaml").write_text(SCENARIO)
            (folder / "study.yaml").write_text(study)
        self.run_here("sweep", "/study.yaml", "--out", "/study", "--jobs", "2", "--quiet")
        self.run_program("sweep", "study.yaml", "--out", "study", "--jobs", "2", "--quiet")
        theirs, mine = files_below(self.root / "study"), files_below(self.folder / "study")
        self.assertEqual(list(theirs), list(mine))
        for name in mine:
            if not name.startswith("packs/circumstances_"):
                self.assertEqual(mine[name], theirs[name], name)
        # Shards of both go together.
        for shard, run in ((1, self.run_here), (2, self.run_program)):
            study_file, out = ("/study.yaml", "/part1") if shard == 1 else ("study.yaml", "part2")
            run("sweep", study_file, "--out", out, "--shard", f"{shard}/2", "--quiet")
        self.assertEqual(self.run_program("merge", "root/part1", "part2", "--out", "whole").stderr, "")
        self.assertEqual((self.folder / "whole" / "points.csv").read_bytes(), mine["points.csv"])


class Anywhere(BundleTest):
    """On this machine, without its libraries."""

    def start(self, program, *arguments, code=0, environment=None, **options):
        done = subprocess.run([program, *arguments], cwd=self.folder, env={**CLEAN, **(environment or {})}, capture_output=True, text=True, timeout=240,
                              **options)
        self.assertEqual(done.returncode, code, f"{program} {arguments}\n{done.stdout}\n{done.stderr}")
        return done

    def test_it_runs_through_links_and_from_a_path(self):
        self.assertIn(" ", str(unpacked))
        os.symlink(unpacked, self.folder / "current")
        os.mkdir(self.folder / "bin")
        os.symlink("../current/bin/aifactory", self.folder / "bin" / "aifactory")
        expected = self.start(unpacked / "bin" / "aifactory", "catalog").stdout
        self.assertIn("racks", expected)
        for program in ("current/bin/aifactory", "bin/aifactory", self.folder / "bin" / "aifactory"):
            self.assertEqual(self.start(program, "catalog").stdout, expected)
        found = subprocess.run(["aifactory", "catalog"], cwd="/", env={"PATH": str(self.folder / "bin")}, capture_output=True, text=True, timeout=60)
        self.assertEqual((found.returncode, found.stdout), (0, expected))

    def test_the_catalogue_is_its_own(self):
        done = self.start(unpacked / "bin" / "aifactory", "run", "small.yaml", "--out", "out", "--quiet")
        self.assertEqual(done.stderr, "")
        manifest = json.loads(self.read("out", "manifest.json"))
        catalogue = [entry["path"] for entry in manifest["inputs"]]
        self.assertTrue(catalogue)
        for path in catalogue:
            self.assertTrue(path.startswith(str(unpacked / "share" / "aifactory" / "catalog")), path)
        self.assertEqual(manifest["command"][1:], ["run", "small.yaml", "--out", "out", "--quiet"])
        self.assertEqual(manifest["command"][0], str(unpacked / "bin" / "aifactory"))

    def test_it_runs_read_only_and_as_any_user(self):
        writable = [path for path in unpacked.rglob("*") if not path.is_symlink() and path.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH)]
        self.assertEqual(writable, [])
        os.chmod(self.folder, 0o777)
        options = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
        if not options:
            subprocess.run(["chmod", "-R", "a-w", unpacked], check=True)
            self.addCleanup(subprocess.run, ["chmod", "-R", "u+w", unpacked], check=True)
        before = files_below(unpacked)
        self.start(unpacked / "bin" / "aifactory", "run", unpacked / "scenarios" / "quickstart", "--out", "out", "--quiet", **options)
        self.assertEqual(files_below(unpacked), before)

    def test_libraries_of_the_host_do_not_reach_it_and_its_own_reach_nobody_else(self):
        (self.folder / "libm.so.6").write_text("no library\n")
        (self.folder / "policy").write_text("#!/bin/sh\necho \"${LD_LIBRARY_PATH}\" > seen\nexit 3\n")
        (self.folder / "policy").chmod(0o755)
        odd = {"LD_LIBRARY_PATH": str(self.folder), "LD_PRELOAD": str(self.folder / "libm.so.6")}
        done = self.start(unpacked / "bin" / "aifactory", "run", "small.yaml", "--out", "out", "--quiet", "--policy", "program:./policy", environment=odd, code=1)
        self.assertNotIn("libm", done.stderr)
        self.assertEqual(self.read("seen"), f"{self.folder}\n")

    def test_policies_that_are_programs_work(self):
        python = shutil.which("python3")
        policy = f"program:{python} \"{unpacked / 'tools' / 'python' / 'fcfs.py'}\""
        self.start(unpacked / "bin" / "aifactory", "run", "small.yaml", "--out", "theirs", "--quiet", "--policy", policy, environment=dict(os.environ))
        self.start(unpacked / "bin" / "aifactory", "run", "small.yaml", "--out", "mine", "--quiet", "--policy", "fcfs")
        self.assertEqual(self.read("theirs", "jobs.csv"), self.read("mine", "jobs.csv"))

    def test_tasks_of_slurm_start_the_launcher(self):
        # A Slurm that takes no work.
        os.mkdir(self.folder / "slurm")
        for name, text in (("scontrol", "echo 'MaxArraySize = 11'"), ("squeue", "true"), ("sacctmgr", "true"), ("scancel", "true"), ("sbatch", "exit 1")):
            (self.folder / "slurm" / name).write_text(f"#!/bin/sh\n{text}\n")
            (self.folder / "slurm" / name).chmod(0o755)
        self.write("study.yaml", "format: 1\nname: trial\nscenario: small.yaml\naxes: {scheduling.policy: [fcfs, easy_backfill]}\n")
        self.start(unpacked / "bin" / "aifactory", "sweep", "study.yaml", "--engine", "slurm", "--out", "out", "--quiet", code=1,
                   environment={"PATH": f"{self.folder / 'slurm'}:/usr/bin:/bin"})
        self.assertIn(f"exec '{unpacked / 'bin' / 'aifactory'}' sweep ", self.read("out", "slurm", "task.sh"))

    def test_a_name_that_the_loader_cannot_take_is_refused(self):
        odd = self.folder / "a:b"
        shutil.copytree(unpacked, odd, symlinks=True)
        done = self.start(odd / "bin" / "aifactory", "policies", code=1)
        self.assertEqual(done.stderr, f"aifactory: the folder {odd} has a ':' in its name, which the dynamic loader cannot take; move it to another\n")

    def test_an_incomplete_bundle_says_what_is_missing(self):
        broken = self.folder / "broken"
        shutil.copytree(unpacked / "bin", broken / "bin")
        done = self.start(broken / "bin" / "aifactory", "policies", code=1)
        self.assertRegex(done.stderr, r"^aifactory: .*/broken/lib/ld-linux[^ ]* cannot be started: No such file or directory; is the bundle whole")


class Contents(BundleTest):
    def test_every_library_has_its_licence(self):
        licences = {path.stem for path in (unpacked / "licences").glob("*.txt")}
        packages = [line.split()[0] for line in (unpacked / "licences" / "PACKAGES.txt").read_text().splitlines()[2:]]
        self.assertEqual(licences - {"PACKAGES"}, set(packages))
        for package in ("libc6", "libsimgrid3.32", "libzmq5", "libjs-dygraphs", "nlohmann-json3-dev"):
            self.assertIn(package, packages)
        self.assertTrue((unpacked / "licences" / "LGPL-2.1").read_text().startswith(" "))

    def test_no_path_leads_out_of_it(self):
        for path in unpacked.rglob("*"):
            if path.is_symlink():
                self.assertTrue(path.resolve(strict=True).is_relative_to(unpacked.resolve()), path)

    def test_documents_and_examples_are_where_the_readme_says(self):
        for name in ("README.md", "LICENSE", "BUNDLE.txt", "docs/policy.md", "docs/cluster.md", "scenarios/quickstart/scenario.yaml",
                     "scenarios/catalog/racks/gb200_nvl72.yaml", "tools/python/aifactory_results.py", "examples/policy_plugin/CMakeLists.txt"):
            self.assertTrue((unpacked / name).is_file(), name)


class Plugins(BundleTest):
    """A policy in a library, built against the headers that the bundle brings along."""

    def test_a_library_built_against_it_runs_in_it(self):
        build = self.folder / "build"
        for arguments in (["-G", "Ninja", "-S", unpacked / "examples" / "policy_plugin", "-B", build, f"-DCMAKE_PREFIX_PATH={unpacked}", "-DCMAKE_BUILD_TYPE=Release"],
                          ["--build", build]):
            done = subprocess.run(["cmake", *arguments], capture_output=True, text=True, timeout=240)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        for program, out in ((unpacked / "bin" / "aifactory", "theirs"), (PROGRAM, "mine")):
            done = subprocess.run([program, "run", "small.yaml", "--quiet", "--out", out, "--policy", f"plugin:{build / 'patient.so'}"], cwd=self.folder,
                                  capture_output=True, text=True, timeout=120)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(self.read("theirs", "jobs.csv"), self.read("mine", "jobs.csv"))

    def test_one_that_needs_newer_libraries_is_refused_with_a_way_out(self):
        compiler = shutil.which("c++")
        source = self.folder / "newer.cc"
        # A symbol version that no C library has: what a library built on a newer system asks for.
        source.write_text('extern "C" int from_the_future();\n__asm__(".symver from_the_future, from_the_future@GLIBC_2.99");\n'
                          'extern "C" int aifactory_policy_plugin() { return from_the_future(); }\n')
        stub, versions = self.folder / "stub.cc", self.folder / "versions"
        stub.write_text('extern "C" int from_the_future() { return 0; }\n')
        versions.write_text("GLIBC_2.99 { global: from_the_future; };\n")
        for command in ([compiler, "-shared", "-fPIC", stub, f"-Wl,--version-script={versions}", "-Wl,-soname,libc.so.6", "-nostdlib", "-o", self.folder / "libstub.so"],
                        [compiler, "-shared", "-fPIC", "-nostdlib", source, self.folder / "libstub.so", "-o", self.folder / "newer.so"]):
            done = subprocess.run(command, capture_output=True, text=True, timeout=60)
            self.assertEqual(done.returncode, 0, done.stderr)
        done = subprocess.run([unpacked / "bin" / "aifactory", "run", "small.yaml", "--out", "out", "--policy", "plugin:newer.so"], cwd=self.folder,
                              capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("version `GLIBC_2.99' not found", done.stderr)
        self.assertIn("build it on a system that is no newer than this program's libraries", done.stderr)


class Apptainer(ProgramTest):
    def test_the_definition_builds_and_runs(self):
        if not shutil.which("apptainer"):
            print("SKIPPED: no apptainer", flush=True)
            self.skipTest("no apptainer")
        image = self.folder / "aifactory.sif"
        done = subprocess.run(["apptainer", "build", "--build-arg", f"BUNDLE={ARCHIVE}", image, SOURCE / "tools" / "apptainer" / "aifactory.def"],
                              capture_output=True, text=True, timeout=900)
        self.assertEqual(done.returncode, 0, done.stderr)
        listed = subprocess.run(["apptainer", "run", image, "policies"], capture_output=True, text=True, timeout=120)
        self.assertEqual(listed.stdout, self.run_program("policies").stdout)


if __name__ == "__main__":
    unittest.main()
