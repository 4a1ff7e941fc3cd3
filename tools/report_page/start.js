"use strict";
// Unpacks, then builds the page that the document is for; a fault is said on the page, not left to the console.
AF.ready = (async function () {
  const main = document.getElementById("page");
  try {
    if (typeof DecompressionStream === "undefined") throw new Error("this browser cannot unpack it; any of 2023 or later can");
    await AF.unpack();
    AF.pages[document.body.dataset.kind](main);
  } catch (fault) {
    main.replaceChildren(AF.el("section", {class: "panel", id: "fault"}, AF.el("h2", {}, "The page could not be built"), AF.el("p", {}, String(fault.message || fault))));
    throw fault;
  } finally {
    main.setAttribute("aria-busy", "false");
  }
})();
AF.recolour = function () {
  for (const chart of AF.charts) chart.updateOptions({gridLineColor: AF.css("--grid"), axisLineColor: AF.css("--line")});
  if (AF.gantt) AF.gantt.draw();
};
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", AF.recolour);
addEventListener("beforeprint", () => { document.documentElement.setAttribute("data-print", ""); AF.recolour(); });
addEventListener("afterprint", () => { document.documentElement.removeAttribute("data-print"); AF.recolour(); });
