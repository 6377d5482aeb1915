  // marks and files of the source
  const marks = [...document.querySelectorAll(".code tr.hit")], files = [...document.querySelectorAll(".file")];
  const walk = (list, step) => {
    let at = list.findIndex((each) => `#${each.id}` === location.hash);
    return () => { if (list.length) { at = at < 0 && step() < 0 ? list.length - 1 : (at + step() + list.length) % list.length; go(list[at].id); } };
  };
  const walker = (list, forth, back) => {
    let step = 0;
    const move = walk(list, () => step);
    keys[forth] = () => { step = 1; move(); };
    keys[back] = () => { step = -1; move(); };
  };
  walker(marks, "j", "k");
  walker(files, "]", "[");
  jump("t", "tests"); jump("s", "speed"); jump("q", "quality");

  // a line's number marks the line, and the address
  for (const table of document.querySelectorAll(".code table")) table.addEventListener("click", (event) => {
    const row = event.target.closest("th") && event.target.closest("tr[id]");
    if (row) go(row.id);
  });

  // filter tests and findings
  const filter = $("filter"), rows = [...document.querySelectorAll("[data-find]")];
  if (filter) {
    keys["/"] = () => { go("tests"); filter.focus(); };
    filter.addEventListener("input", () => {
      const wanted = filter.value.trim().toLowerCase();
      let shown = 0;
      for (const row of rows) { row.hidden = !row.textContent.toLowerCase().includes(wanted); shown += !row.hidden; }
      $("filtered").textContent = wanted ? say($("filtered").dataset.say, { n: shown }) : "";
      if (wanted && $("passed")) $("passed").open = true;
    });
  }

  // the summary alone on paper
  const brief = $("brief");
  if (brief) brief.addEventListener("click", () => { root.dataset.print = "brief"; print(); });

  // what if: other weights turn the lines of equal total
  const slide = $("what-if");
  if (slide) {
    const { correctness, quality, speed, both, own, graded } = Object.fromEntries(Object.entries(slide.dataset).filter(([name]) => name !== "say").map(([name, value]) => [name, Number(value)]));
    const px = (s) => 44 + s * 3.2, py = (q) => 264 - q * 2.4, inside = (v) => v > -1e-6 && v < 100.000001;
    const ends = (w, total) => {
      const rest = total - correctness, a = w / 100, b = (both - w) / 100, found = [];
      const put = (s, q) => { if (inside(s) && inside(q)) found.push([s, q]); };
      if (b > 0) { put(0, rest / b); put(100, (rest - 100 * a) / b); }
      if (a > 0) { put(rest / a, 0); put((rest - 100 * b) / a, 100); }
      found.sort((one, other) => one[0] - other[0] || other[1] - one[1]);
      return found.length > 1 ? [found[0], found[found.length - 1]] : null;
    };
    const draw = (w) => {
      const total = w === graded ? own : correctness + ((both - w) * quality + w * speed) / 100;
      for (const line of document.querySelectorAll("[data-total]")) {
        const pair = ends(w, line.dataset.total === "own" ? total : Number(line.dataset.total));
        line.setAttribute("visibility", pair ? "visible" : "hidden");
        if (!pair) continue;
        const [[s1, q1], [s2, q2]] = pair;
        const places = line.tagName === "text" ? { x: px(s2), y: py(q2), dy: s2 > 99.9 ? 4 : -5 } : { x1: px(s1), y1: py(q1), x2: px(s2), y2: py(q2) };
        for (const [name, value] of Object.entries(places)) line.setAttribute(name, value.toFixed(1));
      }
      $("wo").textContent = say(slide.dataset.say, { total: number(total), graded: number(own) });
    };
    const w = $("w"), wn = $("wn");
    const set = (value) => {
      const held = Math.min(both, Math.max(0, Number(value) || 0)), near = Math.abs(held - graded) < both / 200 ? graded : Math.round(held * 2) / 2;
      w.value = near; if (document.activeElement !== wn) wn.value = near;
      draw(near);
    };
    w.addEventListener("input", () => set(w.value));
    wn.addEventListener("input", () => set(wn.value));
    set(graded);
  }
