"use strict";
// What the page knows, unpacked from the element that carries it.  Layout: sim/report/payload.h.
const AF = {data: null, pages: {}};

AF.unpack = async function () {
  const letters = atob(document.getElementById("payload").textContent);
  const packed = new Uint8Array(letters.length);
  for (let i = 0; i < letters.length; i++) packed[i] = letters.charCodeAt(i);
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  const plain = new Uint8Array(await new Response(stream).arrayBuffer());
  const length = new DataView(plain.buffer).getUint32(0, true);
  AF.data = JSON.parse(new TextDecoder().decode(plain.subarray(4, 4 + length)));
  AF.columns = plain.subarray(4 + length);
  AF.cache = new Map();
};

// The numbers of a column, given its place in the payload.
AF.column = function (place) {
  if (!place) return null;
  const key = place.at + place.type;
  if (AF.cache.has(key)) return AF.cache.get(key);
  const kinds = {f32: [4, Float32Array], f64: [8, Float64Array], i32: [4, Int32Array]};
  const [size, Kind] = kinds[place.type];
  const bytes = new Uint8Array(place.n * size);
  for (let plane = 0, from = place.at; plane < size; plane++) {
    for (let i = 0, to = plane; i < place.n; i++, to += size) bytes[to] = AF.columns[from++];
  }
  const values = new Kind(bytes.buffer);
  AF.cache.set(key, values);
  return values;
};

// A recorded quantity by its name in series.csv: {mean, low, high}, the last two null where each point is one row.
AF.series = function (name) {
  const series = AF.data.series;
  const found = series && series.columns.find(c => c.name === name);
  return found ? {mean: AF.column(found.mean), low: AF.column(found.low), high: AF.column(found.high)} : null;
};
// Milliseconds as Date counts them, of the site's standard time taken for UTC.
AF.origin = function () {
  const start = AF.data.facts && AF.data.facts.start;
  const at = Date.parse(/T|\d \d/.test(start || "") ? String(start).replace(" ", "T").replace(/Z?$/, "Z") : start + "T00:00:00Z");
  return Number.isFinite(at) ? at : 0;
};
AF.times = function () {
  if (!AF.timesMs) AF.timesMs = Array.from(AF.column(AF.data.series.time_s), s => AF.origin() + 1000 * s);
  return AF.timesMs;
};
AF.endSeconds = function () {
  return (AF.data.summary.time && AF.data.summary.time.simulated_s) || 0;
};
// Rows of a small table as objects.
AF.rows = function (table) {
  if (!table) return [];
  return table.rows.map(row => Object.fromEntries(table.columns.map((name, i) => [name, row[i]])));
};
AF.sites = function () {
  return Object.keys(AF.data.summary.sites || {});
};
AF.clustersOf = function (site) {
  const all = (AF.data.facts && AF.data.facts.clusters) || {};
  return Object.keys(all).filter(name => !site || all[name].site === site);
};
