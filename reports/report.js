  const root = document.documentElement;
  const $ = (id) => document.getElementById(id);
  for (const tool of document.querySelectorAll("[data-js]")) tool.hidden = false;

  // theme: follows the system until the reader chooses
  const theme = $("theme");
  const dark = () => (root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const show = () => theme.setAttribute("aria-pressed", String(dark()));
  theme.addEventListener("click", () => { root.dataset.theme = dark() ? "light" : "dark"; show(); });
  show();

  // section in view
  const links = new Map([...document.querySelectorAll(".toc a")].map((a) => [a.hash.slice(1), a]));
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) if (entry.isIntersecting) {
      for (const a of links.values()) a.removeAttribute("aria-current");
      links.get(entry.target.id).setAttribute("aria-current", "true");
    }
  }, { rootMargin: "-10% 0px -80% 0px" });
  for (const id of links.keys()) if ($(id)) seen.observe($(id));

  // print: open everything, close it again afterwards
  let opened = [];
  addEventListener("beforeprint", () => { opened = [...document.querySelectorAll("details:not([open])")]; for (const d of opened) d.open = true; });
  addEventListener("afterprint", () => { for (const d of opened) d.open = false; });

  // copy the command
  const copy = $("copy");
  copy.addEventListener("click", async () => {
    try { await navigator.clipboard.writeText($("repeat").textContent); copy.textContent = "Copied"; }
    catch { getSelection().selectAllChildren($("repeat")); copy.textContent = "Selected"; }
  });

  // keys, off inside fields and when switched off
  const marks = [...document.querySelectorAll(".code tr.hit")], files = [...document.querySelectorAll(".file")];
  let at = -1, file = -1;
  const help = $("help"), go = (hash) => { location.hash = hash; };
  $("keys").addEventListener("click", () => help.showModal());
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || help.open || event.target.closest("input,select,textarea")) return;
    if (event.key === "?") { help.showModal(); return; }
    if (!$("keys-on").checked) return;
    if (event.key === "j") at = at + 1 < marks.length ? at + 1 : 0;
    if (event.key === "k") at = at > 0 ? at - 1 : marks.length - 1;
    if (event.key === "j" || event.key === "k") go(marks[at].id);
    if (event.key === "[" || event.key === "]") { file = Math.min(files.length - 1, Math.max(0, file + (event.key === "]" ? 1 : -1))); go(files[file].id); }
    const jump = { t: "tests", s: "speed", q: "quality" }[event.key];
    if (jump) go(jump);
  });
