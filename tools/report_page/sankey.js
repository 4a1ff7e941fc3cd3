"use strict";
// Energy from where it comes to where it goes, leaf by leaf of the ledger.

// [{from, to, value}] in MWh of one site or all; a leaf's name without the site is GROUP.REST.
AF.energyFlows = function (site) {
  const flows = new Map();
  const add = (from, to, value) => {
    const key = from + "\u0000" + to;
    flows.set(key, {from, to, value: ((flows.get(key) || {}).value || 0) + value});
  };
  const groups = {it: "IT", cooling: "cooling", loss: "power losses", it_fans: "IT"};
  const names = AF.sites();
  for (const row of AF.rows(AF.data.ledger)) {
    if (row.account !== "energy" || !row.value) continue;
    const of = names.find(name => row.leaf.startsWith(name + "."));
    if (site && of !== site) continue;
    const leaf = of ? row.leaf.slice(of.length + 1) : row.leaf, mwh = row.value / 3.6e9;
    const words = text => text.replace(/_/g, " ");
    if (row.side === "in") add(words(leaf), "facility", mwh);
    else if (row.side === "stored") {
      if (mwh > 0) add("facility", "stored: " + words(leaf), mwh);
      else add("from " + words(leaf), "facility", -mwh);
    } else {
      const [group, ...rest] = leaf.split(".");
      const name = groups[group] || words(group);
      add("facility", name, mwh);
      if (rest.length) add(name, [...rest.slice(0, -1), words(rest[rest.length - 1])].join(" "), mwh);
    }
  }
  return [...flows.values()].filter(flow => flow.value > 0);
};

AF.sankey = function (parent, flows) {
  if (!flows.length) {
    parent.append(AF.el("p", {class: "note"}, "The ledger has no energy."));
    return;
  }
  const depth = name => (name === "facility" ? 1 : flows.some(f => f.to === "facility" && f.from === name) ? 0 : flows.some(f => f.from === "facility" && f.to === name) ? 2 : 3);
  const nodes = new Map();
  for (const flow of flows) {
    for (const name of [flow.from, flow.to]) if (!nodes.has(name)) nodes.set(name, {name, depth: depth(name), into: 0, out: 0});
    nodes.get(flow.from).out += flow.value;
    nodes.get(flow.to).into += flow.value;
  }
  const columns = [[], [], [], []];
  for (const node of nodes.values()) columns[node.depth].push(Object.assign(node, {value: Math.max(node.into, node.out)}));
  const total = nodes.get("facility") ? nodes.get("facility").value : 1;
  const leaves = columns[3].length, gap = 20, height = Math.max(300, leaves * 25 + 140), width = 1100, bar = 13;
  const scale = (height - gap * Math.max(1, ...columns.map(c => c.length))) / total;
  const xs = [190, 400, 620, 840];
  const svg = AF.svg("svg", {class: "draw halo", viewBox: `0 0 ${width} ${height + 10}`, role: "img", "aria-label": "energy from source to use"});
  const colourOf = name => ({IT: "#0072B2", cooling: "#56B4E9", "power losses": "#D55E00"}[name] || "#7A7A7A");
  columns.forEach((column, c) => {
    const rank = node => (c === 3 ? [...columns[2]].findIndex(n => flows.some(f => f.from === n.name && f.to === node.name)) : 0);
    column.sort((a, b) => rank(a) - rank(b) || b.value - a.value);
    const used = column.reduce((sum, n) => sum + Math.max(1, n.value * scale), 0) + gap * (column.length - 1);
    let y = Math.max(4, (height - used) / 2);
    for (const node of column) {
      Object.assign(node, {x: xs[c], y, h: Math.max(1, node.value * scale), from: y, to: y});
      y += node.h + gap;
    }
  });
  const ordered = [...flows].sort((a, b) => nodes.get(a.to).y - nodes.get(b.to).y || nodes.get(a.from).y - nodes.get(b.from).y);
  for (const flow of ordered) {
    const a = nodes.get(flow.from), b = nodes.get(flow.to), h = Math.max(0.8, flow.value * scale), y1 = a.from, y2 = b.to, x1 = a.x + bar, x2 = b.x, m = (x1 + x2) / 2;
    a.from += h;
    b.to += h;
    const owner = a.name === "facility" ? b.name : a.name;
    svg.append(AF.svg("path", {fill: colourOf(owner), "fill-opacity": 0.35, d: `M${x1},${y1} C${m},${y1} ${m},${y2} ${x2},${y2} L${x2},${y2 + h} C${m},${y2 + h} ${m},${y1 + h} ${x1},${y1 + h} Z`},
      AF.svg("title", {}, `${flow.from} to ${flow.to}: ${AF.number(flow.value)} MWh`)));
  }
  for (const node of nodes.values()) {
    svg.append(AF.svg("rect", {x: node.x, y: node.y, width: bar, height: node.h, fill: colourOf(node.name)}));
    const left = node.depth === 0, y = node.y + node.h / 2 + 4;
    svg.append(AF.svg("text", {x: left ? node.x - 6 : node.x + bar + 5, y, "text-anchor": left ? "end" : "start"}, node.name + " ", AF.svg("tspan", {class: "faint"}, `${AF.number(node.value)} MWh`)));
  }
  svg.style.minWidth = "760px";
  parent.append(AF.el("div", {class: "scroll", style: "max-height:none", tabindex: "0"}, svg));
};
