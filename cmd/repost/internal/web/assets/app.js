// Pages work without this: it goes from change to change by the keys n and p, and shows
// the inline view of a difference first where the window is narrow.
"use strict";
(() => {
  const inline = document.getElementById("v-inline");
  if (inline && !location.hash && matchMedia("(max-width: 46rem)").matches) inline.checked = true;
  let at = -1;
  const shown = () => [...document.querySelectorAll(".framed ins[class], .framed del[class]")].filter((e) => e.getClientRects().length > 0 && !e.classList.contains("cosmetic"));
  document.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(e.target.tagName) && e.target.type !== "radio" && e.target.type !== "checkbox") return;
    if (e.key !== "n" && e.key !== "p") return;
    const all = shown();
    if (all.length === 0) return;
    at = e.key === "n" ? Math.min(at + 1, all.length - 1) : Math.max(at - 1, 0);
    const to = all[at];
    to.tabIndex = -1;
    to.scrollIntoView({ block: "center" });
    to.focus();
    e.preventDefault();
  });
})();
