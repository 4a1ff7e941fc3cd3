"use strict";
// What befell units, when, and why.
AF.closing = {start: ["failure"], repair: ["failure", "leak"], restore: ["degrade"], maintained: ["maintenance"], resume: ["throttle"], recover: ["trip", "rack_off", "throttle", "failure"], breaker_close: ["breaker_trip"],
  sag_over: ["sag"], trip: ["throttle"], rack_off: ["throttle"]};
AF.eventColours = {failure: "#D55E00", trip: "#D55E00", rack_off: "#D55E00", breaker_trip: "#D55E00", throttle: "#E69F00", degrade: "#E69F00", maintenance: "#56B4E9", leak: "#CC79A7", sag: "#B3A400"};

// Spans between an event and the one that ends it, of the same unit: [{unit, kind, from, to, cause}], and instants {unit, kind, at}.
AF.eventSpans = function (events, end) {
  const open = new Map(), spans = [], instants = [];
  const opening = new Set(Object.values(AF.closing).flat());
  const racks = unit => /^(.*)\.rack_(\d+)(?:-(\d+))?$/.exec(unit);
  for (const event of events) {
    const ended = AF.closing[event.kind], range = racks(event.unit);
    for (const [key, span] of ended ? [...open] : []) {
      if (!ended.includes(span.kind)) continue;
      // Racks that went together may come back in other numbers.
      const other = range && racks(span.unit);
      const same = other ? other[1] === range[1] && +other[2] <= +(range[3] || range[2]) && +(other[3] || other[2]) >= +range[2] : span.unit === event.unit;
      if (same) { span.to = event.time_s; open.delete(key); }
    }
    if (opening.has(event.kind)) {
      const key = event.unit + "\u0000" + event.kind;
      if (open.has(key)) continue;
      const span = {unit: event.unit, kind: event.kind, from: event.time_s, to: end, cause: event.cause};
      open.set(key, span);
      spans.push(span);
    } else if (!ended) instants.push({unit: event.unit, kind: event.kind, at: event.time_s});
  }
  return {spans, instants};
};

AF.eventLanes = function (parent, events) {
  const end = AF.endSeconds() || 1, {spans, instants} = AF.eventSpans(events, end);
  const weight = new Map();
  for (const s of spans) weight.set(s.unit, (weight.get(s.unit) || 0) + (s.to - s.from) + end * 0.01);
  for (const i of instants) weight.set(i.unit, (weight.get(i.unit) || 0) + end * 1e-4);
  const units = [...weight.keys()].sort((a, b) => weight.get(b) - weight.get(a)).slice(0, 24).sort();
  const left = 250, width = 1100, row = 20, span = width - left - 12, x = at => left + span * at / end;
  const svg = AF.svg("svg", {class: "draw", viewBox: `0 0 ${width} ${units.length * row + 30}`, role: "img", "aria-label": "events by unit over time"});
  units.forEach((unit, i) => {
    const y = i * row + 4;
    svg.append(AF.svg("text", {x: left - 8, y: y + 12, "text-anchor": "end"}, unit.length > 36 ? "…" + unit.slice(-35) : unit, AF.svg("title", {}, unit)),
      AF.svg("line", {class: "rule", x1: left, x2: width - 12, y1: y + 8, y2: y + 8}));
    for (const s of spans) {
      if (s.unit !== unit) continue;
      svg.append(AF.svg("rect", {x: x(s.from), y: y + 1, width: Math.max(2, x(s.to) - x(s.from)), height: 14, fill: AF.eventColours[s.kind] || "#7A7A7A"},
        AF.svg("title", {}, `${s.kind} ${AF.date(AF.origin() + 1000 * s.from)}, ${AF.span(s.to - s.from)}; cause: ${s.cause || "none given"}`)));
    }
    const ticks = instants.filter(e => e.unit === unit), every = Math.ceil(ticks.length / 400);
    for (let t = 0; t < ticks.length; t += every) svg.append(AF.svg("rect", {x: x(ticks[t].at), y: y + 4, width: 1.5, height: 9, fill: "#7A7A7A"}, AF.svg("title", {}, `${ticks[t].kind} ${AF.date(AF.origin() + 1000 * ticks[t].at)}`)));
  });
  for (let i = 0; i <= 5; i++) {
    const at = end * i / 5, text = AF.date(AF.origin() + 1000 * at);
    svg.append(AF.svg("text", {class: "faint", x: x(at), y: units.length * row + 22, "text-anchor": i === 0 ? "start" : i === 5 ? "end" : "middle"}, end > 5 * 86400 ? text.slice(0, 10) : text.slice(5, 16)));
  }
  svg.style.minWidth = "720px";
  parent.append(AF.swatches([["#D55E00", "failure, trip"], ["#E69F00", "throttled, degraded"], ["#56B4E9", "maintenance"], ["#CC79A7", "leak"], ["#B3A400", "voltage sag"], ["#7A7A7A", "an instant: staging, transfer, limit ..."]]),
    AF.el("div", {class: "scroll", style: "max-height:560px", tabindex: "0"}, svg));
  if (weight.size > units.length) parent.append(AF.el("p", {class: "note"}, `The ${units.length} units with the longest spans, of ${AF.number(weight.size)}.`));
};

// A list that narrows as one types.
AF.eventTable = function (parent, events) {
  const box = AF.el("div", {});
  const kinds = [...new Set(events.map(e => e.kind))].sort();
  let kind = "", words = "";
  const show = () => {
    const found = events.filter(e => (!kind || e.kind === kind) && (!words || `${e.unit} ${e.what} ${e.cause}`.toLowerCase().includes(words)));
    box.replaceChildren(AF.table([{name: "when"}, {name: "kind"}, {name: "unit"}, {name: "what"}, {name: "value", number: true}, {name: "cause"}],
      found.map(e => [AF.date(AF.origin() + 1000 * e.time_s), e.kind, e.unit, e.what, e.value === null ? "" : e.value, e.cause])));
  };
  const filter = AF.el("input", {type: "search", placeholder: "unit, what or cause", "aria-label": "filter events", oninput: event => { words = event.target.value.toLowerCase(); show(); }});
  parent.append(AF.el("div", {class: "bar noprint"}, AF.select("kind of event", [["", "all kinds"], ...kinds.map(k => [k, k])], "", value => { kind = value; show(); }), filter), box);
  show();
};
