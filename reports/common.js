  const root = document.documentElement;
  const $ = (id) => document.getElementById(id);
  for (const tool of document.querySelectorAll("[data-js]")) tool.hidden = false;

  // numbers as the page writes them
  const number = (value) => value.toFixed(1).replace("-", "−").replace(".", root.lang === "nl" ? "," : ".");
  const say = (message, values) => message.replace(/\{(\w+)\}/g, (_, name) => values[name]);

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
  addEventListener("afterprint", () => { for (const d of opened) d.open = false; delete root.dataset.print; });

  // a link into something closed opens it
  const reveal = () => {
    const target = location.hash.length > 1 ? $(decodeURIComponent(location.hash.slice(1))) : null;
    for (let d = target && target.closest("details"); d; d = d.parentElement.closest("details")) d.open = true;
  };
  addEventListener("hashchange", reveal);
  reveal();

  // copy
  for (const button of document.querySelectorAll("[data-copy]")) button.addEventListener("click", async () => {
    const source = $(button.dataset.copy);
    const lines = source.tagName === "DL" ? [...source.children].map((part) => part.tagName === "DT" ? `\n${part.textContent}: ` : part.textContent).join("").trim() : source.textContent;
    try { await navigator.clipboard.writeText(lines); button.textContent = button.dataset.done; }
    catch { getSelection().selectAllChildren(source); button.textContent = button.dataset.else; }
  });

  // keys: a page adds its own; off inside fields and when switched off
  const keys = {}, help = $("help"), go = (hash) => { location.hash = hash; };
  const jump = (key, id) => { if ($(id)) keys[key] = () => go(id); };
  $("keys").addEventListener("click", () => help.showModal());
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || help.open || event.target.closest("input,select,textarea,dialog")) return;
    if (!$("keys-on").checked) return;
    if (event.key === "?") help.showModal();
    if (Object.hasOwn(keys, event.key)) { event.preventDefault(); keys[event.key](); }
  });
