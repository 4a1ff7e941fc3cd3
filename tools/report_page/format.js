"use strict";
// Numbers, units and elements.  Text of the data only ever becomes text nodes, never markup.
AF.colours = ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#B3A400", "#7A7A7A"];

// Lines of the darkest colours are too dim on a dark ground.
AF.tone = colour => (matchMedia("(prefers-color-scheme: dark)").matches ? {"#0072B2": "#4BA3E3", "#7A7A7A": "#A0A0A0"}[colour] || colour : colour);

AF.el = function (tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value !== null && value !== undefined) element.setAttribute(key, value);
  }
  element.append(...children.filter(child => child !== null && child !== undefined));
  return element;
};
AF.svg = function (tag, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
};

// Four digits that a person compares.
AF.number = function (value) {
  if (value === null || value === undefined || Number.isNaN(value)) return "-";
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size < 1e-3) return value.toExponential(2);
  if (size >= 1e9) {
    const power = 3 * Math.floor(Math.log10(size) / 3);
    return Number((value / 10 ** power).toPrecision(4)) + "e" + power;
  }
  if (size >= 1000) return Math.round(value).toLocaleString("en-US").replace(/,/g, " ");
  return String(Number(value.toPrecision(4)));
};
// Three digits, for the ends of an axis.
AF.tick = value => (Math.abs(value) >= 1000 ? AF.number(value) : String(Number(value.toPrecision(3))));
AF.span = function (seconds) {
  if (seconds === null || Number.isNaN(seconds)) return "-";
  for (const [name, length] of [["d", 86400], ["h", 3600], ["min", 60]]) {
    if (Math.abs(seconds) >= 2 * length) return AF.number(seconds / length) + " " + name;
  }
  return AF.number(seconds) + " s";
};
AF.power = function (kw) {
  if (kw === null || !Number.isFinite(kw)) return "-";
  return Math.abs(kw) >= 1000 ? AF.number(kw / 1000) + " MW" : AF.number(kw) + " kW";
};
AF.date = function (ms) {
  return new Date(ms).toISOString().replace("T", " ").slice(0, 19);
};

// Units stand at the end of a name; the longest that fits is meant.
AF.units = [["_usd_per_accelerator_h", "USD/h"], ["_usd_per_mtoken", "USD/Mtoken"], ["_usd_per_year", "USD/a"], ["_usd_per_mwh", "USD/MWh"],
  ["_l_per_kwh", "L/kWh"], ["_kg_per_kwh", "kg/kWh"], ["_g_per_kwh", "g/kWh"], ["_mw_per_s", "MW/s"], ["_kg_s", "kg/s"], ["_mwh", "MWh"], ["_kwh", "kWh"],
  ["_mw", "MW"], ["_kw", "kW"], ["_usd", "USD"], ["_m3", "m³"], ["_t", "t"], ["_kg", "kg"], ["_c", "°C"], ["_h", "h"]];
// {text, unit} of a number of summary.json.
AF.figure = function (key, value) {
  if (key.endsWith("_frac") && !key.includes("residual")) return {text: AF.number(100 * value), unit: "%"};
  if (key.endsWith("_s") && !key.endsWith("_per_s") && !key.endsWith("_kg_s")) {
    const [text, unit] = AF.span(value).split(/ (?=[a-z]+$)/);
    return {text, unit};
  }
  const last = "_" + key.split(".").pop(), found = AF.units.find(([suffix]) => last.endsWith(suffix));
  return {text: AF.number(value), unit: found ? found[1] : ""};
};

// The value at a dotted path of nested objects.
// A name may itself hold dots: the longest that fits is taken.
AF.at = function (object, path) {
  if (!object || typeof object !== "object") return null;
  const parts = path.split(".");
  for (let end = parts.length; end > 0; end--) {
    const key = parts.slice(0, end).join(".");
    if (!Object.hasOwn(object, key)) continue;
    return end === parts.length ? object[key] : AF.at(object[key], parts.slice(end).join("."));
  }
  return null;
};
// [path, number or text] of everything below, in order.
AF.flat = function (object, path = "") {
  return Object.entries(object || {}).flatMap(([key, value]) => {
    const here = path ? path + "." + key : key;
    return value && typeof value === "object" ? AF.flat(value, here) : [[here, value]];
  });
};

AF.csvText = function (rows) {
  const cell = value => {
    if (value === null || value === undefined || (typeof value === "number" && Number.isNaN(value))) return "";
    const text = String(value);
    return /[",\r\n]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text;
  };
  return rows.map(row => Array.from(row, cell).join(",") + "\n").join("");
};
AF.download = function (name, text) {
  const url = URL.createObjectURL(new Blob([text], {type: "text/csv"}));
  const link = AF.el("a", {href: url, download: name});
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
};
AF.css = function (name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
};
