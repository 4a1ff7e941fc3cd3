"use strict";
// Curves over time or share of time, by dygraphs.  Charts over time share one window: zooming one zooms all.
AF.charts = [];
AF.windows = {members: [], busy: false, range: null};

// A member is called with (from, to) in ms, or null for everything, when another has changed the window.
AF.windows.set = function (range, source) {
  if (AF.windows.busy) return;
  AF.windows.busy = true;
  AF.windows.range = range;
  for (const member of AF.windows.members) if (member !== source) member.show(range);
  AF.windows.busy = false;
};

// spec: {x, time: bool, curves: [{label, mean, low, high, colour, unit, dash, second}], stacked, label, label2, limits: [{value, label}], low, zero}
AF.lineChart = function (parent, spec) {
  const curves = spec.curves.filter(c => c.mean);
  if (!curves.length || !spec.x.length) {
    parent.append(AF.el("p", {class: "note"}, "Nothing of it was recorded in this run."));
    return;
  }
  const legend = AF.el("div", {class: "legend", "aria-live": "off"});
  const box = AF.el("div", {class: "chart" + (spec.low ? " low" : "")});
  parent.append(legend, box);
  AF.waiting.push(() => AF.drawChart(legend, box, spec, curves));
};

AF.drawChart = function (legend, box, spec, curves) {
  curves.forEach((curve, i) => { curve.colour = AF.tone(curve.colour || AF.colours[i % AF.colours.length]); });
  const bands = !spec.stacked && curves.some(c => c.low);
  // dygraphs stacks the last curve at the bottom.
  const order = spec.stacked ? [...curves].reverse() : curves;
  const value = v => (Number.isNaN(v) ? null : v);
  const rows = spec.x.map((x, i) => {
    const row = [x];
    for (const c of order) row.push(bands ? (c.low ? [value(c.low[i]), value(c.mean[i]), value(c.high[i])] : [value(c.mean[i]), value(c.mean[i]), value(c.mean[i])]) : value(c.mean[i]));
    return row;
  });
  if (spec.time && rows.length === 1) rows.push([spec.x[0] + 1, ...rows[0].slice(1)]);

  const tell = row => {
    legend.replaceChildren(...curves.map(curve => {
      const key = AF.el("span", {class: "key" + (curve.dash ? " dash" : "")});
      key.style.background = curve.colour;
      key.style.borderColor = curve.colour;
      let text = curve.label;
      if (row !== null) {
        text += ": " + AF.number(curve.mean[row]) + (curve.unit ? " " + curve.unit : "");
        if (curve.low && curve.low[row] !== curve.high[row]) text += ` (${AF.number(curve.low[row])} to ${AF.number(curve.high[row])})`;
      }
      return AF.el("span", {}, key, text);
    }), AF.el("span", {class: "when"}, row === null ? "" : spec.time ? AF.date(spec.x[row]) : AF.number(100 * spec.x[row]) + " % of the time"));
  };
  tell(null);

  const second = curves.some(c => c.second);
  let high = -Infinity, low = Infinity;
  for (const c of curves) {
    if (c.second) continue;
    for (let i = 0; i < c.mean.length; i++) {
      const up = c.high ? c.high[i] : c.mean[i], down = c.low ? c.low[i] : c.mean[i];
      if (up > high) high = up;
      if (down < low) low = down;
    }
  }
  for (const limit of spec.limits || []) { high = Math.max(high, limit.value); low = Math.min(low, limit.value); }
  const options = {
    labels: ["x", ...order.map((c, i) => "c" + i)],
    colors: order.map(c => c.colour),
    legend: "never", labelsUTC: true, customBars: bands, stackedGraph: !!spec.stacked, fillAlpha: spec.stacked ? 0.75 : 0.2,
    strokeWidth: spec.stacked ? 0.6 : 1.5, connectSeparatedPoints: false, highlightCircleSize: 3, animatedZooms: false,
    includeZero: !!spec.zero || !!spec.stacked, ylabel: spec.label, y2label: second ? spec.label2 : undefined, xRangePad: 4,
    gridLineColor: AF.css("--grid"), axisLineColor: AF.css("--line"), yRangePad: 6,
    series: Object.fromEntries(order.map((c, i) => ["c" + i, {axis: c.second ? "y2" : "y", strokePattern: c.dash ? [6, 4] : null, fillGraph: !!spec.stacked}])),
    axes: {x: spec.time ? {valueFormatter: AF.date, axisLabelFormatter: Dygraph.dateAxisLabelFormatter, ticker: Dygraph.dateTicker} : {valueFormatter: v => AF.number(100 * v) + " %", axisLabelFormatter: v => AF.number(100 * v) + " %"},
           y: {axisLabelFormatter: AF.tick, axisLabelWidth: 56}, y2: {axisLabelFormatter: AF.tick, axisLabelWidth: 56, drawGrid: false}},
    highlightCallback: (event, x, points, row) => tell(row),
    unhighlightCallback: () => tell(null),
    underlayCallback: (context, area, graph) => {
      context.save();
      context.setLineDash([7, 5]);
      context.lineWidth = 1.5;
      context.font = "12px system-ui, sans-serif";
      for (const limit of spec.limits || []) {
        const y = graph.toDomYCoord(limit.value);
        context.strokeStyle = context.fillStyle = AF.css("--bad");
        context.beginPath();
        context.moveTo(area.x, y);
        context.lineTo(area.x + area.w, y);
        context.stroke();
        context.fillText(limit.label, area.x + 6, y - 4);
      }
      context.restore();
    },
  };
  if (spec.limits && spec.limits.length && low < high) {
    const pad = 0.08 * (high - low);
    options.valueRange = [low - pad, high + 1.5 * pad];
  }
  const member = {show: range => graph.updateOptions({dateWindow: range})};
  if (spec.time) {
    if (AF.windows.range) options.dateWindow = AF.windows.range;
    options.drawCallback = (g, initial) => {
      if (initial || AF.windows.busy) return;
      const [from, to] = g.xAxisRange();
      AF.windows.set(g.isZoomed("x") ? [from, to] : null, member);
    };
    AF.windows.members.push(member);
  }
  const graph = new Dygraph(box, rows, options);
  AF.charts.push(graph);
};

// Rows of a CSV of curves over a common x.
AF.curveRows = function (xName, x, curves) {
  const heads = curves.flatMap(c => (c.low ? [c.label + " mean", c.label + " least", c.label + " greatest"] : [c.label]));
  return [[xName, ...heads], ...Array.from(x, (at, i) => [at, ...curves.flatMap(c => (c.low ? [c.mean[i], c.low[i], c.high[i]] : [c.mean[i]]))])];
};
