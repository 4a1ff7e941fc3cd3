"use strict";
// Small drawings of bars.

// Steps from a total down to what is left.  steps: [{name, value, kind: "total" | "loss"}], totals standing on zero.
AF.waterfall = function (parent, steps, unit) {
  const most = Math.max(...steps.map(s => s.value), 1e-9);
  const row = 26, left = 190, width = 900, bar = width - left - 170;
  const svg = AF.svg("svg", {class: "draw", viewBox: `0 0 ${width} ${row * steps.length + 6}`, role: "img", "aria-label": "waterfall"});
  let level = 0;
  steps.forEach((step, i) => {
    const y = row * i + 4;
    const from = step.kind === "total" ? 0 : level - step.value;
    if (step.kind === "total") level = step.value;
    else level = from;
    const colour = step.colour || (step.kind === "total" ? "#0072B2" : "#E69F00");
    svg.append(AF.svg("text", {x: left - 8, y: y + 14, "text-anchor": "end"}, step.name),
      AF.svg("rect", {x: left + bar * Math.max(0, from) / most, y, width: Math.max(1, bar * step.value / most), height: row - 8, fill: colour}),
      AF.svg("text", {x: left + bar * Math.max(0, from + step.value) / most + 6, y: y + 14}, `${step.kind === "loss" ? "−" : ""}${AF.number(step.value)} ${unit}`));
  });
  const box = AF.el("div", {class: "scroll"}, svg);
  svg.style.minWidth = "560px";
  parent.append(box);
};

// One bar for each of bars: {name, value, marks: [{value, name}]} on a common scale from `least`.
AF.bullets = function (parent, bars, least, unit) {
  const most = Math.max(...bars.flatMap(b => [b.value, ...b.marks.map(m => m.value)])) * 1.04;
  const row = 34, left = 190, width = 900, span = width - left - 90;
  const x = value => left + span * (value - least) / (most - least);
  const svg = AF.svg("svg", {class: "draw", viewBox: `0 0 ${width} ${row * bars.length + 4}`, role: "img", "aria-label": "greatest temperatures against their limits"});
  bars.forEach((bar, i) => {
    const y = row * i + 12;
    const above = bar.marks.some(m => bar.value >= m.value - 1e-6);
    svg.append(AF.svg("text", {x: left - 8, y: y + 13, "text-anchor": "end"}, bar.name),
      AF.svg("rect", {x: left, y, width: Math.max(1, x(bar.value) - left), height: 16, fill: above ? "#D55E00" : "#0072B2"}));
    svg.append(AF.svg("text", {x: left + 6, y: y + 12.5, style: "fill:#fff"}, AF.number(bar.value) + " " + unit));
    for (const mark of bar.marks) {
      svg.append(AF.svg("line", {x1: x(mark.value), x2: x(mark.value), y1: y - 3, y2: y + 19, stroke: AF.css("--ink"), "stroke-width": 2}),
        AF.svg("text", {x: x(mark.value), y: y - 3, "text-anchor": mark.end ? "start" : "end", class: "faint"}, `${mark.name} ${AF.number(mark.value)} `));
    }
  });
  svg.style.minWidth = "560px";
  parent.append(AF.el("div", {class: "scroll"}, svg));
};
