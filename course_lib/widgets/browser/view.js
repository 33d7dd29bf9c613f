// One canvas for every view: its controls, its events, its words. The kernel sends a spec (plain
// data) and one buffer of float32; the browser indexes the buffer, draws, and tells in words what
// is drawn. No library, no network. In a notebook all modules are joined into one (`__init__.py`);
// a page imports them as they are, and a view without a kernel through `static.js`.
//
// The model has `get`, `set`, `on`, `off` and `save_changes`, as anywidget's has, and these traits:
//
// spec.title     what the view is called
// spec.controls  [{name, label, texts, …}]              a slider each, a list for a `choice`; texts[i]
//                                                       is said for index i; `play` moves by
//                                                       itself; `asks` needs the kernel
// spec.start     {control: index}                       what Reset goes back to
// spec.rows      [[panel, …], …]                        panels side by side, stacked where narrow
//                a panel's lines are drawn in full up to the control `time`; dragging over it
//                moves the control `scrub`
// spec.arrays    {name: {start, shape}}                 where each array begins in the buffer
// spec.every     steps from one ring of the reference to the next
// spec.ask       the question that stands there until the student moves something
// spec.captions  {by: [control, …], texts: […]}         what to notice, for every index of `by`
// spec.background {by: [control, …], array, text}       numbers that the kernel computes anew for
//                                                       each index of `by`, while the page goes on
// spec.status    [text or {ref, digits}, …]             what is shown, in one line
// spec.message   a sentence of the check, or ""
// data           the buffer
// picks          {control: index}                       where the controls stand
// alt            what is drawn at first, in words
// trained        {of, done, all, stopped, data}         what the background has, for the indices `of`
//
// In front of a class a page may give two more:
//
// fit            the smallest type, as a share of the window's height: the canvas then fills the
//                place that the page's style gives it
// veil           a control, or "": nothing shows that lies beyond where it stands
//
// A ref names numbers in the buffer: ["w", "lr", ":", 2] is w[index of lr, all, 2].
//
// With a kernel the model has `send` too: {ask, picks, …}, where `ask` is the name of a control
// that `asks`; "start" with a start point; "rewind" to the first state; "train", "stop".

import { inkFor } from "./marks.js";
import { PANELS } from "./panels.js";
import { floats, slice, write } from "./scales.js";

const NARROW = 620; // below this width (in type of size 1) panels stand under each other
const SMALLEST = 11; // pixels of the smallest type of size 1
const ELSEWHERE = "needs the course itself"; // what a page without a kernel says

export function mount({ model, el }) {
  const view = new Canvas(model, el);
  return () => view.remove();
}

class Canvas {
  constructor(model, el) {
    this.model = model;
    this.alone = !model.send; // without a kernel
    this.scale = 1;
    this.fit = model.get("fit");
    this.touched = false;
    this.undo = [];
    this.build(el);
    this.load();
    for (const [event, handler] of [
      ["change:data", () => this.load()],
      ["change:picks", () => this.follow()],
      ["change:trained", () => this.take()],
      ["change:veil", () => this.follow()],
    ]) {
      model.on(event, handler);
      this.undo.push(() => model.off(event, handler));
    }
    const redraw = () => {
      this.measure();
      this.draw();
    };
    const resize = new ResizeObserver(redraw);
    resize.observe(this.root);
    const theme = new MutationObserver(redraw);
    for (const node of [document.documentElement, document.body]) {
      theme.observe(node, { attributes: true });
    }
    this.listen(document.head, "load", redraw, true); // a theme's colours may come after its name
    this.listen(matchMedia("(prefers-color-scheme: dark)"), "change", redraw);
    this.listen(window, "resize", redraw); // browser zoom changes devicePixelRatio
    this.listen(window, "keydown", (event) => this.keepKeys(event), true);
    this.undo.push(
      () => resize.disconnect(), () => theme.disconnect(),
      () => this.pause(), () => clearTimeout(this.later),
    );
  }

  listen(target, event, handler, capture = false) {
    target.addEventListener(event, handler, capture);
    this.undo.push(() => target.removeEventListener(event, handler, capture));
  }

  remove() {
    for (const undo of this.undo) undo();
  }

  // ---- the page: controls, canvas, words -------------------------------------------------

  build(el) {
    const { controls } = this.model.get("spec");
    this.root = add(el, "div", { class: "alr-view", role: "group" });
    this.root.addEventListener("keydown", (event) => plain(event) && event.stopPropagation());
    const bar = add(this.root, "div", { class: "alr-controls" });
    this.inputs = {};
    for (const { name, label, choice, asks } of controls) {
      const box = add(bar, "label", {});
      const text = add(box, "span", { class: "alr-label" });
      add(text, "span", {}).textContent = label;
      const value = add(text, "span", { class: "alr-value", "aria-hidden": "true" });
      const stuck = asks && this.alone;
      const input = choice
        ? add(box, "select", { name, "aria-label": stuck ? `${label}: ${ELSEWHERE}` : label })
        : add(box, "input", { type: "range", name, min: 0, step: 1, "aria-label": label });
      input.addEventListener("input", () => {
        this.pause();
        this.pick(name, Number(input.value));
        if (asks) this.ask({ ask: name });
      });
      if (stuck) value.textContent = ELSEWHERE;
      this.inputs[name] = { input, value, stuck };
    }
    const buttons = add(bar, "div", { class: "alr-buttons" });
    const button = (text, act) => {
      const made = add(buttons, "button", { type: "button" });
      made.textContent = text;
      made.addEventListener("click", () => act(made));
      return made;
    };
    this.playing = controls.find((control) => control.play)?.name;
    if (this.playing) this.playButton = button("Play", () => this.play());
    button("Reset", () => this.reset());
    if (!this.fit) button("Larger type", (made) => {
      this.scale = this.scale === 1 ? 1.4 : 1;
      made.setAttribute("aria-pressed", String(this.scale !== 1));
      this.root.style.setProperty("--alr-scale", this.scale);
      this.measure();
      this.draw();
    }).setAttribute("aria-pressed", "false");
    this.message = add(this.root, "p", { class: "alr-message", role: "note" });
    this.canvas = add(this.root, "canvas", { role: "img" });
    this.work = add(this.root, "div", { class: "alr-work" });
    const text = add(this.work, "label", {});
    this.work.label = add(text, "span", {});
    this.work.bar = add(text, "progress", {});
    this.work.button = add(this.work, "button", { type: "button" });
    this.work.button.addEventListener("click", () => {
      if (this.working) this.model.send({ ask: "stop" });
      else this.compute();
    });
    this.caption = add(this.root, "p", { class: "alr-caption" });
    this.status = add(this.root, "p", { class: "alr-status", role: "status", "aria-live": "polite" });
    this.canvas.addEventListener("pointerdown", (event) => this.press(event));
    this.canvas.addEventListener("keydown", (event) => this.nudge(event));
  }

  // Plain keys are for the controls. JupyterLab would take the arrows to choose and fold cells:
  // its shortcuts pass over a target with this attribute, before or after the page hears the key.
  keepKeys(event) {
    if (!this.root.contains(event.target)) return;
    event.target.toggleAttribute("data-lm-suppress-shortcuts", plain(event));
  }

  load() {
    this.spec = this.model.get("spec");
    this.numbers = floats(this.model.get("data"));
    this.message.textContent = this.spec.message || "";
    this.message.hidden = !this.spec.message;
    this.work.hidden = !this.spec.background;
    this.root.setAttribute("aria-label", this.spec.title);
    this.canvas.setAttribute("aria-label", this.model.get("alt"));
    for (const { name, texts, choice } of this.spec.controls) {
      const { input, stuck } = this.inputs[name];
      this.inputs[name].texts = texts;
      input.disabled = stuck || texts.length === 1;
      if (!choice) input.max = texts.length - 1;
      else if (!input.length) for (const [i, text] of texts.entries()) input.add(new Option(text, i));
    }
    this.held = this.next; // what the hand has set and the kernel has not answered
    this.key = ""; // axes and panels are new
    this.wanted = null;
    this.measure();
    this.asked = -Infinity;
    this.follow();
    if (this.next) this.ask(this.next);
  }

  // What the kernel has to compute anew; while it does, only the last wish is kept.
  ask(request) {
    if (this.alone) return;
    const patience = 5000; // milliseconds; then it is taken for lost
    this.next = performance.now() - this.asked < patience ? request : null;
    if (this.next) return;
    this.asked = performance.now();
    this.model.set("picks", { ...this.picks });
    this.model.send({ ...request, picks: this.picks });
  }

  follow() {
    this.picks = { ...this.model.get("picks") };
    this.veil = this.model.get("veil");
    this.root.classList.toggle("alr-veiled", Boolean(this.veil));
    this.want();
    this.showPicks();
    this.draw();
    this.say();
  }

  // What the kernel computed in the background is not for these indices any more.
  want() {
    const { background } = this.spec;
    if (!background || this.wanted === this.indices(background.by)) return;
    this.take();
    if (this.wanted !== this.indices(background.by)) this.compute();
  }

  compute() {
    const { background, arrays } = this.spec, { start, shape } = arrays[background.array];
    this.wanted = this.indices(background.by);
    this.numbers.fill(NaN, start, start + shape.reduce((a, b) => a * b));
    this.progress({ done: 0 });
    if (!this.alone) this.model.send({ ask: "train", picks: this.picks });
  }

  // Numbers from the background, if they are for what is shown.
  take() {
    const { background, arrays } = this.spec, found = this.model.get("trained");
    if (!background || found?.of?.join() !== this.indices(background.by)) return;
    this.wanted = found.of.join();
    this.numbers.set(floats(found.data), arrays[background.array].start);
    this.progress(found);
    this.draw();
  }

  progress({ done, all, stopped }) {
    const { bar, button, label } = this.work, { text } = this.spec.background;
    this.working = done !== all && !stopped;
    this.work.style.visibility = done === all ? "hidden" : "visible"; // words below stay in place
    bar.hidden = button.hidden = this.alone;
    if (this.alone) label.textContent = `${text} ${ELSEWHERE}.`;
    else label.textContent = stopped ? `${text}: stopped` : text;
    if (done) Object.assign(bar, { value: done, max: all });
    else bar.removeAttribute("value");
    button.textContent = this.working ? "Stop" : "Go on";
  }

  indices(controls) {
    return controls.map((name) => this.picks[name]).join();
  }

  pick(name, index) {
    this.touched = true;
    this.picks[name] = index;
    this.moved();
  }

  moved() {
    this.want();
    this.showPicks();
    this.draw();
    this.sayIn(150);
  }

  // Words wait until the hand rests; milliseconds.
  sayIn(wait) {
    clearTimeout(this.later);
    this.later = setTimeout(() => this.say(true), wait);
  }

  showPicks() {
    for (const [name, { input, value, texts, stuck }] of Object.entries(this.inputs)) {
      const text = texts[this.picks[name]] + (stuck ? ` (${ELSEWHERE})` : "");
      input.value = this.picks[name];
      if (value.textContent === text || input.nodeName === "SELECT") continue;
      input.setAttribute("aria-valuetext", text);
      value.textContent = text;
    }
  }

  say(tell = false) {
    const { captions: { by, texts }, status, ask } = this.spec;
    const grid = { texts: { start: 0, shape: by.map((name) => this.inputs[name].texts.length) } };
    const caption = texts[slice(grid, ["texts", ...by], this.picks).at];
    this.caption.textContent = this.touched ? caption : ask || caption;
    this.status.textContent = status
      .map((part) => (typeof part === "string" ? part : write(this.value(part.ref), part.digits)))
      .join("");
    if (!tell) return;
    this.canvas.setAttribute("aria-label", `${this.spec.title}. ${this.status.textContent}`);
    this.model.set("picks", { ...this.picks });
    this.model.save_changes();
  }

  // Everything as it stood at first, the question too.
  reset() {
    this.pause();
    const { start, controls } = this.spec;
    const elsewhere = controls.some(({ name, asks }) => asks && this.picks[name] !== start[name]);
    if (elsewhere || this.strayed) this.ask({ ask: "rewind" });
    else this.picks = { ...start };
    this.touched = this.strayed = false;
    this.moved();
  }

  play() {
    if (this.frame) return this.pause();
    const name = this.playing, last = this.inputs[name].texts.length - 1;
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return this.pick(name, last);
    if (this.picks[name] === last) this.pick(name, 0);
    this.playButton.textContent = "Pause";
    let begun;
    const from = this.picks[name];
    const tick = (now) => {
      begun ??= now;
      const place = Math.min(last, from + Math.floor(((now - begun) / 8000) * last));
      this.frame = place < last ? requestAnimationFrame(tick) : null;
      if (place !== this.picks[name]) this.pick(name, place);
      if (!this.frame) this.pause();
    };
    this.frame = requestAnimationFrame(tick);
  }

  pause() {
    cancelAnimationFrame(this.frame);
    this.frame = null;
    if (this.playButton) this.playButton.textContent = "Play";
  }

  // The pointer goes to the panel below it, until it is let go.
  press(event) {
    const panel = this.boxes?.find(({ box }) => inside(box, event.offsetX, event.offsetY));
    if (!panel?.grab) return;
    this.pause();
    const move = (e) => panel.grab(e.offsetX, e.offsetY);
    const stop = () => {
      this.canvas.removeEventListener("pointermove", move);
      this.canvas.removeEventListener("pointerup", stop);
      this.canvas.removeEventListener("pointercancel", stop);
    };
    this.canvas.setPointerCapture(event.pointerId);
    this.canvas.addEventListener("pointermove", move);
    this.canvas.addEventListener("pointerup", stop);
    this.canvas.addEventListener("pointercancel", stop);
    event.preventDefault();
    panel.focus?.focus({ preventScroll: true });
    move(event);
  }

  // Arrow keys on the canvas move what may be moved in a panel.
  nudge(event) {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    const panel = this.boxes?.find(({ movable }) => movable);
    if (!panel || !way[event.key]) return;
    event.preventDefault();
    panel.nudge(...way[event.key]);
  }

  // Shows what the hand has set in a panel, and asks the kernel for the rest.
  hold(request, what) {
    if (this.alone) {
      this.status.textContent = `${what} ${ELSEWHERE}.`;
      return;
    }
    this.touched = this.strayed = true;
    this.held = request;
    this.draw();
    this.ask(request);
    this.sayIn(300);
  }

  // ---- what panels use -----------------------------------------------------------------------

  slice(ref) {
    return slice(this.spec.arrays, ref, this.picks);
  }

  value(ref) {
    return this.numbers[this.slice(ref).at];
  }

  // ---- drawing -----------------------------------------------------------------------------

  // Reads the page, which takes the browser long, only where something about it may have changed.
  measure() {
    const width = (this.fit ? this.canvas : this.root).clientWidth;
    if (!width) return;
    if (this.fit) {
      this.scale = (this.fit * window.innerHeight) / SMALLEST;
      this.room = this.canvas.clientHeight;
      this.root.style.setProperty("--alr-scale", this.scale);
    }
    const ratio = window.devicePixelRatio || 1;
    const ink = inkFor(this.root);
    const key = [width, this.room, ratio, this.scale, ink.ground].join();
    if (key === this.key) return;
    Object.assign(this, { key, width, ratio, ink });
    this.root.classList.toggle("alr-dark", ink.dark);
    this.root.style.background = ink.own ? ink.ground : "";
    this.arrange(width);
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(this.height * ratio);
    if (!this.fit) this.canvas.style.height = `${this.height}px`;
    this.still = document.createElement("canvas"); // axes and words: the same in every picture
    this.still.width = this.canvas.width;
    this.still.height = this.canvas.height;
    const pen = this.pen(this.still);
    for (const panel of this.boxes) panel.frame(pen);
  }

  draw() {
    if (!this.still) return;
    const pen = this.pen(this.canvas);
    pen.clearRect(0, 0, this.width, this.height);
    pen.drawImage(this.still, 0, 0, this.width, this.height);
    for (const panel of this.boxes) {
      if (this.veil) panel.veiled(pen, this.veil);
      else panel.draw(pen);
    }
  }

  pen(canvas) {
    const pen = canvas.getContext("2d");
    pen.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    pen.lineJoin = "round";
    return pen;
  }

  arrange(width) {
    const narrow = !this.fit && width < NARROW * this.scale;
    const rows = narrow ? this.spec.rows.flat().map((panel) => [panel]) : this.spec.rows;
    const gap = 10 * this.scale;
    let y = 4;
    this.boxes = [];
    const laid = rows.map((row) => {
      const total = row.reduce((sum, panel) => sum + panel.width, 0);
      const room = width - gap * (row.length - 1);
      const parts = row.map((panel) => [panel, PANELS[panel.kind], (room * panel.width) / total]);
      const heights = parts.map(([panel, Kind, share]) => Kind.height(panel, share, this));
      return { parts, height: Math.max(...heights) * this.scale, fixed: row[0].kind === "legend" };
    });
    if (this.fit) this.stretch(laid, gap);
    for (const { parts, height } of laid) {
      let x = 0;
      for (const [panel, Kind, share] of parts) {
        this.boxes.push(new Kind(this, panel, x, y, share, height));
        x += share + gap;
      }
      y += height + gap / 2;
    }
    this.height = this.fit ? this.room : Math.ceil(y);
    if (!this.alone && this.boxes.some(({ movable }) => movable)) this.canvas.tabIndex = 0;
  }

  // Gives panels the height that there is; a legend needs what it needs.
  stretch(rows, gap) {
    const free = rows.filter(({ fixed }) => !fixed), fixed = rows.filter((row) => row.fixed);
    const share = (this.room - 4 - (gap / 2) * rows.length - sumOf(fixed)) / sumOf(free);
    for (const row of free) row.height *= share;
  }
}

function sumOf(rows) {
  return rows.reduce((all, { height }) => all + height, 0);
}

function add(parent, tag, attributes) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return parent.appendChild(made);
}

function inside({ x, y, w, h }, px, py) {
  return px >= x - 6 && px <= x + w + 6 && py >= y && py <= y + h;
}

function plain({ ctrlKey, metaKey, altKey, shiftKey }) {
  return !(ctrlKey || metaKey || altKey || shiftKey);
}

export default { render: mount };
