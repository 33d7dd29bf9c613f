// The classroom: scene after scene on one page. A scene has three phases: the question alone; the
// view at its beginning, with all that comes later hidden; the answer.
const at = (id) => document.getElementById(id);

(() => {
  const { scenes, fit } = JSON.parse(document.getElementById("scenes").textContent);
  const names = Object.keys(scenes);
  const predicted = {}; // by scene, what the class said
  let name = "", phase = "", model = null, frame = null, zoomed = -1, notes = null, begun = 0;

  function open(wanted) {
    stop();
    model?.remove();
    model = null;
    name = scenes[wanted] ? wanted : "";
    at("stage").hidden = !name;
    at("contents").hidden = Boolean(name);
    if (location.hash.slice(1) !== name) history.replaceState(null, "", `#${name}`);
    if (!name) return tell();
    const scene = scenes[name];
    at("alone").append(at("hands")); // it lies in the view that goes
    at("view").replaceChildren();
    zoomed = -1;
    begun = Date.now();
    for (const [part, text] of [["lesson", scene.lesson], ["question", scene.ask]]) {
      for (const node of document.querySelectorAll(`#stage .${part}`)) node.textContent = text;
    }
    document.querySelector("#bar .title").textContent = scene.title;
    document.title = `${scene.title} – Adaptive learning rates`;
    at("class").value = predicted[name] ?? "";
    document.activeElement?.blur();
    become("question");
    requestAnimationFrame(() => setTimeout(prepare)); // the question is painted first
  }

  // Draws the view behind the question.
  async function prepare() {
    const scene = scenes[name], mine = name, kept = ALR.views[scene.view];
    if (model || !name) return;
    const picks = { ...scene.picks, [scene.reveal]: 0 };
    const spec = { ...kept.spec, ask: "", start: picks };
    const shown = await ALR.show(at("view"), { ...kept, spec, picks, fit, veil: scene.reveal });
    if (name !== mine || model) return shown.remove();
    model = shown;
    at("view").firstElementChild.prepend(at("talk").content.cloneNode(true));
    for (const [part, text] of [["lesson", scene.lesson], ["question", scene.ask]]) {
      at("view").querySelector(`.${part}`).textContent = text;
    }
    if (phase !== "question") place();
  }

  function become(next) {
    phase = next;
    at("stage").dataset.phase = phase;
    at("alone").hidden = phase !== "question";
    at("view").inert = phase === "question";
    at("view").style.visibility = phase === "question" ? "hidden" : "";
    at("reveal").textContent = { question: "Show", beginning: "Reveal", answer: "Again" }[phase];
    if (phase !== "question") place();
    tell();
  }

  // The prediction stands with the view, between its controls and the end of the column.
  function place() {
    at("view").querySelector(".alr-controls")?.after(at("hands"));
  }

  // Space: shows the beginning, then the answer; stops and goes on while it moves.
  async function reveal() {
    if (!name) return;
    document.activeElement?.blur();
    if (phase === "question") {
      if (!model) await prepare();
      become("beginning");
    } else if (frame) stop();
    else if (model) play();
  }

  function play() {
    const { reveal: control } = scenes[name];
    const last = model.get("spec").controls.find((one) => one.name === control).texts.length - 1;
    let from = model.get("picks")[control];
    if (phase === "answer" && from === last) from = 0;
    become("answer");
    model.set("veil", control);
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return finish();
    let start;
    const tick = (now) => {
      start ??= now;
      const index = Math.min(last, from + Math.floor(((now - start) / 6000) * last));
      if (index !== model.get("picks")[control]) move(control, index);
      frame = index < last ? requestAnimationFrame(tick) : null;
      if (!frame) finish();
    };
    frame = requestAnimationFrame(tick);
  }

  function finish() {
    stop();
    const { reveal: control } = scenes[name];
    move(control, model.get("spec").controls.find((one) => one.name === control).texts.length - 1);
    model.set("veil", "");
  }

  function move(control, index) {
    model.set("picks", { ...model.get("picks"), [control]: index });
  }

  function stop() {
    cancelAnimationFrame(frame);
    frame = null;
  }

  // What a clicker's two keys do: one thing after the other, as on slides.
  function onward() {
    if (!name) return open(names[0]);
    if (phase !== "answer") return reveal();
    if (frame) return finish();
    go(1);
  }

  function back() {
    if (phase === "beginning" || phase === "answer") return open(name);
    go(-1);
  }

  function go(way) {
    const next = names[names.indexOf(name) + way];
    if (next) open(next);
    else if (way < 0) open("");
  }

  // One panel alone with the legends, the next one, then all again.
  function zoom() {
    if (!model || phase === "question") return;
    const { spec } = ALR.views[scenes[name].view];
    const panels = spec.rows.flat().filter(({ kind }) => kind !== "legend");
    zoomed = zoomed + 1 < panels.length ? zoomed + 1 : -1;
    const legends = spec.rows.filter(([{ kind }]) => kind === "legend");
    const rows = zoomed < 0 ? spec.rows : [...legends.slice(0, 1), [panels[zoomed]]];
    model.state.spec = { ...model.state.spec, rows };
    model.set("data", model.get("data"));
  }

  function full() {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen?.();
  }

  function black() {
    at("black").hidden = !at("black").hidden;
  }

  function laser() {
    at("laser").hidden = !at("laser").hidden;
    document.body.classList.toggle("lasered", !at("laser").hidden);
  }

  // The speaker's window. It is empty and belongs to this page, so it works from a folder, too.
  function speak() {
    notes = window.open("", "notes", "width=700,height=800");
    if (!notes) return;
    notes.document.title = "Speaker notes";
    notes.document.body.style.cssText = "font:1.3rem/1.5 system-ui,sans-serif;margin:1.5rem";
    notes.addEventListener("keydown", keys);
    tell();
  }

  function tell() {
    if (!notes || notes.closed) return;
    const { body } = notes.document;
    const add = (tag, text) => {
      body.appendChild(notes.document.createElement(tag)).textContent = text;
    };
    body.replaceChildren();
    if (!name) return add("h1", "Contents");
    const scene = scenes[name], next = names[names.indexOf(name) + 1];
    const started = new Date(begun).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    add("p", `${scene.lesson} – ${phase}`);
    add("h1", scene.title);
    add("p", `${scene.minutes} minutes, since ${started}`);
    add("h2", "Ask");
    add("p", scene.ask);
    if (predicted[name]) add("p", `The class said: ${predicted[name]}`);
    add("h2", "Expect");
    for (const answer of scene.wrong) add("p", `“${answer}”`);
    add("h2", "Notice");
    add("p", scene.notice);
    add("h2", "Next");
    add("p", next ? scenes[next].title : "The end");
  }

  const KEYS = {
    PageDown: onward, PageUp: back, Enter: onward, F5: onward,
    ArrowRight: () => go(1), ArrowDown: () => go(1), n: () => go(1),
    ArrowLeft: () => go(-1), ArrowUp: () => go(-1), p: () => go(-1),
    " ": reveal, Home: () => open(""), Escape: () => open(""),
    r: () => open(name), z: zoom, f: full, b: black, ".": black, l: laser, s: speak,
    d: otherTheme,
  };

  function keys(event) {
    const { key, target } = event;
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const typing = target === at("class");
    const mine = /^[\d%]$/.test(key) || (typing && [".", ",", "Backspace", "-"].includes(key));
    if (name && mine) {
      if (!typing) at("class").focus();
      return;
    }
    const arrows = key.startsWith("Arrow") || key === "Home";
    if (arrows && (typing || /^(SELECT|INPUT|CANVAS)$/.test(target.tagName))) return;
    if ([" ", "Enter"].includes(key) && /^(BUTTON|SELECT|A)$/.test(target.tagName)) return;
    if (!KEYS[key] || (!name && (key === " " || arrows))) return;
    event.preventDefault();
    event.stopPropagation();
    if (!at("black").hidden) return black();
    KEYS[key]();
  }

  document.addEventListener("keydown", keys, true);
  window.addEventListener("hashchange", () => open(location.hash.slice(1)));
  document.addEventListener("pointermove", ({ clientX, clientY }) => {
    at("laser").style.left = `${clientX}px`;
    at("laser").style.top = `${clientY}px`;
  });
  at("class").addEventListener("input", ({ target }) => {
    predicted[name] = target.value;
    tell();
  });
  for (const [id, act] of Object.entries({
    previous: () => go(-1), next: () => go(1), reveal, notes: speak, full, zoom, index: () => open(""),
  })) {
    at(id).addEventListener("click", (event) => {
      event.currentTarget.blur();
      act();
    });
  }
  open(location.hash.slice(1));
})();
