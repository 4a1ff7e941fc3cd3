"use strict";
// Jobs on nodes over time, on a canvas: every pixel knows its job, so that a hundred thousand jobs are drawn and pointed at alike.
AF.Gantt = class {
  constructor(parent, site) {
    this.jobs = AF.data.jobs;
    this.end = AF.endSeconds();
    this.box = AF.el("div", {class: "gantt"});
    this.canvas = AF.el("canvas", {tabindex: "0", role: "img", "aria-label": "jobs on nodes over time; arrow keys move, plus and minus zoom"});
    this.tip = AF.el("div", {class: "tip", hidden: ""});
    this.mark = AF.el("div", {class: "select", hidden: ""});
    this.key = AF.el("div", {});
    this.box.append(this.canvas, this.tip, this.mark);
    parent.append(this.key, this.box);
    this.colourBy = "profile";
    this.left = 96;
    this.bottom = 22;
    this.from = 0;
    this.to = this.end || 1;
    this.starts = AF.column(this.jobs.starting_time);
    // A job that waits again at the end has left its nodes; when it did is not in jobs.csv, only for how long it had them.
    const held = AF.column(this.jobs.execution_time), state = this.jobs.final_state, stateOf = AF.column(state.index);
    this.ends = Float64Array.from(AF.column(this.jobs.finish_time), (v, j) => (!Number.isNaN(v) ? v : state.names[stateOf[j]] === "QUEUED" ? this.starts[j] + held[j] : this.end));
    this.parts = this.jobs.restarts ? AF.column(this.jobs.restarts) : null;
    this.job = AF.column(this.jobs.range_job);
    this.first = AF.column(this.jobs.range_first);
    this.last = AF.column(this.jobs.range_last);
    this.bands = this.findBands(site);
    this.shared = new Set(this.bands.filter(band => band.shares > 1).map(band => band.name));
    this.listen();
    AF.windows.members.push(this);
    this.draw();
    new ResizeObserver(() => { if (this.canvas.clientWidth !== this.drawn) this.draw(); }).observe(this.canvas);
  }

  // Clusters that jobs ran on: {name, first, last} nodes, or shares of nodes where jobs hold those; a cluster begins where its first job's nodes do.
  findBands(site) {
    const words = this.jobs.cluster, of = AF.column(words.index), facts = (AF.data.facts && AF.data.facts.clusters) || {};
    const shares = name => (facts[name] && facts[name].shares_per_node) || 1;
    const bands = words.names.map(name => ({name, first: Infinity, last: -1, shares: shares(name)}));
    for (let r = 0; r < this.job.length; r++) {
      const band = bands[of[this.job[r]]];
      band.first = Math.min(band.first, this.first[r]);
      band.last = Math.max(band.last, this.last[r]);
    }
    // Nodes are numbered through all clusters, in the order of the scenario.
    let next = 0;
    for (const [name, cluster] of Object.entries(facts)) {
      const band = bands.find(b => b.name === name);
      if (cluster.nodes === null || next === null) { next = null; continue; }
      const held = cluster.nodes * shares(name);
      if (band && band.first >= next && band.last < next + held) Object.assign(band, {first: next, last: next + held - 1});
      next += held;
    }
    return bands.filter(b => b.last >= b.first && (!site || !facts[b.name] || facts[b.name].site === site)).sort((a, b) => a.first - b.first);
  }

  palette() {
    const words = this.jobs[this.colourBy], index = AF.column(words.index), counts = new Map();
    for (const i of index) counts.set(i, (counts.get(i) || 0) + 1);
    const order = [...counts.keys()].sort((a, b) => counts.get(b) - counts.get(a));
    const colour = i => AF.colours[Math.min(order.indexOf(i), AF.colours.length - 1)];
    const entries = order.slice(0, AF.colours.length - 1).map(i => [colour(i), `${words.names[i] || "not given"} (${AF.number(counts.get(i))})`]);
    if (order.length > entries.length) entries.push([AF.colours[AF.colours.length - 1], "others"]);
    this.key.replaceChildren(AF.swatches(entries));
    if (this.parts) this.key.append(AF.el("p", {class: "note"}, "Striped: interrupted, so it ran in parts within this span; its nodes are those of its last run."));
    const of = words.names.map((name, i) => (counts.has(i) ? colour(i) : "#000000"));
    // ABGR, as an image of this byte order wants it.
    this.rgba = of.map(hex => (0xff000000 | parseInt(hex.slice(5, 7), 16) << 16 | parseInt(hex.slice(3, 5), 16) << 8 | parseInt(hex.slice(1, 3), 16)) >>> 0);
    this.index = index;
  }

  draw() {
    const ratio = window.devicePixelRatio || 1, width = this.canvas.clientWidth, total = this.bands.reduce((n, b) => n + b.last - b.first + 1, 0);
    if (!width || !this.bands.length) return;
    this.drawn = width;
    const plot = Math.min(620, Math.max(160, total * 4, this.bands.length * 44)), gap = 8;
    this.height = plot + this.bottom;
    this.canvas.style.height = this.height + "px";
    if (!this.rgba) this.palette();
    const w = this.canvas.width = Math.round(width * ratio), h = this.canvas.height = Math.round(this.height * ratio);
    const x0 = Math.round(this.left * ratio), across = w - x0, down = Math.round(plot * ratio);
    const context = this.canvas.getContext("2d");
    // Height by nodes, and at least a strip that can be seen.
    const free = down - gap * ratio * (this.bands.length - 1), strip = Math.min(14 * ratio, free / this.bands.length);
    let y = 0;
    for (const band of this.bands) {
      band.y = y;
      band.h = strip + (free - strip * this.bands.length) * (band.last - band.first + 1) / total;
      y += band.h + gap * ratio;
    }
    const owner = this.owner = new Int32Array(across * down);
    this.across = across;
    const perSecond = across / (this.to - this.from);
    const of = AF.column(this.jobs.cluster.index), bandOf = this.jobs.cluster.names.map(name => this.bands.find(b => b.name === name));
    for (let r = 0; r < this.job.length; r++) {
      const j = this.job[r], start = this.starts[j], end = this.ends[j];
      if (!(end >= this.from && start <= this.to)) continue;
      const band = bandOf[of[j]];
      if (!band) continue;
      const a = Math.max(0, Math.floor((start - this.from) * perSecond)), b = Math.min(across, Math.max(a + 1, Math.floor((end - this.from) * perSecond)));
      const nodes = band.last - band.first + 1;
      const top = Math.floor(band.y + band.h * (this.first[r] - band.first) / nodes);
      const bottom = Math.max(top + 1, Math.floor(band.y + band.h * (this.last[r] + 1 - band.first) / nodes));
      for (let row = top; row < bottom && row < down; row++) {
        const from = row * across + a, to = row * across + b;
        if (to - from > 16) owner.fill(j + 1, from, to);
        else for (let p = from; p < to; p++) owner[p] = j + 1;
      }
    }
    const image = context.createImageData(across, down), pixels = new Uint32Array(image.data.buffer), index = this.index, rgba = this.rgba;
    const idle = parseInt(AF.css("--soft").slice(1), 16), empty = (0xff000000 | (idle & 255) << 16 | (idle & 0xff00) | idle >> 16) >>> 0;
    for (const band of this.bands) pixels.fill(empty, Math.floor(band.y) * across, Math.min(down, Math.ceil(band.y + band.h)) * across);
    for (let p = 0; p < pixels.length; p++) {
      const j = owner[p];
      if (!j) continue;
      // A darker edge where one job follows another.
      const colour = rgba[index[j - 1]];
      if (this.parts && this.parts[j - 1] > 0 && (p % across + Math.floor(p / across)) % 6 < 2) continue;
      pixels[p] = p % across && owner[p - 1] !== j ? (0xff000000 | (colour & 0xfefefe) >>> 1) >>> 0 : colour;
    }
    context.clearRect(0, 0, w, h);
    context.putImageData(image, x0, 0);
    this.axes(context, ratio, width, plot);
  }

  axes(context, ratio, width, plot) {
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.fillStyle = AF.css("--ink");
    context.font = "12px system-ui, sans-serif";
    context.textAlign = "right";
    for (const band of this.bands) {
      const name = band.name.length > 13 ? band.name.slice(0, 12) + "…" : band.name;
      context.fillText(name, this.left - 6, band.y / ratio + Math.min(band.h / ratio, 15));
      if (band.h / ratio > 34) {
        context.fillStyle = AF.css("--faint");
        context.fillText(`${AF.number((band.last - band.first + 1) / band.shares)} nodes`, this.left - 6, band.y / ratio + 30);
        context.fillStyle = AF.css("--ink");
      }
    }
    const span = this.to - this.from, steps = [1, 5, 15, 60, 300, 900, 3600, 10800, 21600, 43200, 86400, 172800, 604800, 1209600, 2592000, 7776000];
    const step = steps.find(s => span / s <= Math.max(2, (width - this.left) / 110)) || steps[steps.length - 1];
    context.textAlign = "center";
    context.fillStyle = AF.css("--faint");
    const origin = AF.origin() / 1000, first = Math.ceil((this.from + origin) / step) * step - origin;
    for (let at = first; at <= this.to; at += step) {
      const x = this.left + (width - this.left) * (at - this.from) / span, text = AF.date(AF.origin() + 1000 * at);
      context.fillRect(x, plot, 1, 4);
      if (x < this.left + 34 || x > width - 34) continue;
      context.fillText(step >= 86400 ? text.slice(0, 10) : step >= 60 ? text.slice(5, 16) : text.slice(11), x, plot + 17);
    }
    context.setTransform(1, 0, 0, 1, 0, 0);
  }

  jobAt(x, y) {
    const ratio = window.devicePixelRatio || 1, px = Math.round((x - this.left) * ratio), py = Math.round(y * ratio);
    if (px < 0 || px >= this.across || py < 0 || !this.owner) return -1;
    return (this.owner[py * this.across + px] || 0) - 1;
  }
  seconds(x) {
    return this.from + (this.to - this.from) * (x - this.left) / (this.canvas.clientWidth - this.left);
  }
  // Called by the other charts: range in ms, null for everything.
  show(range) {
    const origin = AF.origin();
    this.from = range ? (range[0] - origin) / 1000 : 0;
    this.to = range ? (range[1] - origin) / 1000 : this.end || 1;
    this.draw();
  }
  zoom(from, to) {
    const least = Math.max(1, this.end * 1e-6), whole = from <= 0 && to >= this.end;
    if (to - from < least) [from, to] = [(from + to - least) / 2, (from + to + least) / 2];
    this.from = Math.max(0, from);
    this.to = Math.min(this.end || 1, to);
    this.draw();
    AF.windows.set(whole ? null : [AF.origin() + 1000 * this.from, AF.origin() + 1000 * this.to], this);
  }
  by(factor, at = (this.from + this.to) / 2) {
    this.zoom(at - (at - this.from) * factor, at + (this.to - at) * factor);
  }
  tell(j, x, y) {
    this.tip.hidden = j < 0;
    if (j < 0) return;
    const jobs = this.jobs, word = name => jobs[name].names[AF.column(jobs[name].index)[j]], number = name => (jobs[name] ? AF.column(jobs[name])[j] : NaN);
    const lost = number("lost_s");
    this.tip.textContent = [`${jobs.id[j]}${word("profile") ? " (" + word("profile") + ")" : ""}`, word("tenant") ? "of " + word("tenant") : "",
      `${AF.number(number("requested_number_of_resources"))} ${this.shared.has(word("cluster")) ? "shares of nodes" : "nodes"}, ${word("final_state").toLowerCase().replace(/_/g, " ")}`,
      `from ${AF.date(AF.origin() + 1000 * this.starts[j])}, ${AF.span(this.ends[j] - this.starts[j])}`,
      `waited ${AF.span(number("waiting_time"))}`, lost > 0 ? `lost ${AF.span(lost)}` : "", number("restarts") > 0 ? `${number("restarts")} restarts; nodes are those of its last run` : ""].filter(Boolean).join("\n");
    const right = x > this.canvas.clientWidth / 2;
    this.tip.style.left = right ? "auto" : x + 14 + "px";
    this.tip.style.right = right ? this.canvas.clientWidth - x + 14 + "px" : "auto";
    this.tip.style.top = y + 10 + "px";
  }
  listen() {
    let pressed = null;
    const place = event => { const box = this.canvas.getBoundingClientRect(); return [event.clientX - box.left, event.clientY - box.top]; };
    this.canvas.addEventListener("pointermove", event => {
      const [x, y] = place(event);
      if (pressed === null) { this.tell(this.jobAt(x, y), x, y); return; }
      this.mark.hidden = false;
      Object.assign(this.mark.style, {left: Math.min(pressed, x) + "px", width: Math.abs(x - pressed) + "px", height: this.height - this.bottom + "px"});
    });
    this.canvas.addEventListener("pointerdown", event => { pressed = place(event)[0]; this.tip.hidden = true; });
    addEventListener("pointerup", event => {
      if (pressed === null) return;
      const [x] = place(event), start = pressed;
      pressed = null;
      this.mark.hidden = true;
      if (Math.abs(x - start) > 6) this.zoom(this.seconds(Math.max(this.left, Math.min(start, x))), this.seconds(Math.max(start, x)));
    });
    this.canvas.addEventListener("pointerleave", () => { this.tip.hidden = true; });
    this.canvas.addEventListener("dblclick", () => this.zoom(0, this.end));
    this.canvas.addEventListener("wheel", event => {
      if (!event.ctrlKey && !event.metaKey) return;  // the page scrolls
      event.preventDefault();
      this.by(event.deltaY > 0 ? 1.25 : 0.8, this.seconds(place(event)[0]));
    }, {passive: false});
    this.canvas.addEventListener("keydown", event => {
      const span = this.to - this.from, step = {ArrowLeft: -0.2, ArrowRight: 0.2}[event.key];
      if (step) this.zoom(Math.max(0, this.from + step * span), Math.max(0, this.from + step * span) + span);
      else if (event.key === "+") this.by(0.6);
      else if (event.key === "-") this.by(1.7);
      else return;
      event.preventDefault();
    });
  }
};
