"use strict";
// The page of one run.  A choice of site at the top narrows every panel that has a site.

AF.pages.run = function (main) {
  const {manifest, facts, summary} = AF.data, sites = AF.sites();
  const name = (facts && facts.name) || "run";
  const content = AF.el("div", {});
  const links = [["figures", "Figures"], ["verdict", "Limits"], ["power", "Power"], ["efficiency", "PUE, WUE"], ["temperatures", "Temperatures"], ["power_tree", "Units"], ["jobs", "Jobs"],
    ["goodput", "Goodput"], ["energy", "Energy"], ["events", "Events"], ["sources", "Assumptions"]];
  const nav = AF.el("nav", {"aria-label": "parts of the page"}, ...links.map(([id, text]) => AF.el("a", {href: "#" + id}, text)));
  const draw = site => {
    AF.waiting = [];
    for (const chart of AF.charts) chart.destroy();
    AF.charts = [];
    AF.windows.members = [];
    AF.gantt = null;
    content.replaceChildren();
    for (const panel of AF.runPanels) panel(content, site);
    AF.drawn = AF.drawWaiting();
  };
  const first = sites.length === 1 ? sites[0] : "";
  if (sites.length > 1) nav.append(AF.el("label", {}, "Site ", AF.select("site", [["", "all"], ...sites.map(s => [s, s])], first, draw)));
  const span = AF.at(summary, "time.simulated_s");
  const start = facts && facts.start ? AF.date(AF.origin()).slice(0, 16) : "";
  main.replaceChildren(
    AF.el("header", {class: "top"}, AF.el("h1", {}, name),
      AF.el("p", {}, [span === null ? "" : AF.span(span) + " simulated", start ? "from " + start : "", facts && facts.policy ? "policy " + facts.policy : "", "seed " + manifest.seed, "aifactory " + manifest.version,
        manifest.status === "complete" ? "" : "NOT COMPLETE: " + manifest.status].filter(Boolean).join(" · "))),
    nav, content,
    AF.el("footer", {}, `aifactory ${manifest.version} (${AF.at(manifest, "build.git")}), scenario ${AF.at(manifest, "scenario.path")}, SHA-256 ${AF.at(manifest, "scenario.sha256")}. ` +
      "Times are the site's standard time. Charts by dygraphs (MIT licence)."));
  draw(first);
};

// Of one site of several; a run of one site is that site.
AF.block = site => (site && AF.sites().length > 1 ? AF.data.summary.sites[site] : AF.data.summary);

AF.headlines = [["energy.facility_mwh", "facility energy"], ["energy.it_mwh", "IT energy"], ["kpi.pue", "PUE"], ["kpi.wue_l_per_kwh", "WUE"], ["kpi.cue_kg_per_kwh", "CUE"],
  ["energy.peak_facility_mw", "facility peak"], ["kpi.utilization_frac", "utilization"], ["kpi.goodput_frac", "goodput"], ["kpi.ettr_frac", "ETTR"], ["kpi.mfu_frac", "MFU"], ["kpi.tokens_trained", "tokens trained"], ["kpi.tokens_served", "tokens served"],
  ["jobs.submitted", "jobs submitted"], ["jobs.completed", "jobs completed"], ["jobs.mean_wait_s", "mean wait"], ["jobs.mean_bounded_slowdown", "mean bounded slowdown"],
  ["thermal.max_chip_c", "hottest chip"], ["thermal.max_coolant_supply_c", "hottest coolant supply"], ["thermal.throttled_accelerator_h", "throttled accelerator hours"],
  ["reliability.failures", "failures"], ["reliability.interruptions", "interruptions"], ["reliability.lost_accelerator_h.total", "lost accelerator hours"], ["limits.least_headroom_frac", "least headroom"],
  ["grid.energy_cost_usd", "energy cost"], ["grid.demand_charge_usd", "demand charge"], ["grid.carbon_t", "carbon, CO2e"], ["grid.water_m3", "water"], ["grid.limit_violations", "grid limit violations"],
  ["money.usd_per_accelerator_h", "accelerator hour"], ["money.usd_per_mtoken", "million tokens"]];

AF.runPanels = [];
AF.runPanels.push(function figures(parent, site) {
  const block = AF.block(site);
  const flat = AF.flat(Object.fromEntries(Object.entries(block).filter(([key]) => !["sites", "clusters", "notes"].includes(key))));
  const body = AF.panel(parent, {id: "figures", title: "Figures", csv: () => [["key", "value"], ...flat], note: "Of summary.json" + (site && AF.sites().length > 1 ? ", site " + site : "") + "; point at a figure for all of its digits. What the scenario does not define is not shown."});
  const cards = AF.el("div", {class: "cards"});
  for (const [key, label] of AF.headlines) {
    const value = AF.at(block, key);
    if (typeof value !== "number") continue;
    const {text, unit} = AF.figure(key, value);
    cards.append(AF.el("div", {class: "card", "data-key": key, "data-value": String(value), title: `${key}: ${value}`},
      AF.el("div", {class: "name"}, label), AF.el("div", {class: "value"}, text + " ", AF.el("span", {class: "unit"}, unit || ""))));
  }
  body.append(cards);
  const all = AF.el("details", {}, AF.el("summary", {}, `All ${flat.length} figures`));
  all.addEventListener("toggle", () => { if (all.open && all.children.length === 1) all.append(AF.table([{name: "key"}, {name: "value", number: true}], flat.map(([key, value]) => [key, value === null ? "-" : String(value)]), 2000)); });
  body.append(all);
  for (const note of AF.data.summary.notes || []) body.append(AF.el("p", {class: "note"}, "Note: " + note));
});

AF.runPanels.push(function verdict(parent) {
  const {manifest, facts, summary} = AF.data, lines = [];
  lines.push([manifest.status === "complete", "run", manifest.status === "complete" ? "complete" : manifest.status, "complete"]);
  for (const check of (facts && facts.checks) || []) {
    const value = AF.at(summary, check.path);
    const ok = typeof value === "number" && (check.min === null || value >= check.min) && (check.max === null || value <= check.max);
    const stated = [check.min === null ? "" : "at least " + check.min, check.max === null ? "" : "at most " + check.max].filter(Boolean).join(", ");
    lines.push([ok, check.path, value === null ? "not defined" : String(Number(Number(value).toPrecision(7))), stated]);
  }
  for (const [key, value] of Object.entries(summary.ledger || {})) {
    if (value === null) continue;
    lines.push([key === "jobs_residual" ? value === 0 : Math.abs(value) <= 1e-9, "ledger." + key, value.toExponential(2), key === "jobs_residual" ? "0" : "at most 1e-9"]);
  }
  const above = AF.rows(AF.data.limits).filter(row => AF.hasLimit(row) && row.above_rating_h > 0);
  const body = AF.panel(parent, {id: "verdict", title: "Limits and balances", csv: () => [["holds", "what", "value", "limit"], ...lines],
    note: "Limits that the scenario states under checks, and the ledger, which must close. Units above their rating are told below; breakers decide what becomes of them."});
  body.append(AF.table([{name: ""}, {name: "what"}, {name: "value", number: true}, {name: "limit"}],
    lines.map(([ok, what, value, limit]) => [AF.el("span", {class: ok ? "pass" : "fail"}, ok ? "✓ PASS" : "✗ FAIL"), what, value, limit])));
  for (const text of manifest.broken_limits || []) body.append(AF.el("p", {class: "fail"}, text));
  if (above.length) {
    body.append(AF.el("h3", {}, `${above.length} ${above.length === 1 ? "unit was" : "units were"} above the rating`), AF.table(
      [{name: "unit"}, {name: "rating at site", number: true}, {name: "peak", number: true}, {name: "hours above", number: true}, {name: "crossings", number: true}],
      above.sort((a, b) => b.above_rating_h - a.above_rating_h).map(row => [row.unit, AF.power(row.site_rating_kw), AF.power(row.peak_kw), row.above_rating_h, row.crossings]), 50));
  } else if (AF.data.limits) body.append(AF.el("p", {class: "note"}, "No unit with a rating was above it."));
});

// The sum of a quantity over sites; of one site its least and greatest values too.
AF.summed = function (quantity, site) {
  const parts = (site ? [site] : AF.sites()).map(s => AF.series(`${s}.${quantity}`)).filter(Boolean);
  if (parts.length === 1) return parts[0];
  if (!parts.length) return null;
  const mean = new Float32Array(parts[0].mean.length);
  for (const part of parts) for (let i = 0; i < mean.length; i++) mean[i] += Number.isNaN(part.mean[i]) ? 0 : part.mean[i];
  return {mean, low: null, high: null};
};
AF.reduced = function () {
  const series = AF.data.series, points = series.time_s.n;
  return series.rows_per_point > 1 ? ` ${AF.number(series.rows)} recorded rows are shown as ${AF.number(points)} points of ${series.rows_per_point}: mean, with the least and greatest value kept where a band is drawn.` : "";
};

AF.runPanels.push(function power(parent, site) {
  if (!AF.data.series) return;
  const x = AF.times();
  const curves = [["it_mw", "IT", "#0072B2"], ["power_loss_mw", "power losses", "#D55E00"], ["cooling_mw", "cooling", "#56B4E9"], ["battery_charge_mw", "into batteries", "#CC79A7"]]
    .map(([quantity, label, colour]) => ({label, colour, unit: "MW", ...AF.summed(quantity, site), low: null, high: null})).filter(c => c.mean && c.mean.some(v => v > 0));
  const facility = AF.summed("facility_mw", site), discharge = AF.summed("battery_discharge_mw", site), generation = AF.summed("generation_mw", site);
  const lines = [{label: "facility", unit: "MW", colour: "#7A7A7A", ...facility}, {label: "from batteries", unit: "MW", colour: "#CC79A7", ...discharge}, {label: "from generators", unit: "MW", colour: "#009E73", ...generation}]
    .filter(c => c.mean && (c.label === "facility" || c.mean.some(v => v > 0)));
  const body = AF.panel(parent, {id: "power", title: "Facility power", csv: () => AF.curveRows("time_s", AF.column(AF.data.series.time_s), [...curves, ...lines]),
    tools: [AF.el("button", {type: "button", class: "reset", onclick: () => AF.windows.set(null)}, "Whole time")],
    note: "Stacked: what the power is for. Drag to zoom, all charts over time follow; double-click shows the whole time." + AF.reduced()});
  AF.lineChart(body, {x, time: true, curves, stacked: true, label: "MW"});
  body.append(AF.el("p", {class: "note"}, "Drawn by the facility (feeds and generators), and where it came from else:"));
  AF.lineChart(body, {x, time: true, curves: lines, label: "MW", low: true, zero: true});
  const curve = AF.data.series.durations.find(d => d.name === (site ? site + ".facility_mw" : AF.sites().length > 1 ? "facility_mw" : AF.sites()[0] + ".facility_mw"));
  if (!curve) return;
  const share = AF.column(curve.share), value = AF.column(curve.value);
  const duration = AF.panel(parent, {id: "duration", title: "Load-duration curve", csv: () => [["share_of_time_frac", "facility_mw"], ...Array.from(share, (s, i) => [s, value[i]])],
    note: "Facility power reached or exceeded for this share of the time; of all recorded rows."});
  AF.lineChart(duration, {x: Array.from(share), time: false, curves: [{label: "facility", mean: value, unit: "MW", colour: "#0072B2"}], label: "MW", low: true, zero: true});
});

AF.runPanels.push(function efficiency(parent, site) {
  if (!AF.data.series) return;
  const x = AF.times(), of = site ? [site] : AF.sites(), many = of.length > 1, label = (s, text) => (many ? `${s} ${text}` : text);
  const curves = [];
  for (const s of of.slice(0, 8)) {
    const pue = AF.series(s + ".pue");
    if (pue) curves.push({label: label(s, "PUE"), ...pue});
  }
  const wue = many ? [] : of.flatMap(s => {
    const water = AF.series(s + ".make_up_kg_s"), it = AF.series(s + ".it_mw");
    if (!water || !it) return [];
    return [{label: "WUE", unit: "L/kWh", second: true, colour: "#009E73", mean: Float32Array.from(water.mean, (kg, i) => (it.mean[i] > 0 && (i > 0 || kg > 0) ? 3.6 * kg / it.mean[i] : NaN)), low: null, high: null}].filter(c => c.mean.some(v => v > 0));
  });
  const weather = of.slice(0, 8).flatMap(s => [["dry_bulb_c", "dry bulb"], ["wet_bulb_c", "wet bulb"]].slice(0, many ? 1 : 2).map(([q, text]) => ({label: label(s, text), unit: "°C", ...AF.series(`${s}.${q}`)}))).filter(c => c.mean);
  const fans = many ? null : AF.series(of[0] + ".fan_ratio_frac");
  const body = AF.panel(parent, {id: "efficiency", title: "PUE, WUE and weather", csv: () => AF.curveRows("time_s", AF.column(AF.data.series.time_s), [...curves, ...wue, ...weather]),
    note: "At each recorded instant; the figures above are on totals. While batteries carry a site it draws nothing, and PUE falls to 0." + (many && of.length > 8 ? " The first eight sites." : "")});
  AF.lineChart(body, {x, time: true, curves: [...curves, ...wue], label: "PUE", label2: wue.length ? "WUE, L/kWh" : undefined});
  AF.lineChart(body, {x, time: true, low: true, label: "outdoor air, °C", label2: "fan speed",
    curves: [...weather, ...(fans ? [{label: "fan speed of heat rejection", second: true, colour: "#7A7A7A", ...fans}] : [])]});
});

AF.runPanels.push(function temperatures(parent, site) {
  const {summary, facts} = AF.data, of = site ? [site] : AF.sites(), many = of.length > 1;
  const bars = [];
  for (const [name, cluster] of Object.entries((facts && facts.clusters) || {})) {
    const value = AF.at(AF.at(summary, "clusters") || {}, name) && AF.at(summary.clusters[name], "thermal.max_chip_c");
    if (typeof value !== "number" || (site && cluster.site !== site) || cluster.throttle_c === null) continue;
    bars.push({name, value, marks: [{value: cluster.throttle_c, name: "throttle"}, ...(cluster.trip_c === null ? [] : [{value: cluster.trip_c, name: "trip", end: true}])]});
  }
  const names = [["coolant_supply_max_c", "warmest coolant to racks", "#D55E00"], ["facility_supply_c", "facility water supply", "#0072B2"], ["facility_return_c", "facility water return", "#56B4E9"], ["supply_air_c", "supply air", "#009E73"], ["condenser_supply_c", "condenser water", "#CC79A7"]];
  const curves = AF.data.series ? of.slice(0, 8).flatMap(s => names.slice(0, many ? 1 : names.length).map(([q, text, colour]) => ({label: many ? `${s} ${text}` : text, unit: "°C", colour: many ? undefined : colour, ...AF.series(`${s}.${q}`)}))).filter(c => c.mean && c.mean.some(v => !Number.isNaN(v))) : [];
  const set = many ? null : AF.at(facts || {}, "sites") && facts.sites[of[0]];
  const limits = set ? [["supply_c", "set point of the facility water"], ["cdu_supply_c", "design supply of CDUs"]].filter(([key]) => typeof set[key] === "number").map(([key, label]) => ({value: set[key], label})) : [];
  if (!bars.length && !curves.length) return;
  const body = AF.panel(parent, {id: "temperatures", title: "Temperatures against limits",
    csv: () => (curves.length ? AF.curveRows("time_s", AF.column(AF.data.series.time_s), curves) : [["cluster", "max_chip_c"], ...bars.map(b => [b.name, b.value])]),
    note: "Bars: the hottest chip of each cluster over the whole run, with the limits at which racks slow down and trip. Curves: water and air; dashed: set points."});
  if (bars.length) AF.bullets(body, bars.slice(0, 40), Math.min(20, ...bars.map(b => b.value)), "°C");
  AF.lineChart(body, {x: AF.data.series ? AF.times() : [], time: true, curves, label: "°C", limits: curves.length ? limits : []});
});

AF.runPanels.push(function units(parent, site) {
  const all = AF.rows(AF.data.limits);
  if (!all.length) return;
  const names = [...new Set(all.map(row => row.site))], split = text => (text ? text.split(";") : []);
  const shown = site || names[0];
  const rows = all.filter(row => row.site === shown), many = !site && names.length > 1 ? ` Site ${shown}; choose another at the top.` : "";
  const csv = () => [AF.data.limits.columns, ...AF.data.limits.rows];
  const power = AF.panel(parent, {id: "power_tree", title: "Power units and their headroom", csv, note: "From the feed to the racks; like units are one box, coloured by the fullest of them at its peak. Click a box for its units." + many});
  AF.unitTree(power, rows.filter(row => row.quantity === "output"), row => split(row.fed_by), "power units");
  const heat = rows.filter(row => row.quantity === "heat" || row.kind === "racks"), after = new Map();
  for (const row of heat) for (const to of split(row.cooled_by)) after.set(to, [...(after.get(to) || []), row.unit]);
  const cooling = AF.panel(parent, {id: "cooling_loops", title: "Cooling loops and their headroom", csv, note: "From the racks to outdoor air, in the direction of heat. What towers and coolers can reject is the weather's, so they have no colour." + many});
  AF.unitTree(cooling, heat.filter(row => row.quantity === "heat" || row.cooled_by), row => after.get(row.unit) || [], "cooling units");
});

AF.runPanels.push(function jobs(parent, site) {
  const jobs = AF.data.jobs;
  if (jobs && jobs.n && AF.column(jobs.range_job).length) {
    const names = ["submission_time", "starting_time", "finish_time", "requested_number_of_resources", "accelerators", "energy_kwh", "restarts", "lost_s"].filter(n => jobs[n]);
    const words = ["final_state", "profile", "tenant", "site", "cluster"];
    const body = AF.panel(parent, {id: "jobs", title: "Jobs on nodes",
      csv: () => [["job_id", ...words, ...names], ...jobs.id.map((id, i) => [id, ...words.map(w => jobs[w].names[AF.column(jobs[w].index)[i]]), ...names.map(n => AF.column(jobs[n])[i])])],
      tools: [AF.select("colour of jobs", [["profile", "by kind"], ["tenant", "by tenant"], ["final_state", "by state"], ["site", "by site"]], "profile", value => { AF.gantt.colourBy = value; AF.gantt.rgba = null; AF.gantt.draw(); }),
        AF.el("button", {type: "button", "aria-label": "zoom in", onclick: () => AF.gantt.by(0.5)}, "+"), AF.el("button", {type: "button", "aria-label": "zoom out", onclick: () => AF.gantt.by(2)}, "−"),
        AF.el("button", {type: "button", onclick: () => AF.gantt.zoom(0, AF.endSeconds())}, "Whole time")],
      note: "Each row of pixels is nodes of a cluster. Point at a job; drag to zoom, Ctrl and wheel too, arrow keys move." + (jobs.left_out ? ` ${AF.number(jobs.left_out)} jobs with little node time are left out.` : "")});
    AF.waiting.push(() => { AF.gantt = new AF.Gantt(body, site); });
  }
  if (!AF.data.series || !jobs || !jobs.n) return;
  const x = AF.times(), running = AF.series("running_jobs"), queued = AF.series("queued_jobs");
  const clusters = AF.clustersOf(site), facts = AF.data.facts.clusters;
  const busy = clusters.slice(0, 8).map(name => {
    const series = AF.series(name + ".busy_accelerators"), all = facts[name].accelerators;
    const part = values => (values ? values.map(v => v / all) : null);
    return series && all ? {label: name, mean: part(series.mean), low: part(series.low), high: part(series.high)} : null;
  }).filter(Boolean);
  const queue = [{label: "queued", colour: "#E69F00", ...queued}, {label: "running", colour: "#0072B2", ...running}];
  const body = AF.panel(parent, {id: "queue", title: "Queue and utilization", csv: () => AF.curveRows("time_s", AF.column(AF.data.series.time_s), [...queue, ...busy]),
    note: "Jobs of the whole run; below, accelerators held by jobs over those installed, by cluster."});
  AF.lineChart(body, {x, time: true, curves: queue, label: "jobs", low: true, zero: true});
  if (busy.length) AF.lineChart(body, {x, time: true, curves: busy, label: "share held", low: true, zero: true});
});

AF.runPanels.push(function goodput(parent, site) {
  const block = AF.block(site), facts = AF.data.facts, share = AF.at(block, "kpi.utilization_frac"), good = AF.at(block, "kpi.goodput_frac"), lost = AF.at(block, "reliability.lost_accelerator_h");
  const names = AF.clustersOf(site), known = names.length && names.every(name => facts.clusters[name].accelerators !== null);
  if (!known || share === null || good === null || !lost) return;
  const installed = names.reduce((sum, name) => sum + facts.clusters[name].accelerators, 0) * AF.endSeconds() / 3600;
  const held = installed * share, kept = held * good;
  const causes = [["thermal", "throttled for heat"], ["cap", "slowed by a power cap"], ["rollback", "work lost to a failure"], ["checkpoint", "writing checkpoints"]].filter(([key]) => lost[key] > 0);
  const steps = [{name: "installed", value: installed, kind: "total", colour: "#7A7A7A"}, {name: "held by no job", value: installed - held, kind: "loss"}, {name: "held by jobs", value: held, kind: "total"},
    ...causes.map(([key, name]) => ({name, value: lost[key], kind: "loss"})), {name: "progress that lasted", value: kept, kind: "total", colour: "#009E73"}];
  const waits = [["fault", "out of service, or waiting for it"], ["restart", "waiting after an interruption"], ["queue", "waiting in the queue"]].filter(([key]) => lost[key] > 0);
  const body = AF.panel(parent, {id: "goodput", title: "Goodput, in accelerator hours", csv: () => [["step", "accelerator_h"], ...steps.map(s => [s.name, s.value]), ...waits.map(([key, name]) => [name, lost[key]])],
    note: "What was installed, what jobs held, and what of that became progress. Utilization and goodput are those of summary.json."});
  AF.waterfall(body, steps, "h");
  if (waits.length) body.append(AF.el("p", {class: "note"}, "Beside that, accelerators that jobs wanted and did not hold: " + waits.map(([key, name]) => `${name} ${AF.number(lost[key])} h`).join("; ") + "."));
});

AF.runPanels.push(function energy(parent, site) {
  if (!AF.data.ledger) return;
  const flows = AF.energyFlows(site);
  const body = AF.panel(parent, {id: "energy", title: "Energy, leaf by leaf", csv: () => [["from", "to", "mwh"], ...flows.map(f => [f.from, f.to, f.value])], note: "Of the ledger: every joule is in exactly one leaf, and none is a remainder."});
  AF.sankey(body, flows);
});

AF.runPanels.push(function events(parent, site) {
  if (!AF.data.events) return;
  const all = AF.rows(AF.data.events), rows = site ? all.filter(e => e.unit === site || e.unit.startsWith(site + ".")) : all;
  const body = AF.panel(parent, {id: "events", title: "Events", csv: () => [AF.data.events.columns, ...AF.data.events.rows],
    note: `${AF.number(all.length + AF.data.events.left_out)} events.` + (AF.data.events.left_out ? ` The first of each kind are here, ${AF.number(AF.data.events.left_out)} more in events.csv.` : "")});
  if (!rows.length) {
    body.append(AF.el("p", {class: "note"}, "Nothing failed, throttled, tripped or crossed a limit."));
    return;
  }
  AF.eventLanes(body, rows);
  const fallen = AF.rows(AF.data.units).filter(u => !site || u.unit.startsWith(site + "."));
  if (fallen.length) {
    const box = AF.el("details", {}, AF.el("summary", {}, `${fallen.length} ${fallen.length === 1 ? "unit was" : "units were"} out of service or degraded`));
    box.append(AF.table([{name: "unit"}, {name: "class"}, {name: "failures", number: true}, {name: "trips", number: true}, {name: "down", number: true}, {name: "maintained", number: true}, {name: "availability", number: true}],
      fallen.sort((a, b) => b.down_s - a.down_s).map(u => [u.unit, u.class, u.failures, u.trips, AF.span(u.down_s), AF.span(u.maintain_s), u.availability_frac === null ? "-" : (100 * u.availability_frac).toFixed(3) + " %"])));
    body.append(box);
  }
  const list = AF.el("details", {}, AF.el("summary", {}, "The list"));
  list.addEventListener("toggle", () => { if (list.open && list.children.length === 1) AF.eventTable(list, rows); });
  body.append(list);
});

AF.runPanels.push(function sources(parent) {
  const rows = AF.rows(AF.data.sources);
  const inputs = (AF.data.manifest.inputs || []).map(i => [i.path, i.sha256]);
  const counts = new Map();
  for (const row of rows) counts.set(row.confidence, (counts.get(row.confidence) || 0) + 1);
  const body = AF.panel(parent, {id: "sources", title: "Assumptions and their sources", csv: () => [["key", "value", "kind", "entry", "source", "confidence"], ...rows.map(r => [r.key, r.value, r.kind, r.entry, r.source, r.confidence])],
    note: rows.length ? `${rows.length} numbers came from the catalogue: ` + [...counts].map(([name, n]) => `${n} ${name}`).join(", ") + ". Assumed: nobody has published it." : "This run took no number from the catalogue, or is of a version that did not write sources.csv."});
  const order = ["assumed", "secondary", "computed", "verified"];
  if (rows.length) {
    const box = AF.el("details", {}, AF.el("summary", {}, "Every number, the least certain first"));
    box.append(AF.table([{name: ""}, {name: "number"}, {name: "value"}, {name: "entry"}, {name: "source"}],
      rows.sort((a, b) => order.indexOf(a.confidence) - order.indexOf(b.confidence)).map(r => [AF.el("span", {class: r.confidence === "assumed" ? "fail" : "told"}, r.confidence), r.key, r.value.length > 60 ? r.value.slice(0, 59) + "…" : r.value, `${r.kind}/${r.entry}`, r.source]), 1000));
    body.append(box);
  }
  if (inputs.length) {
    const box = AF.el("details", {}, AF.el("summary", {}, `${inputs.length} files read`));
    box.append(AF.table([{name: "file"}, {name: "SHA-256"}], inputs));
    body.append(box);
  }
});
