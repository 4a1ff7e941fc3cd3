"use strict";
// A panel: a heading, one sentence on how to read it, its tools, the drawing.

// spec: {id, title, note, tools: [elements], csv: () => rows of the data behind it}.  Returns the element to draw into.
AF.panel = function (parent, spec) {
  const body = AF.el("div", {class: "body"});
  const tools = AF.el("div", {class: "tools"}, ...(spec.tools || []));
  if (spec.csv) {
    tools.append(AF.el("button", {type: "button", class: "csv", title: "the numbers of this panel as a table", onclick: () => AF.download(spec.id + ".csv", AF.csvText(spec.csv()))}, "CSV"));
  }
  const section = AF.el("section", {class: "panel", id: spec.id},
    AF.el("div", {class: "bar"}, AF.el("h2", {}, spec.title), tools),
    spec.note ? AF.el("p", {class: "note"}, spec.note) : null, body);
  section.csv = spec.csv;
  parent.append(section);
  return body;
};

// columns: [{name, number: true}]; rows: arrays of texts, numbers or elements.
AF.table = function (columns, rows, most = 300) {
  const cls = column => (column.number ? "n" : null);
  const show = value => (typeof value === "number" ? AF.number(value) : value === null || value === undefined ? "-" : value);
  const table = AF.el("table", {class: "data"},
    AF.el("thead", {}, AF.el("tr", {}, ...columns.map(c => AF.el("th", {class: cls(c), scope: "col"}, c.name)))),
    AF.el("tbody", {}, ...rows.slice(0, most).map(row => AF.el("tr", {}, ...row.map((value, i) => AF.el("td", {class: cls(columns[i])}, show(value)))))));
  const box = AF.el("div", {class: "scroll", tabindex: "0"}, table);
  if (rows.length > most) box.append(AF.el("p", {class: "note"}, `The first ${most} of ${AF.number(rows.length)} lines; the CSV has them all.`));
  return box;
};

// Charts wait their turn: the page can be read and moved while the ones further down are still drawn.
AF.waiting = [];
AF.drawWaiting = async function () {
  const mine = AF.waiting;
  for (let i = 0; i < mine.length && mine === AF.waiting; i++) {
    mine[i]();
    if (i > 0) await new Promise(done => setTimeout(done, 0));
  }
};

AF.select = function (label, options, chosen, changed) {
  const select = AF.el("select", {"aria-label": label}, ...options.map(([value, text]) => AF.el("option", {value}, text)));
  select.value = chosen;
  select.addEventListener("change", () => changed(select.value));
  return select;
};

AF.swatches = function (entries) {
  return AF.el("div", {class: "swatches"}, ...entries.map(([colour, text]) => {
    const entry = AF.el("span", {}, text);
    entry.style.setProperty("--c", colour);
    return entry;
  }));
};
