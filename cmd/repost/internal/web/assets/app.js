// Pages work without this: it goes from change to change by buttons and by the keys n and p,
// joins passages that moved by lines, shows the inline view of a difference first where
// the window is narrow, keeps the view that was chosen in the address,
// and takes a file that is dropped on a search.
"use strict";
(() => {
  const inline = document.getElementById("v-inline"), asked = new URL(location);
  if (inline && !location.hash && !asked.searchParams.has("view") && matchMedia("(max-width: 46rem)").matches) inline.checked = true;
  for (const view of document.querySelectorAll("input[name=view]")) {
    view.addEventListener("change", () => { // the address that is sent to others shows what is seen
      asked.searchParams.set("view", view.id.slice(2));
      history.replaceState(null, "", asked);
      const lang = document.querySelector("a.lang");
      if (lang) {
        const there = new URL(lang.href);
        there.searchParams.set("view", view.id.slice(2));
        lang.href = there;
      }
    });
  }

  let at = -1;
  const shown = () => [...document.querySelectorAll(".framed :is(ins, del)[class], .framed a.place")].filter((e) => e.getClientRects().length > 0 && getComputedStyle(e).textDecorationLine !== "none" | e.matches("a.place"));
  const step = (by) => {
    const all = shown();
    if (all.length === 0) return;
    at = Math.max(0, Math.min(at + by, all.length - 1));
    const to = all[at];
    if (!to.hasAttribute("href")) to.tabIndex = -1;
    to.scrollIntoView({ block: "center" });
    to.focus({ preventScroll: true });
  };
  document.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || (/^(INPUT|TEXTAREA|SELECT)$/.test(e.target.tagName) && !/^(radio|checkbox)$/.test(e.target.type))) return;
    if (e.key !== "n" && e.key !== "p") return;
    step(e.key === "n" ? 1 : -1);
    e.preventDefault();
  });
  for (const group of document.querySelectorAll(".step")) {
    group.hidden = false;
    group.querySelector(".on").addEventListener("click", () => step(1));
    group.querySelector(".back").addEventListener("click", () => step(-1));
  }

  // A file that is dropped anywhere on the page of a search is the file of its form.
  const file = document.querySelector(".find form input[type=file]");
  if (file) {
    document.addEventListener("dragover", (e) => e.preventDefault());
    document.addEventListener("drop", (e) => {
      if (!e.dataTransfer || e.dataTransfer.files.length === 0) return;
      e.preventDefault();
      file.files = e.dataTransfer.files;
      file.form.querySelector("button").focus();
    });
  }

  // A line from where a passage stood to where it stands, between the two columns.
  const sides = document.querySelector(".v-sides > .sides");
  if (!sides) return;
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "joins");
  svg.setAttribute("aria-hidden", "true");
  const draw = () => {
    svg.replaceChildren();
    const box = sides.getBoundingClientRect();
    if (box.width === 0 || getComputedStyle(sides).display !== "grid") return svg.remove();
    for (const a of sides.querySelectorAll(".a.moved[id]")) {
      const b = document.getElementById(a.id.replace("s-a", "s-b"));
      if (!b || a.classList.contains("none") || b.classList.contains("none")) continue;
      const from = a.getBoundingClientRect(), to = b.getBoundingClientRect();
      if (from.height === 0 || to.height === 0) continue;
      const x1 = from.right - box.left, x2 = to.left - box.left, y1 = from.top - box.top + 14, y2 = to.top - box.top + 14, mid = (x1 + x2) / 2;
      const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
      path.setAttribute("d", `M${x1} ${y1}C${mid} ${y1} ${mid} ${y2} ${x2} ${y2}`);
      svg.append(path);
    }
    if (svg.childElementCount === 0) return svg.remove();
    svg.setAttribute("width", box.width);
    svg.setAttribute("height", box.height);
    sides.append(svg);
  };
  new ResizeObserver(draw).observe(sides);
  document.addEventListener("change", draw);
  document.addEventListener("toggle", draw, true);
  draw();
})();
