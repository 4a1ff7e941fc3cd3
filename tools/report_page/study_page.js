"use strict";
// The page of a study: what was varied, what came of it.

// An axis of the study: a number where all of its values are one with the same unit, else words in the order of their first use.
AF.studyAxis = function (index) {
  const texts = AF.data.variants.map(v => v.axes[index]), parsed = texts.map(t => /^\s*(-?[\d.]+(?:e[+-]?\d+)?)\s*(.*)$/i.exec(t));
  const unit = parsed[0] && parsed[0][2], numeric = parsed.every(p => p && p[2] === unit && Number.isFinite(Number(p[1])));
  const words = [...new Set(texts)];
  if (numeric) words.sort((a, b) => parseFloat(a) - parseFloat(b));
  const short = AF.data.axes[index].split(".").slice(-2).join(".");
  return {name: short + (numeric && unit ? ", " + unit : ""), path: AF.data.axes[index], texts: numeric ? null : texts, words, half: null,
    values: numeric ? parsed.map(p => Number(p[1])) : texts.map(t => words.indexOf(t))};
};
AF.studyMetric = function (key) {
  AF.studyMetrics = AF.studyMetrics || new Map();
  if (AF.studyMetrics.has(key)) return AF.studyMetrics.get(key);
  const m = AF.data.metrics.indexOf(key);
  const metric = {name: key, texts: null, words: null, values: Array.from(AF.column(AF.data.mean[m])), half: Array.from(AF.column(AF.data.half[m]))};
  AF.studyMetrics.set(key, metric);
  return metric;
};
// Words for an axis in a heat map, whatever it holds.
AF.asWords = function (index) {
  const axis = AF.studyAxis(index), texts = AF.data.variants.map(v => v.axes[index]);
  return {...axis, values: texts.map(t => axis.words.indexOf(t))};
};
// Pearson's r over the pairs that have both; 1 where one of them does not move.
AF.correlation = function (a, b) {
  const pairs = a.map((v, i) => [v, b[i]]).filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y)), n = pairs.length;
  const mean = k => pairs.reduce((sum, p) => sum + p[k], 0) / n, ma = mean(0), mb = mean(1);
  const sum = f => pairs.reduce((total, [x, y]) => total + f(x - ma, y - mb), 0);
  const spread = Math.sqrt(sum(x => x * x) * sum((x, y) => y * y));
  return spread > 0 ? sum((x, y) => x * y) / spread : 1;
};
AF.goodWhenLarge = key => /goodput|utilization|ettr|mfu|tokens_|completed|headroom|jain/.test(key);

AF.pages.study = function (main) {
  const {axes, metrics, variants, failed, points, name} = AF.data;
  const usual = ["kpi.pue", "energy.facility_mwh", "kpi.goodput_frac", "jobs.mean_wait_s", "kpi.utilization_frac", "grid.water_m3", "grid.energy_cost_usd", "thermal.max_chip_c", "energy.peak_facility_mw"];
  const moves = key => { const [low, high] = AF.extent(AF.studyMetric(key).values.filter(Number.isFinite)); return high - low > 1e-9 * Math.abs(high) && !(high - low === 1); };
  const moved = metrics.filter(key => key !== "time.events" && moves(key));
  // What the study itself says to look at comes first: its own metrics have names without dots.
  const own = moved.filter(key => !key.includes(".")), others = moved.filter(key => key.includes("."));
  const chosen = [...own, ...usual.filter(key => others.includes(key)), ...others.filter(key => !usual.includes(key))];
  const labels = variants.map((v, i) => (axes.length ? axes.map((axis, k) => `${axis.split(".").slice(-2).join(".")} = ${v.axes[k] || "not given"}`).join("\n") : v.points[0]) + `\n${v.points.length} ${v.points.length === 1 ? "run" : "runs"}`);
  main.replaceChildren(AF.el("header", {class: "top"}, AF.el("h1", {}, name),
    AF.el("p", {}, `${AF.number(points)} runs · ${AF.number(variants.length)} variants · ${axes.length} ${axes.length === 1 ? "input" : "inputs"} varied · ${failed.length} runs not complete`)),
    AF.el("nav", {"aria-label": "parts of the page"}, ...[["scatter", "Scatter"], ["parallel", "Parallel coordinates"], ...(axes.length > 1 ? [["heat", "Heat map"]] : []), ["table", "Table"], ...(failed.length ? [["failed", "Not complete"]] : [])].map(([id, text]) => AF.el("a", {href: "#" + id}, text))));
  if (!chosen.length || !variants.length) {
    AF.panel(main, {id: "scatter", title: "Nothing to compare", note: "No number of these runs differs, or none is complete."});
    return;
  }
  const group = (text, ...controls) => AF.el("span", {class: "group"}, text, ...controls);
  const options = [...axes.map((a, i) => ["axis" + i, "input " + a]), ...chosen.map(k => [k, k])];
  const quantity = id => (/^axis\d+$/.test(id) ? AF.studyAxis(Number(id.slice(4))) : AF.studyMetric(id));
  const csv = () => [[...axes, "runs", ...metrics.flatMap(m => [m, m + " half_95"])], ...variants.map((v, i) => [...v.axes, v.points.length, ...metrics.flatMap((m, k) => [AF.column(AF.data.mean[k])[i], AF.column(AF.data.half[k])[i]])])];

  // Two numbers that say the same make a line: the first that says something else goes across.
  const apart = chosen.slice(1).find(key => Math.abs(AF.correlation(AF.studyMetric(key).values, AF.studyMetric(chosen[0]).values)) < 0.95);
  const state = {x: apart || chosen[1] || chosen[0], y: chosen[0], colour: axes.length ? "axis0" : chosen[0]};
  const aims = [["0", "no aim"], ["-1", "small is good"], ["1", "large is good"]];
  const sign = key => (/^axis/.test(key) ? 0 : AF.goodWhenLarge(key) ? 1 : -1);
  let xSign = sign(state.x), ySign = sign(state.y), range = null;
  const whole = AF.el("button", {class: "reset", type: "button", onclick: () => { range = null; draw(); }}, "Whole study");
  const aimX = AF.select("aim across", aims, String(xSign), v => { xSign = Number(v); draw(); }), aimY = AF.select("aim up", aims, String(ySign), v => { ySign = Number(v); draw(); });
  const set = (key, aim) => value => { state[key] = value; if (key !== "colour") range = null; if (aim === aimX) { xSign = sign(value); aimX.value = String(xSign); } if (aim === aimY) { ySign = sign(value); aimY.value = String(ySign); } draw(); };
  const body = AF.panel(main, {id: "scatter", title: "Scatter and Pareto front", csv,
    note: "A point is a variant, its bars the 95 % interval over its seeds. Dashed: variants that no other matches in both aims and beats in one. Drag to zoom in; click a point for its values."});
  const drawing = AF.el("div", {}), told = AF.el("p", {class: "note", style: "white-space:pre-line"});
  body.append(AF.el("div", {class: "bar noprint"}, group("across", AF.select("across", options, state.x, set("x", aimX)), aimX), group("up", AF.select("up", options, state.y, set("y", aimY)), aimY), group("colour", AF.select("colour", options, state.colour, set("colour"))), whole), drawing, told);
  function draw() {
    drawing.replaceChildren();
    whole.disabled = !range;
    const colour = quantity(state.colour), [low, high] = AF.extent(colour.values), at = v => (colour.texts ? colour.words[v] : AF.number(v));
    const front = AF.scatter(drawing, {x: quantity(state.x), y: quantity(state.y), colour, xSign, ySign, names: labels, range, zoomed: r => { range = r; draw(); }, chosen: i => { told.textContent = labels[i] + "\n" + chosen.slice(0, 12).map(k => `${k} = ${AF.number(AF.studyMetric(k).values[i])}`).join("\n"); }});
    drawing.append(AF.swatches((colour.texts ? colour.words.map((w, i) => [AF.shade((i - low) / (high - low)), w]).slice(0, 12) : [0, 0.25, 0.5, 0.75, 1].map(s => [AF.shade(s), at(low + s * (high - low))]))));
    AF.studyFront = front;
    AF.studyRange = range;
  }
  draw();

  const lines = AF.panel(main, {id: "parallel", title: "Parallel coordinates", csv, note: `Each line is a variant, its colour ${chosen[0]}: dark is low, yellow is high.` + (axes.length > 8 ? " The first eight inputs." : "")});
  AF.parallel(lines, [...axes.slice(0, 8).map((a, i) => AF.studyAxis(i)), ...chosen.slice(0, Math.max(2, 9 - Math.min(8, axes.length))).map(AF.studyMetric)], AF.studyMetric(chosen[0]), labels);

  if (axes.length > 1) {
    const heat = AF.panel(main, {id: "heat", title: "Heat map", csv, note: "Mean of the variants that share both inputs."});
    const map = {across: "0", down: "1", metric: chosen[0]}, box = AF.el("div", {});
    const inputs = axes.map((a, i) => [String(i), a]), paint = () => { box.replaceChildren(); AF.heatMap(box, AF.asWords(Number(map.across)), AF.asWords(Number(map.down)), AF.studyMetric(map.metric)); };
    const pick = key => value => { map[key] = value; paint(); };
    heat.append(AF.el("div", {class: "bar noprint"}, group("across", AF.select("across", inputs, map.across, pick("across"))), group("down", AF.select("down", inputs, map.down, pick("down"))), group("metric", AF.select("metric", chosen.map(k => [k, k]), map.metric, pick("metric")))), box);
    paint();
  }

  const table = AF.panel(main, {id: "table", title: "Table", csv, note: "Means over seeds with half widths of 95 % intervals; click a heading to sort."});
  const shown = chosen.slice(0, 8), order = {by: 0, up: true}, tableBox = AF.el("div", {});
  const fill = () => {
    const keys = order.by < axes.length ? AF.studyAxis(order.by).values : order.by === axes.length ? variants.map(v => v.points.length) : AF.studyMetric(shown[order.by - axes.length - 1]).values;
    const sorted = variants.map((v, i) => i).sort((a, b) => (order.up ? 1 : -1) * (keys[a] - keys[b]) || a - b);
    const whole = text => (text && text.length < 24 ? text.replaceAll(" ", "\u00a0") : text);  // a short value stays on its line
    const heads = [...axes, "runs", ...shown];
    const cell = (m, i) => { const q = AF.studyMetric(m); return AF.number(q.values[i]) + (q.half[i] > 0 ? " ±" + AF.number(Number(q.half[i].toPrecision(2))) : ""); };
    const view = AF.table(heads.map((h, k) => ({name: h, number: k >= axes.length})), sorted.map(i => [...variants[i].axes.map(whole), variants[i].points.length, ...shown.map(m => cell(m, i))]), 1000);
    view.querySelectorAll("th").forEach((th, k) => { th.style.cursor = "pointer"; th.tabIndex = 0; const turn = () => { order.up = order.by === k ? !order.up : true; order.by = k; fill(); }; th.addEventListener("click", turn); th.addEventListener("keydown", e => { if (e.key === "Enter") turn(); }); th.setAttribute("aria-sort", order.by === k ? (order.up ? "ascending" : "descending") : "none"); });
    tableBox.replaceChildren(view);
  };
  fill();
  table.append(tableBox);

  if (failed.length) {
    const box = AF.panel(main, {id: "failed", title: "Runs that are not complete", csv: () => [["run", "status"], ...failed], note: "They are in none of the numbers above."});
    box.append(AF.table([{name: "run"}, {name: "status"}], failed));
  }
};
