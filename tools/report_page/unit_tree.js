"use strict";
// Power and cooling as diagrams of groups of like units, coloured by the headroom of the fullest.

// Power units, CDUs and air handlers have limits of their own; what rejects heat can do what the weather lets it.
AF.hasLimit = row => !["racks", "load", "tower", "dry_cooler", "chiller", "economizer", "loop", "condenser_loop"].includes(row.kind) && row.continuous_kw > 0;
AF.headroom = row => (AF.hasLimit(row) ? (row.continuous_kw - row.peak_kw) / row.continuous_kw : null);
AF.headroomColour = function (share) {
  if (share === null) return ["none", AF.css("--soft")];
  if (share < 0) return ["dark", "#B04400"];
  if (share < 0.05) return ["", "#E69F00"];
  if (share < 0.2) return ["", "#F0E442"];
  if (share < 0.5) return ["", "#56B4E9"];
  return ["dark", "#0072B2"];
};
AF.headroomKey = () => AF.swatches([["#B04400", "above its limit"], ["#E69F00", "below 5 % left"], ["#F0E442", "5 to 20 %"], ["#56B4E9", "20 to 50 %"],
  ["#0072B2", "over 50 %"], [AF.css("--soft"), "no limit of its own"]]);
AF.kindNames = {utility_feed: "utility feed", cdu: "CDU", crah: "air handler", ups: "UPS", pdu: "PDU", loop: "facility water", condenser_loop: "condenser water",
  dry_cooler: "dry cooler", load: "pumps and fans", rectifier: "rectifier"};

// Like units: the same kind, rating and groups before them.  before(row) names the units that a unit stands behind.
AF.groupUnits = function (rows, before) {
  const byName = new Map(rows.map(row => [row.unit, row])), keys = new Map(), depth = new Map();
  const visit = (row, open) => {
    if (keys.has(row.unit)) return;
    if (open.has(row.unit)) { keys.set(row.unit, row.unit); depth.set(row.unit, 0); return; }
    open.add(row.unit);
    const earlier = before(row).map(name => byName.get(name)).filter(Boolean);
    earlier.forEach(other => visit(other, open));
    open.delete(row.unit);
    const pool = row.kind === "racks" ? row.unit.replace(/\.[^.]*$/, "") : "";
    depth.set(row.unit, earlier.length ? 1 + Math.max(...earlier.map(other => depth.get(other.unit))) : 0);
    keys.set(row.unit, JSON.stringify([row.kind, pool || AF.number(row.rating_kw), pool, [...new Set(earlier.map(other => AF.hash(keys.get(other.unit))))].sort()]));
  };
  rows.forEach(row => visit(row, new Set()));
  const groups = new Map();
  for (const row of rows) {
    const key = keys.get(row.unit);
    if (!groups.has(key)) groups.set(key, {rows: [], depth: depth.get(row.unit), before: new Set()});
    const group = groups.get(key);
    group.rows.push(row);
    for (const name of before(row)) if (keys.has(name)) group.before.add(keys.get(name));
  }
  for (const group of groups.values()) {
    const limited = group.rows.filter(row => AF.headroom(row) !== null);
    group.fullest = (limited.length ? limited : group.rows).reduce((a, b) => ((AF.headroom(b) ?? -b.peak_kw) < (AF.headroom(a) ?? -a.peak_kw) ? b : a));
  }
  return groups;
};
// Short names for keys, so that keys of deep trees do not grow.
AF.hash = function (text) {
  let h = 2166136261;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 16777619);
  return (h >>> 0).toString(36) + text.length.toString(36);
};

AF.unitTree = function (parent, rows, before, what) {
  if (!rows.length) {
    parent.append(AF.el("p", {class: "note"}, `This site has no ${what} of its own in the scenario.`));
    return;
  }
  const groups = AF.groupUnits(rows, before);
  const columns = [];
  for (const [key, group] of groups) (columns[group.depth] = columns[group.depth] || []).push({key, group});
  const place = new Map(), cell = 60, box = 46, wide = 152, step = 176;
  columns.forEach((column, c) => {
    const middle = entry => { const ys = [...entry.group.before].map(key => place.get(key)).filter(Boolean).map(p => p.y); return ys.length ? ys.reduce((a, b) => a + b, 0) / ys.length : 0; };
    column.map(entry => ({entry, y: middle(entry)})).sort((a, b) => a.y - b.y).forEach(({entry}, i) => place.set(entry.key, {x: c * step + 4, y: i * cell + 6}));
  });
  const height = Math.max(...columns.map(c => c.length)) * cell + 4, width = columns.length * step - step + wide + 8;
  columns.forEach(column => { for (const {key} of column) place.get(key).y += (height - column.length * cell) / 2; });
  const svg = AF.svg("svg", {class: "draw wide", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": what + " of the site"});
  const list = AF.el("div", {});
  for (const [key, group] of groups) {
    const to = place.get(key);
    for (const other of group.before) {
      const from = place.get(other), x1 = from.x + wide, y1 = from.y + box / 2, y2 = to.y + box / 2, bend = Math.max(20, (to.x - x1) / 2);
      svg.append(AF.svg("path", {class: "flow", d: `M${x1},${y1} C${x1 + bend},${y1} ${to.x - bend},${y2} ${to.x},${y2}`}));
    }
  }
  for (const [key, group] of groups) {
    const {x, y} = place.get(key), row = group.fullest, share = AF.headroom(row), [shade, colour] = AF.headroomColour(share);
    // Pumps and fans go by their names, racks by their cluster.
    const last = row.unit.split(".").pop().replace(/_/g, " ");
    const kind = row.kind === "racks" ? row.unit.split(".").slice(-2)[0] + " racks" : row.kind === "load" ? (group.rows.length > 1 ? last.replace(/ *\d+ */, " ").trim() : last).replace(/^cdu\b/, "CDU pumps") : AF.kindNames[row.kind] || row.kind.replace(/_/g, " ");
    const title = (group.rows.length > 1 ? group.rows.length + " × " : "") + kind;
    const state = share === null ? "peak " + AF.power(row.peak_kw) : `${AF.power(row.continuous_kw)}, ${Number((100 * share).toPrecision(2))} % left`;
    const open = () => AF.unitList(list, group, title);
    svg.append(AF.svg("g", {class: "unit " + shade, tabindex: "0", role: "button", "aria-label": title + ", " + state, onclick: open, onkeydown: e => { if (e.key === "Enter") open(); }},
      AF.svg("title", {}, `${title}; fullest: ${row.unit}; ${state}`),
      AF.svg("rect", {x, y, width: wide, height: box, rx: 5, fill: colour}),
      AF.svg("text", {x: x + 8, y: y + 20, style: "font-weight:600"}, title.length > 21 ? title.slice(0, 20) + "…" : title),
      AF.svg("text", {x: x + 8, y: y + 38}, state)));
  }
  svg.style.cssText = `width:${width}px;max-width:max(100%, ${Math.round(0.8 * width)}px)`;
  parent.append(AF.headroomKey(), AF.el("div", {class: "scroll", style: "max-height:620px", tabindex: "0"}, svg), list);
};

AF.unitList = function (box, group, title) {
  const share = value => (value === null ? "-" : AF.number(100 * value) + " %");
  const rows = [...group.rows].sort((a, b) => (AF.headroom(a) ?? 9) - (AF.headroom(b) ?? 9));
  box.replaceChildren(AF.el("h3", {}, title), AF.table(
    [{name: "unit"}, {name: "limit", number: true}, {name: "peak", number: true}, {name: "P99.9", number: true}, {name: "mean", number: true}, {name: "left", number: true}, {name: "stranded", number: true}, {name: "bound by"}],
    rows.map(row => [row.unit, AF.hasLimit(row) ? AF.power(row.continuous_kw) : "-", AF.power(row.peak_kw), AF.power(row.p999_kw), AF.power(row.mean_kw), share(AF.headroom(row)), AF.power(row.stranded_kw), row.binds || "-"])));
};
