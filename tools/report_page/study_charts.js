"use strict";
// Drawings of a study.  A quantity is {name, values: numbers, texts: null | words, half}: an axis of the study or a metric.

// Dark to light in blue and yellow, which eyes of all kinds order alike (after cividis).
AF.shade = function (share) {
  const stops = [[0, 34, 78], [65, 77, 107], [124, 123, 120], [188, 175, 111], [254, 232, 56]];
  const at = Math.max(0, Math.min(0.9999, share)) * (stops.length - 1), i = Math.floor(at), part = at - i;
  return "rgb(" + stops[i].map((v, c) => Math.round(v + part * (stops[i + 1][c] - v))).join(",") + ")";
};
AF.extent = function (values) {
  let low = Infinity, high = -Infinity;
  for (const v of values) if (Number.isFinite(v)) { low = Math.min(low, v); high = Math.max(high, v); }
  return low <= high ? (low === high ? [low - 0.5, high + 0.5] : [low, high]) : [0, 1];
};
// Round numbers across a range.
AF.ticks = function (low, high, count = 5) {
  const raw = (high - low) / count, power = 10 ** Math.floor(Math.log10(raw)), step = [1, 2, 5, 10].map(m => m * power).find(s => s >= 0.7 * raw);
  const ticks = [];
  for (let t = Math.ceil(low / step) * step; t <= high + step * 1e-9; t += step) ticks.push(Number(t.toPrecision(12)));
  return ticks;
};
// With as many digits as tell it from its neighbours `apart` away.
AF.tickText = (quantity, tick, apart) => {
  if (quantity.texts) return quantity.words[tick] ?? "";
  const digits = apart > 0 ? Math.ceil(-Math.log10(apart) - 1e-9) : 0;
  return digits > 0 && digits < 9 && Math.abs(tick) < 1e6 ? Number(tick.toFixed(digits)).toString() : AF.tick(tick);
};

// Which variants nothing beats: as good in both and better in one.
AF.front = function (x, y, xSign, ySign) {
  const order = x.values.map((v, i) => i).filter(i => Number.isFinite(x.values[i]) && Number.isFinite(y.values[i]))
    .sort((a, b) => xSign * (x.values[b] - x.values[a]) || ySign * (y.values[b] - y.values[a]));
  const front = [];
  let best = -Infinity, lastX = null;
  for (const i of order) {
    const value = ySign * y.values[i];
    if (value > best || (value === best && x.values[i] === lastX)) { front.push(i); best = value; lastX = x.values[i]; }
  }
  return front;
};

// spec: {x, y, colour: quantity, xSign, ySign (1: large is good, -1: small, 0: no aim), names, chosen(i), range: null | {x, y: [low, high]},
// zoomed(range)}; a drag over the chart asks for the range under it.
AF.scatter = function (parent, spec) {
  const width = 900, height = 440, left = 74, right = 20, top = 14, bottom = 52, {x, y, colour} = spec;
  const pad = ([low, high]) => [low - 0.04 * (high - low), high + 0.04 * (high - low)];
  const reach = q => pad(AF.extent(q.values.flatMap((v, i) => (q.half && Number.isFinite(q.half[i]) ? [v - q.half[i], v + q.half[i]] : [v]))));
  const [xl, xh] = spec.range ? spec.range.x : reach(x), [yl, yh] = spec.range ? spec.range.y : reach(y), [cl, ch] = AF.extent(colour.values);
  const inside = (v, w) => v >= xl && v <= xh && w >= yl && w <= yh;
  const px = v => left + (width - left - right) * (v - xl) / (xh - xl), py = v => height - bottom - (height - top - bottom) * (v - yl) / (yh - yl);
  const svg = AF.svg("svg", {class: "draw", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `${y.name} over ${x.name}`});
  const apart = ticks => (ticks.length > 1 ? ticks[1] - ticks[0] : 0), within = (q, low, high) => (q.texts ? q.words.map((w, i) => i).filter(i => i >= low && i <= high) : AF.ticks(low, high));
  const xTicks = within(x, xl, xh), yTicks = within(y, yl, yh);
  for (const t of xTicks) svg.append(AF.svg("line", {class: "rule", x1: px(t), x2: px(t), y1: top, y2: height - bottom}), AF.svg("text", {class: "faint", x: px(t), y: height - bottom + 18, "text-anchor": "middle"}, AF.tickText(x, t, apart(xTicks))));
  for (const t of yTicks) svg.append(AF.svg("line", {class: "rule", x1: left, x2: width - right, y1: py(t), y2: py(t)}), AF.svg("text", {class: "faint", x: left - 6, y: py(t) + 4, "text-anchor": "end"}, AF.tickText(y, t, apart(yTicks))));
  svg.append(AF.svg("text", {x: (left + width - right) / 2, y: height - 12, "text-anchor": "middle"}, x.name), AF.svg("text", {x: -(top + height - bottom) / 2, y: 14, "text-anchor": "middle", transform: "rotate(-90)"}, y.name));
  const front = spec.xSign && spec.ySign ? AF.front(x, y, spec.xSign, spec.ySign) : [];
  AF.dragRange(svg, {left, right: width - right, top, bottom: height - bottom, width}, (x1, x2, y1, y2) => {
    const vx = p => xl + (xh - xl) * (p - left) / (width - left - right), vy = p => yl + (yh - yl) * (height - bottom - p) / (height - top - bottom);
    spec.zoomed({x: [vx(x1), vx(x2)], y: [vy(y2), vy(y1)]});
  });
  if (front.length > 1 && !spec.range) svg.append(AF.svg("polyline", {fill: "none", stroke: "#D55E00", "stroke-width": 2, "stroke-dasharray": "6 4", points: front.map(i => `${px(x.values[i])},${py(y.values[i])}`).join(" ")}));
  x.values.forEach((value, i) => {
    if (!inside(value, y.values[i])) return;
    const on = front.includes(i), cx = px(value), cy = py(y.values[i]);
    for (const [q, horizontal] of [[x, true], [y, false]]) {
      if (!q.half || !(q.half[i] > 0)) continue;
      const ends = horizontal ? {x1: px(value - q.half[i]), x2: px(value + q.half[i]), y1: cy, y2: cy} : {x1: cx, x2: cx, y1: py(y.values[i] - q.half[i]), y2: py(y.values[i] + q.half[i])};
      svg.append(AF.svg("line", {...ends, stroke: AF.css("--faint"), "stroke-width": 1, style: "pointer-events:none"}));
    }
    svg.append(AF.svg("circle", {cx, cy, r: on ? 6 : 4.5, fill: AF.shade((colour.values[i] - cl) / (ch - cl)), stroke: on ? "#D55E00" : AF.css("--ink"), "stroke-width": on ? 2.5 : 0.7, class: "point", "data-variant": i, onclick: () => spec.chosen(i)},
      AF.svg("title", {}, spec.names[i])));
  });
  svg.style.minWidth = "560px";
  parent.append(AF.el("div", {class: "scroll", style: "max-height:none"}, svg));
  return front;
};

// A drag over the box of a drawing marks a part of it; done(left, right, top, bottom) in the drawing's own units.
AF.dragRange = function (svg, box, done) {
  const mark = AF.svg("rect", {fill: "#0072B2", "fill-opacity": 0.2, width: 0, height: 0, style: "pointer-events:none"});
  const at = event => {
    const area = svg.getBoundingClientRect(), scale = box.width / area.width, clamp = (v, low, high) => Math.max(low, Math.min(high, v));
    return [clamp((event.clientX - area.left) * scale, box.left, box.right), clamp((event.clientY - area.top) * scale, box.top, box.bottom)];
  };
  let pressed = null;
  const sides = event => { const [x, y] = at(event); return [Math.min(x, pressed[0]), Math.max(x, pressed[0]), Math.min(y, pressed[1]), Math.max(y, pressed[1])]; };
  svg.append(AF.svg("rect", {x: box.left, y: box.top, width: box.right - box.left, height: box.bottom - box.top, fill: "transparent", style: "cursor:crosshair"}), mark);
  svg.addEventListener("pointerdown", event => { if (event.button === 0 && !event.target.classList.contains("point")) { pressed = at(event); svg.setPointerCapture(event.pointerId); } });
  svg.addEventListener("pointermove", event => {
    if (!pressed) return;
    const [x1, x2, y1, y2] = sides(event);
    for (const [key, value] of Object.entries({x: x1, y: y1, width: x2 - x1, height: y2 - y1})) mark.setAttribute(key, value);
  });
  svg.addEventListener("pointerup", event => {
    if (!pressed) return;
    const [x1, x2, y1, y2] = sides(event);
    pressed = null;
    mark.setAttribute("width", 0);
    if (x2 - x1 > 6 && y2 - y1 > 6) done(x1, x2, y1, y2);
  });
};

// One line for each variant through all quantities; a drag along an axis keeps those within, a click on it lets go.
AF.parallel = function (parent, quantities, colour, names) {
  const width = Math.max(700, 150 * quantities.length), height = 380, top = 46, bottom = 26, side = 70;
  const xs = quantities.map((q, i) => side + (width - 2 * side) * (quantities.length > 1 ? i / (quantities.length - 1) : 0.5));
  const scales = quantities.map(q => AF.extent(q.values)), [cl, ch] = AF.extent(colour.values), kept = quantities.map(() => null);
  const py = (q, v) => height - bottom - (height - top - bottom) * (v - scales[q][0]) / (scales[q][1] - scales[q][0]);
  const svg = AF.svg("svg", {class: "draw halo", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": "parallel coordinates"});
  const lines = names.map((name, i) => AF.svg("polyline", {fill: "none", stroke: AF.shade((colour.values[i] - cl) / (ch - cl)), "stroke-width": 1.6,
    points: quantities.map((q, k) => (Number.isFinite(q.values[i]) ? `${xs[k]},${py(k, q.values[i])}` : "")).join(" ").trim()}, AF.svg("title", {}, name)));
  svg.append(...lines);
  const told = AF.el("p", {class: "note", "aria-live": "polite"});
  const show = () => {
    let count = 0;
    lines.forEach((line, i) => {
      const inside = kept.every((range, k) => !range || (quantities[k].values[i] >= range[0] && quantities[k].values[i] <= range[1]));
      line.setAttribute("stroke-opacity", inside ? 0.85 : 0.06);
      count += inside;
    });
    told.textContent = kept.some(Boolean) ? `${count} of ${names.length} variants are within the ranges chosen; click an axis to let go of its range.` : "Drag along an axis to keep the variants within.";
  };
  quantities.forEach((q, k) => {
    const text = q.name.length > 22 ? "…" + q.name.slice(-21) : q.name;
    const mark = AF.svg("rect", {x: xs[k] - 6, width: 12, y: 0, height: 0, fill: "#0072B2", "fill-opacity": 0.35});
    const handle = AF.svg("rect", {x: xs[k] - 14, y: top - 4, width: 28, height: height - top - bottom + 8, fill: "transparent", style: "cursor:row-resize"});
    let pressed = null;
    const at = event => { const box = svg.getBoundingClientRect(); return Math.max(top, Math.min(height - bottom, (event.clientY - box.top) * height / box.height)); };
    const value = y => scales[k][0] + (height - bottom - y) / (height - top - bottom) * (scales[k][1] - scales[k][0]);
    handle.addEventListener("pointerdown", event => { pressed = at(event); handle.setPointerCapture(event.pointerId); });
    handle.addEventListener("pointermove", event => { if (pressed === null) return; const y = at(event); mark.setAttribute("y", Math.min(y, pressed)); mark.setAttribute("height", Math.abs(y - pressed)); });
    handle.addEventListener("pointerup", event => {
      const y = at(event);
      kept[k] = Math.abs(y - pressed) > 4 ? [value(Math.max(y, pressed)), value(Math.min(y, pressed))] : null;
      if (!kept[k]) mark.setAttribute("height", 0);
      pressed = null;
      show();
    });
    svg.append(AF.svg("line", {x1: xs[k], x2: xs[k], y1: top, y2: height - bottom, stroke: AF.css("--ink")}),
      AF.svg("text", {x: xs[k], y: 16 + 15 * (k % 2), "text-anchor": "middle", style: "font-size:11.5px"}, text, AF.svg("title", {}, q.name)), mark, handle);
    const ticks = q.texts ? q.words.map((w, i) => i) : [scales[k][0], scales[k][1]];
    for (const t of ticks) svg.append(AF.svg("text", {class: "faint", x: xs[k] + 7, y: py(k, t) + 4, style: "pointer-events:none"}, AF.tickText(q, t, q.texts ? 0 : (ticks[1] - ticks[0]) / 10)));
  });
  svg.style.minWidth = width * 0.8 + "px";
  parent.append(AF.el("div", {class: "scroll", style: "max-height:none"}, svg), told);
  show();
};

// The mean of a metric over two axes of words; variants that share both are averaged.
AF.heatMap = function (parent, across, down, metric) {
  const sums = new Map();
  metric.values.forEach((v, i) => {
    if (!Number.isFinite(v)) return;
    const key = across.values[i] + "/" + down.values[i], cell = sums.get(key) || {sum: 0, n: 0};
    cell.sum += v;
    cell.n++;
    sums.set(key, cell);
  });
  const [low, high] = AF.extent([...sums.values()].map(c => c.sum / c.n)), w = Math.max(64, Math.min(120, 760 / across.words.length)), h = 34, top = 30;
  const left = 16 + 7 * Math.min(25, Math.max(...down.words.map(word => word.length), 4));
  const svg = AF.svg("svg", {class: "draw", viewBox: `0 0 ${left + w * across.words.length + 10} ${top + h * down.words.length + 34}`, role: "img", "aria-label": metric.name});
  const cut = (text, n) => (text.length > n ? text.slice(0, n - 1) + "…" : text);
  across.words.forEach((word, c) => svg.append(AF.svg("text", {x: left + w * (c + 0.5), y: top - 8, "text-anchor": "middle"}, cut(word, Math.floor(w / 7)), AF.svg("title", {}, word))));
  down.words.forEach((word, r) => {
    svg.append(AF.svg("text", {x: left - 8, y: top + h * r + 22, "text-anchor": "end"}, cut(word, 26), AF.svg("title", {}, word)));
    across.words.forEach((other, c) => {
      const cell = sums.get(c + "/" + r), share = cell ? (cell.sum / cell.n - low) / (high - low) : 0;
      svg.append(AF.svg("rect", {x: left + w * c + 1, y: top + h * r + 1, width: w - 2, height: h - 2, fill: cell ? AF.shade(share) : AF.css("--soft")}, AF.svg("title", {}, `${other}, ${word}: ${cell ? cell.sum / cell.n : "no run"}`)),
        AF.svg("text", {x: left + w * (c + 0.5), y: top + h * r + 21, "text-anchor": "middle", style: `pointer-events:none;fill:${cell && share < 0.55 ? "#fff" : cell ? "#000" : AF.css("--faint")}`}, cell ? AF.number(cell.sum / cell.n) : "-"));
    });
  });
  svg.append(AF.svg("text", {class: "faint", x: left, y: top + h * down.words.length + 22}, `across: ${across.name}; down: ${down.name}`));
  const natural = left + w * across.words.length + 10;
  svg.style.minWidth = Math.min(480, natural) + "px";
  svg.style.maxWidth = natural + "px";
  parent.append(AF.el("div", {class: "scroll", style: "max-height:none"}, svg));
};
