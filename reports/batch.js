  // ranking: sort, filter, and rank again at another weight
  const data = JSON.parse($("data").textContent), body = $("rank-body"), filter = $("filter"), under = $("under");
  if (body) {
    const rows = [...body.rows], place = new Map(rows.map((row, n) => [row, n]));
    const names = rows.map((row) => row.cells[1].textContent), column = { total: 2, c: 5, q: 6, s: 7, tests: 8, ratio: 9, density: 10 };
    // what a weight changes, found once: texts of place, total, band, points and move, and ends of the bars
    const shown = rows.map((row) => [0, 2, 3, 5, 6, 7, 11].map((at) => { const cell = row.cells[at].lastElementChild || row.cells[at]; return cell.firstChild || cell.appendChild(new Text()); }));
    const bars = rows.map((row) => {
      const part = (name) => row.querySelector(`[data-part="${name}"]`), c = part("c"), q = part("q"), s = part("s"), band = part("band");
      return [[c, "width"], [q, "x"], [q, "width"], [s, "x"], [s, "width"], [band, "x1"], [band, "x2"]];
    });
    const served = rows.map((_, n) => [shown[n].map((text) => text.data), bars[n].map(([part, name]) => part.getAttribute(name))]);
    const now = served.map(([texts, ends]) => [[...texts], [...ends]]);
    const write = (n, texts, ends) => {
      const [had, drawn] = now[n];
      texts.forEach((text, k) => { if (had[k] !== text) shown[n][k].data = had[k] = text; });
      ends.forEach((end, k) => { if (drawn[k] !== end) { const [part, name] = bars[n][k]; part.setAttribute(name, drawn[k] = end); } });
    };
    let weight = data.graded;

    // points of correctness, quality and speed, and the total, at a weight, as grading gives them; end: 0 value, 1 low, 2 high
    const at = (row, w, end) => {
      const c = row[1 + end], q = row[4 + end], s = row[7 + end];
      const mc = c === null ? 0 : data.correctness, mq = q === null ? 0 : data.span - w, ms = s === null ? 0 : w, whole = mc + mq + ms || 1;
      const pc = mc * c / whole, pq = mq * q / whole, ps = ms * s / whole, sum = pc + pq + ps;
      const log = (score) => Math.log(Math.max(score, 5)), both = mq + ms;
      const total = data.geometric && mq && ms ? Math.min(sum, pc + both * Math.exp((mq * log(q) + ms * log(s)) / both) / whole) : sum;
      return [pc, pq, ps, Math.min(total, row[0])];
    };
    // how many of a sorted list are above a value
    const above = (sorted, value) => { let a = 0, z = sorted.length; while (a < z) { const m = (a + z) >> 1; if (sorted[m] > value) z = m; else a = m + 1; } return sorted.length - a; };
    let standing = rows;
    const order = (list) => { if (list.some((row, n) => row !== standing[n])) body.append(...(standing = list)); };
    const marked = (key, direction) => {
      for (const th of document.querySelectorAll(".rank th[data-sort]")) if (th.dataset.sort === key) th.setAttribute("aria-sort", direction); else th.removeAttribute("aria-sort");
    };
    const graded = () => { served.forEach(([texts, ends], n) => write(n, texts, ends)); order(rows); return 0; };
    const rank = () => {
      const value = data.rows.map((row) => at(row, weight, 0)), low = data.rows.map((row) => at(row, weight, 1)[3]), high = data.rows.map((row) => at(row, weight, 2)[3]);
      const lows = [...low].sort((a, b) => a - b), highs = [...high].sort((a, b) => a - b), best = high.map((v) => 1 + above(lows, v + 1e-9)), count = new Map();
      for (const v of best) count.set(v, (count.get(v) || 0) + 1);
      const sorted = rows.map((_, n) => n).sort((a, b) => value[b][3] - value[a][3] || a - b), pc = (v) => `${v.toFixed(2)}%`;
      sorted.forEach((n, rankAt) => {
        const [, correct, , , quality, , , speed] = data.rows[n], [c, q, s, total] = value[n], shows = (score, points) => score === null ? "–" : number(points), worst = above(highs, low[n] - 1e-9), moved = n - rankAt;
        const place = `${count.get(best[n]) > 1 ? "=" : ""}${best[n]}${worst === best[n] ? "" : ` –${worst}`}`;
        write(n, [place, number(total), `${number(low[n])}–${number(high[n])}`, shows(correct, c), shows(quality, q), shows(speed, s), !moved ? "" : moved > 0 ? `▲ ${moved}` : `▼ ${-moved}`],
          [pc(c), pc(c), pc(q), pc(c + q), pc(s), pc(low[n]), pc(high[n])]);
      });
      order(sorted.map((n) => rows[n]));
      return sorted[0];
    };
    // what was chosen stands in the address, to be shared: #w=10&sort=q.up&find=ada&under=1
    const asked = new URLSearchParams([...new URLSearchParams(location.hash.slice(1))].filter(([key]) => ["w", "sort", "find", "under"].includes(key)));
    const keep = (key, value) => {
      if (value === "") asked.delete(key); else asked.set(key, value);
      history.replaceState(null, "", `${asked}` ? `#${asked}` : location.pathname);
    };
    const set = (value) => {
      const held = Math.min(data.span, Math.max(0, Number(value) || 0));
      weight = Math.abs(held - data.graded) < data.span / 200 ? data.graded : Math.round(held * 2) / 2;
      const changed = weight !== data.graded;
      $("w").value = weight; if (document.activeElement !== $("wn")) $("wn").value = weight;
      const table = body.parentNode;
      body.remove();  // what changes outside of the document costs no styling row by row
      const first = changed ? rank() : graded();
      table.append(body);
      $("what-if").hidden = !changed;
      for (const line of document.querySelectorAll('[data-at="w"]')) for (const end of ["x1", "x2"]) line.setAttribute(end, `${100 * weight / data.span}%`);
      $("config").textContent = `[pillars]\ncorrectness = ${data.correctness}\nquality = ${data.span - weight}\nspeed = ${weight}`;
      marked("total", "descending");
      const live = $("say");
      live.textContent = changed ? say(live.dataset.changed, { name: names[first] }) : live.dataset.graded;
      keep("sort", ""); keep("w", changed ? weight : "");
    };
    const value = (row, key) => { const found = parseFloat(row.cells[column[key]].textContent.replace(",", ".")); return Number.isNaN(found) ? -Infinity : found; };
    const sort = (key, down) => {
      const sign = down ? -1 : 1;
      order([...body.rows].sort((a, b) => sign * (value(a, key) - value(b, key)) || place.get(a) - place.get(b)));
      marked(key, down ? "descending" : "ascending");
      keep("sort", key === "total" && down ? "" : down ? key : `${key}.up`);
    };
    for (const th of document.querySelectorAll(".rank th[data-sort]")) th.firstElementChild.addEventListener("click", () => sort(th.dataset.sort, th.getAttribute("aria-sort") !== "descending"));
    const show_rows = () => {
      const wanted = filter.value.trim().toLowerCase();
      rows.forEach((row, n) => { row.hidden = !names[n].toLowerCase().includes(wanted) || (under.checked && "under" in row.dataset); });
      $("shown").textContent = `${rows.filter((row) => !row.hidden).length}/${rows.length}`;
      keep("find", filter.value.trim()); keep("under", under.checked ? "1" : "");
    };
    filter.addEventListener("input", show_rows);
    under.addEventListener("change", show_rows);
    const [key, up] = (asked.get("sort") || "").split("."), find = asked.get("find"), is_under = asked.has("under");
    if ($("w")) {
      for (const field of ["w", "wn"]) $(field).addEventListener("input", (event) => set(event.target.value));
      $("reset").addEventListener("click", () => set(data.graded));
      if (/^[\d.]+$/.test(asked.get("w"))) set(asked.get("w"));
    }
    if (column[key]) sort(key, !up);
    if (find || is_under) { filter.value = find || ""; under.checked = is_under; show_rows(); }
    keys["/"] = () => filter.focus();
    jump("w", "weights");
    jump("t", "items");
  }
