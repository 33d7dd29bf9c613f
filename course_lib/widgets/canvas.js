// One canvas for every view. The kernel sends a spec (plain data) and one buffer of float32; this
// module only indexes the buffer, draws, and tells in words what is drawn. No library, no network.
//
// spec.controls  [{name, label, texts, …}]              a slider each, a list for a `choice`; texts[i]
//                                                       is said for place i; `play` moves by
//                                                       itself; `asks` needs the kernel
// spec.start     {control: place}                       what Rewind goes back to
// spec.rows      [[panel, …], …]                        panels side by side, stacked where narrow
//                a panel's lines are drawn in full up to the control `time`; dragging over it
//                moves the control `scrub`
// spec.every     steps from one ring of the reference to the next
// spec.ask       the question that stands there until the student moves something
// spec.captions  {by: [control, …], texts: […]}         what to notice, for every place of `by`
// spec.background {by: [control, …], array, text}       numbers that the kernel computes anew for
//                                                       each place of `by`, while the page goes on
// spec.status    [text or {ref, digits}, …]             what is shown, in one line
// spec.message   a sentence of the check, or ""
//
// A ref names numbers in the buffer: ["w", "lr", ":", 2] is w[place of lr, all, 2].

// Okabe and Ito's colours, on a dark ground in lighter shades.
const LIGHT = {
  text: "#1a1a1a", soft: "#5f5f5f", line: "#cccccc",
  blue: "#0072B2", vermillion: "#D55E00", green: "#009E73", purple: "#CC79A7",
};
const DARK = {
  text: "#f0f0f0", soft: "#a8a8a8", line: "#555555",
  blue: "#5AA9E6", vermillion: "#F07B32", green: "#20B58A", purple: "#CC79A7",
};
const NARROW = 620; // below this width (in type of size 1) panels stand under each other

function render({ model, el }) {
  const view = new Canvas(model, el);
  return () => view.remove();
}

class Canvas {
  constructor(model, el) {
    this.model = model;
    this.scale = 1;
    this.touched = false;
    this.undo = [];
    this.build(el);
    this.load();
    this.listen(model, "change:data", () => this.load());
    this.listen(model, "change:picks", () => this.follow());
    this.listen(model, "change:trained", () => this.take());
    const redraw = () => {
      this.measure();
      this.draw();
    };
    const resize = new ResizeObserver(redraw);
    resize.observe(this.root);
    const theme = new MutationObserver(redraw);
    theme.observe(document.body, { attributes: true });
    document.head.addEventListener("load", redraw, true); // a theme's colours may come after its name
    const dark = matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", redraw);
    window.addEventListener("resize", redraw); // browser zoom changes devicePixelRatio
    this.undo.push(
      () => resize.disconnect(), () => theme.disconnect(),
      () => document.head.removeEventListener("load", redraw, true),
      () => dark.removeEventListener("change", redraw),
      () => window.removeEventListener("resize", redraw),
      () => this.pause(), () => clearTimeout(this.later),
    );
  }

  listen(target, event, handler) {
    target.on(event, handler);
    this.undo.push(() => target.off(event, handler));
  }

  remove() {
    for (const undo of this.undo) undo();
  }

  // ---- the page: controls, canvas, words -------------------------------------------------

  build(el) {
    const { controls } = this.model.get("spec");
    this.root = add(el, "div", { class: "alr-view", role: "group" });
    // Plain keys are for the sliders: JupyterLab would take arrows to fold and choose cells.
    this.root.addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey || event.altKey || event.shiftKey)) event.stopPropagation();
    });
    const bar = add(this.root, "div", { class: "alr-controls" });
    this.inputs = {};
    for (const { name, label, choice, asks } of controls) {
      const box = add(bar, "label", {});
      const text = add(box, "span", { class: "alr-label" });
      add(text, "span", {}).textContent = label;
      const value = add(text, "span", { class: "alr-value", "aria-hidden": "true" });
      const input = choice
        ? add(box, "select", { name, "aria-label": label })
        : add(box, "input", { type: "range", name, min: 0, step: 1, "aria-label": label });
      input.addEventListener("input", () => {
        this.pause();
        this.pick(name, Number(input.value));
        if (asks) this.ask({ ask: name });
      });
      this.inputs[name] = { input, value };
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
    button("Rewind", () => this.rewind());
    button("Larger type", (made) => {
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
      else this.train();
    });
    this.caption = add(this.root, "p", { class: "alr-caption" });
    this.status = add(this.root, "p", { class: "alr-status", role: "status", "aria-live": "polite" });
    this.canvas.addEventListener("pointerdown", (event) => this.press(event));
    this.canvas.addEventListener("keydown", (event) => this.nudge(event));
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
      const { input } = this.inputs[name];
      this.inputs[name].texts = texts;
      input.disabled = texts.length === 1;
      if (!choice) input.max = texts.length - 1;
      else if (!input.length) texts.forEach((text, i) => input.add(new Option(text, i)));
    }
    this.held = this.next?.start; // where the start point is on its way to
    this.key = ""; // axes and panels are new
    this.wanted = null;
    this.measure();
    this.asked = -Infinity;
    this.follow();
    if (this.next) this.ask(this.next);
  }

  // What the kernel has to compute anew; while it does, only the last wish is kept.
  ask(request) {
    const patience = 5000; // milliseconds; then it is taken for lost
    this.next = performance.now() - this.asked < patience ? request : null;
    if (this.next) return;
    this.asked = performance.now();
    this.model.set("picks", { ...this.picks });
    this.model.send({ ...request, picks: this.picks });
  }

  follow() {
    this.picks = { ...this.model.get("picks") };
    this.want();
    this.showPicks();
    this.draw();
    this.say();
  }

  // What the kernel computes in the background is not for these places any more.
  want() {
    const { background } = this.spec;
    if (!background || this.wanted === this.place(background.by)) return;
    this.take();
    if (this.wanted !== this.place(background.by)) this.train();
  }

  train() {
    const { background, arrays } = this.spec, { start, shape } = arrays[background.array];
    this.wanted = this.place(background.by);
    this.numbers.fill(NaN, start, start + shape.reduce((a, b) => a * b));
    this.progress({ done: 0 });
    this.model.send({ ask: "train", picks: this.picks });
  }

  // Numbers from the background, if they are for what is shown.
  take() {
    const { background, arrays } = this.spec, trained = this.model.get("trained");
    if (!background || trained?.of?.join() !== this.place(background.by)) return;
    this.wanted = trained.of.join();
    this.numbers.set(floats(trained.data), arrays[background.array].start);
    this.progress(trained);
    this.draw();
  }

  progress({ done, all, stopped }) {
    const { bar, button, label } = this.work, { text } = this.spec.background;
    this.working = done !== all && !stopped;
    this.work.style.visibility = done === all ? "hidden" : "visible"; // words below stay in place
    label.textContent = stopped ? `${text}: stopped` : text;
    if (done) Object.assign(bar, { value: done, max: all });
    else bar.removeAttribute("value");
    button.textContent = this.working ? "Stop" : "Go on";
  }

  place(controls) {
    return controls.map((name) => this.picks[name]).join();
  }

  pick(name, place) {
    this.touched = true;
    this.picks[name] = place;
    this.want();
    this.showPicks();
    this.draw();
    clearTimeout(this.later);
    this.later = setTimeout(() => this.say(true), 150);
  }

  showPicks() {
    for (const [name, { input, value, texts }] of Object.entries(this.inputs)) {
      const text = texts[this.picks[name]];
      input.value = this.picks[name];
      if (value.textContent === text || input.nodeName === "SELECT") continue;
      input.setAttribute("aria-valuetext", text);
      value.textContent = text;
    }
  }

  say(tell = false) {
    const { captions, status, ask } = this.spec;
    let caption = ask;
    if (this.touched || !ask) {
      let place = 0;
      for (const name of captions.by) {
        place = place * this.inputs[name].texts.length + this.picks[name];
      }
      caption = captions.texts[place];
    }
    this.caption.textContent = caption;
    this.status.textContent = status
      .map((part) => (typeof part === "string" ? part : write(this.value(part.ref), part.digits)))
      .join("");
    if (!tell) return;
    this.canvas.setAttribute("aria-label", `${this.spec.title}. ${this.status.textContent}`);
    this.model.set("picks", { ...this.picks });
    this.model.save_changes();
  }

  // Everything as it stood at first, the question too.
  rewind() {
    this.pause();
    const { start } = this.spec;
    const [[first, place]] = Object.entries(start);
    const moved = this.moved || this.spec.controls.some(
      ({ name, asks }) => asks && this.picks[name] !== start[name]);
    this.moved = false;
    if (moved) this.ask({ ask: "rewind" });
    else this.picks = { ...start };
    this.pick(first, this.picks[first] ?? place);
    this.touched = false;
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

  // A panel with a time axis scrubs the time; a landscape takes the start point.
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
    panel.target?.focus({ preventScroll: true });
    move(event);
  }

  // Arrow keys on the canvas move the start point of a landscape.
  nudge(event) {
    const plane = this.boxes?.find((panel) => panel.spec.start);
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    if (!plane || !way[event.key]) return;
    event.preventDefault();
    const [dx, dy] = way[event.key];
    const [x, y] = plane.place;
    const step = (plane.spec.x.max - plane.spec.x.min) / 40;
    this.begin([x + dx * step, y + dy * step]);
  }

  begin(start) {
    this.touched = this.moved = true;
    this.held = start;
    this.draw();
    this.ask({ ask: "start", start });
    clearTimeout(this.later);
    this.later = setTimeout(() => this.say(true), 300);
  }

  // ---- numbers -----------------------------------------------------------------------------

  slice([name, ...places]) {
    const { start, shape } = this.spec.arrays[name];
    let at = start, step = 0, length = 1, stride = 1;
    for (let dim = shape.length - 1; dim >= 0; dim--) {
      const place = places[dim];
      if (place === ":") {
        step = stride;
        length = shape[dim];
      } else at += stride * (typeof place === "string" ? this.picks[place] : place);
      stride *= shape[dim];
    }
    return { at, step, length };
  }

  value(ref) {
    return this.numbers[this.slice(ref).at];
  }

  // ---- drawing -----------------------------------------------------------------------------

  // Reads the page, which takes the browser long, only where something about it may have changed.
  measure() {
    const width = this.root.clientWidth;
    if (!width) return;
    const ratio = window.devicePixelRatio || 1;
    const { background, dark } = ground(this.root);
    const key = [width, ratio, this.scale, background].join();
    if (key === this.key) return;
    Object.assign(this, { key, width, ratio });
    this.root.classList.toggle("alr-dark", dark);
    this.ink = { ...(dark ? DARK : LIGHT), ground: background };
    this.arrange(width);
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(this.height * ratio);
    this.canvas.style.height = `${this.height}px`;
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
    for (const panel of this.boxes) panel.draw(pen);
  }

  pen(canvas) {
    const pen = canvas.getContext("2d");
    pen.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    pen.lineJoin = "round";
    return pen;
  }

  arrange(width) {
    const narrow = width < NARROW * this.scale;
    const rows = narrow ? this.spec.rows.flat().map((panel) => [panel]) : this.spec.rows;
    const gap = 10 * this.scale;
    let y = 4;
    this.boxes = [];
    for (const row of rows) {
      const height = Math.max(...row.map((panel) => panel.height)) * this.scale;
      const total = row.reduce((sum, panel) => sum + panel.width, 0);
      let x = 0;
      for (const panel of row) {
        const share = ((width - gap * (row.length - 1)) * panel.width) / total;
        this.boxes.push(new PANELS[panel.kind](this, panel, x, y, share, height));
        x += share + gap;
      }
      y += height + gap / 2;
    }
    this.height = Math.ceil(y);
  }
}

// A view into a larger message may start anywhere; float32 needs a multiple of four.
function floats({ buffer, byteOffset, byteLength }) {
  return byteOffset % 4
    ? new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength))
    : new Float32Array(buffer, byteOffset, byteLength / 4);
}

// ---- panels ----------------------------------------------------------------------------------

class Panel {
  constructor(view, spec, x, y, w, h) {
    const s = (this.size = view.scale);
    this.view = view;
    this.spec = spec;
    if (spec.scrub) {
      this.target = view.inputs[spec.scrub].input;
      this.last = view.inputs[spec.scrub].texts.length - 1;
    }
    const left = spec.left * s, right = spec.right * s;
    const top = (spec.title ? 28 : 2) * s, bottom = (spec.x?.label ? 34 : spec.x ? 20 : 6) * s;
    this.outer = { x, y, w, h };
    this.box = { x: x + left, y: y + top, w: w - left - right, h: h - top - bottom };
    const { box } = this;
    if (spec.x) this.x = scale(spec.x, box.x, box.x + box.w);
    if (spec.y) this.y = scale(spec.y, box.y + box.h, box.y);
  }

  font(pen, size = 12, weight = "") {
    pen.font = `${weight} ${size * this.size}px system-ui, "DejaVu Sans", sans-serif`;
  }

  frame(pen) {
    const { box, outer, spec, view: { ink } } = this;
    this.font(pen, 12.5, "600");
    pen.fillStyle = ink.text;
    pen.textAlign = "left";
    pen.textBaseline = "alphabetic";
    pen.fillText(spec.title, outer.x + 4, outer.y + 15 * this.size);
    this.font(pen, 11);
    pen.fillStyle = ink.soft;
    pen.strokeStyle = ink.line;
    pen.lineWidth = 1;
    if (spec.x) {
      pen.textAlign = "center";
      pen.textBaseline = "top";
      for (const [value, text] of spec.x.ticks) {
        const x = Math.round(this.x(value)) + 0.5;
        line(pen, x, box.y + box.h, x, box.y + box.h + 4);
        pen.fillText(text, x, box.y + box.h + 6);
      }
      if (spec.x.label) pen.fillText(spec.x.label, box.x + box.w / 2, box.y + box.h + 20 * this.size);
    }
    if (spec.y) {
      pen.textAlign = "right";
      pen.textBaseline = "middle";
      for (const [value, text] of spec.y.ticks) {
        const y = Math.round(this.y(value)) + 0.5;
        line(pen, box.x, y, box.x + (spec.y.label ? -4 : box.w), y);
        pen.fillText(text, box.x - 6, y);
      }
      if (spec.y.label) pen.fillText(spec.y.label, box.x - 26 * this.size, box.y + box.h / 2);
    }
  }

  // A piece of a line with its dash and its marker.
  sample(pen, { color, dash, marker }, x, y) {
    const { ink } = this.view;
    pen.strokeStyle = ink[color];
    pen.lineWidth = 2 * this.size;
    pen.setLineDash(dash.map((d) => d * this.size));
    line(pen, x, y, x + 33 * this.size, y);
    mark(pen, marker, x + 16 * this.size, y, 4 * this.size, ink[color], ink.ground);
  }

  // How far lines are drawn in full: to the step, where the panel has a time.
  get now() {
    return this.spec.time ? this.view.picks[this.spec.time] : Infinity;
  }

  grab(px) {
    if (!this.spec.scrub) return;
    const share = clamp((px - this.box.x) / this.box.w, 0, 1);
    this.view.pick(this.spec.scrub, Math.round(share * this.last));
  }

  cursor(pen) {
    if (!this.spec.scrub) return;
    const { box, view } = this;
    const x = box.x + (view.picks[this.spec.scrub] / this.last) * box.w;
    pen.strokeStyle = view.ink.text;
    pen.lineWidth = 1;
    pen.setLineDash([]);
    line(pen, x, box.y, x, box.y + box.h);
  }
}

// What each line is called.
class Legend extends Panel {
  frame(pen) {
    let { x } = this.box;
    const y = this.box.y + this.box.h / 2;
    for (const entry of this.spec.entries) {
      this.sample(pen, entry, x, y);
      this.font(pen, 12);
      pen.fillStyle = this.view.ink.text;
      pen.textAlign = "left";
      pen.textBaseline = "middle";
      pen.fillText(entry.label, x + 40 * this.size, y);
      x += pen.measureText(entry.label).width + 62 * this.size;
    }
  }

  draw() {}
}

// Where each feature is present: one row a feature, one tick an example.
class Raster extends Panel {
  frame(pen) {
    super.frame(pen);
    const { spec, view: { ink } } = this;
    spec.rows.forEach((row, i) => {
      const y = this.row(i);
      this.font(pen, 11.5);
      pen.fillStyle = ink.text;
      pen.textAlign = "right";
      pen.textBaseline = "middle";
      pen.fillText(row.label, this.box.x - 44 * this.size, y);
      this.sample(pen, row, this.box.x - 38 * this.size, y);
    });
  }

  row(i) {
    return this.box.y + ((i + 0.5) * this.box.h) / this.spec.rows.length;
  }

  draw(pen) {
    const { box, spec, view } = this;
    const half = (box.h / spec.rows.length) * 0.38;
    const { now } = this;
    spec.rows.forEach((row, i) => {
      const { at, step, length } = view.slice(row.ref);
      const y = this.row(i), wide = box.w / length;
      pen.fillStyle = view.ink[row.color];
      for (const [from, to, alpha] of [[0, now, 1], [now, length, 0.35]]) {
        pen.globalAlpha = alpha;
        for (let k = from; k < to; k++) {
          if (view.numbers[at + k * step] !== 0) {
            pen.fillRect(box.x + k * wide, y - half, Math.max(0.8, wide * 0.7), 2 * half);
          }
        }
      }
      pen.globalAlpha = 1;
    });
    this.cursor(pen);
  }
}

class Lines extends Panel {
  draw(pen) {
    const { box, spec, view, now } = this;
    if (spec.blank) return this.words(pen, spec.blank);
    const ends = [];
    pen.save();
    pen.beginPath();
    pen.rect(box.x - 3, box.y - 3, box.w + 6, box.h + 6);
    pen.clip();
    this.ground(pen);
    for (const series of spec.series) {
      const points = this.points(series.xref, series.ref);
      if (series.trail) {
        ends.push([series, this.dots(pen, series, points, now)]);
        continue;
      }
      pen.strokeStyle = view.ink[series.color];
      pen.setLineDash([]);
      pen.globalAlpha = 0.45;
      this.path(pen, points, now, points.length);
      pen.globalAlpha = 1;
      pen.setLineDash(series.dash.map((d) => d * this.size));
      ends.push([series, this.path(pen, points, 0, Math.min(now + 1, points.length), true)]);
      if (series.expected) this.rings(pen, series);
    }
    pen.setLineDash([]);
    pen.restore();
    this.cursor(pen);
    const tags = new Map();
    for (const [series, end] of ends) if (end.seen) this.end(pen, series, end, tags);
    for (const [text, x, y] of tags.values()) this.tag(pen, text, x, y);
  }

  ground(pen) {
    const { box, spec, view } = this;
    for (const guide of spec.guides ?? []) {
      pen.strokeStyle = view.ink.soft;
      pen.lineWidth = 1;
      pen.setLineDash([2, 3]);
      line(pen, box.x, this.y(guide), box.x + box.w, this.y(guide));
    }
  }

  // Where point i is: on a landscape two numbers, elsewhere time and one number.
  points(xref, ref, every = 1) {
    const { numbers } = this.view, ys = this.view.slice(ref), xs = xref && this.view.slice(xref);
    return {
      length: ys.length,
      x: (i) => (xs ? numbers[xs.at + i * xs.step] : i * every),
      y: (i) => numbers[ys.at + i * ys.step],
    };
  }

  // Strokes points [from, to) and tells where the path is, or how it was lost: it ends at the
  // first value that is not a number, or where it goes far off the scale for good.
  path(pen, points, from, to, wide = false) {
    const { box } = this;
    const end = { x: 0, y: 0, seen: false, lost: false };
    const far = 4 * Math.max(box.w, box.h);
    const near = (i) => Math.abs(this.x(points.x(i)) - box.x) < far
      && Math.abs(this.y(points.y(i)) - box.y) < far;
    let last = Math.max(from, to - 1);
    while (last > from && !near(last)) last--;
    let length = 0;
    pen.beginPath();
    for (let i = from; i < Math.min(to, last + 2); i++) {
      const x = this.x(points.x(i)), y = this.y(points.y(i));
      if (Number.isNaN(x + y)) {
        end.lost = end.seen;
        if (end.lost) break;
        continue; // nothing yet
      }
      if (end.seen) length += Math.abs(x - end.x) + Math.abs(y - end.y);
      if (end.seen) pen.lineTo(x, y);
      else pen.moveTo(x, y);
      Object.assign(end, { x, y, seen: true });
    }
    this.stroke(pen, wide, length);
    return end;
  }

  // Without a graphics card a wide line that goes up and down a hundred times takes long; two
  // hairlines beside each other take half the time.
  stroke(pen, wide, length) {
    const hairlines = length > 4 * this.box.w && this.view.ratio * this.size === 1;
    pen.lineWidth = wide && !hairlines ? 2.2 * this.size : 1;
    pen.stroke();
    if (!wide || !hairlines) return;
    pen.translate(0.7, 0.7);
    pen.stroke();
    pen.translate(-0.7, -0.7);
  }

  // The last points as dots, the older the fainter.
  dots(pen, series, points, now) {
    const newest = Math.min(now, points.length - 1), end = { seen: false, lost: false };
    pen.fillStyle = this.view.ink[series.color];
    for (let i = Math.max(0, newest - series.trail); i <= newest; i++) {
      const x = this.x(points.x(i)), y = this.y(points.y(i));
      if (Number.isNaN(x + y)) continue;
      pen.globalAlpha = 1 - (0.85 * (newest - i)) / series.trail;
      pen.beginPath();
      pen.arc(x, y, 3 * this.size, 0, 7);
      pen.fill();
      Object.assign(end, { x, y, seen: true });
    }
    pen.globalAlpha = 1;
    return end;
  }

  rings(pen, series) {
    const points = this.points(series.xexpected, series.expected, this.view.spec.every);
    const r = 3.2 * this.size;
    pen.lineWidth = 1 * this.size;
    pen.setLineDash([]);
    pen.beginPath();
    for (let i = 0; i < points.length; i++) {
      const x = this.x(points.x(i)), y = this.y(points.y(i));
      pen.moveTo(x + r, y);
      pen.arc(x, y, r, 0, 7);
    }
    pen.stroke();
  }

  // The marker of the path; an arrow at the edge where it is off the scale; a cross where it died.
  end(pen, series, { x, y, lost }, tags) {
    const { box, view: { ink } } = this;
    const color = ink[series.color], r = 5 * this.size;
    const ex = clamp(x, box.x, box.x + box.w), ey = clamp(y, box.y, box.y + box.h);
    const off = Math.abs(y - ey) > 1 ? (y < ey ? "up" : "down")
      : Math.abs(x - ex) > 1 ? (x < ex ? "left" : "right") : "";
    const inner = [clamp(ex, box.x + r, box.x + box.w - r), clamp(ey, box.y + r, box.y + box.h - r)];
    if (lost) {
      mark(pen, "cross", ...inner, r, color, ink.ground);
      tags.set(`lost ${Math.round(ey / 30)}`, ["not a number", ...inner]);
    } else if (off) {
      mark(pen, off, ...(off === "up" || off === "down" ? [ex, inner[1]] : inner), r, color, ink.ground);
      tags.set(off, ["off the scale", ...inner]); // once for all that leave there
    } else mark(pen, series.marker, ex, ey, r, color, ink.ground);
  }

  tag(pen, text, x, y) {
    const right = x < this.box.x + this.box.w - 80 * this.size;
    this.font(pen, 11);
    pen.textAlign = right ? "left" : "right";
    pen.textBaseline = "middle";
    const place = x + (right ? 9 : -9) * this.size;
    const wide = pen.measureText(text).width + 6;
    pen.fillStyle = this.view.ink.ground;
    pen.fillRect(right ? place - 3 : place - wide + 3, y - 8 * this.size, wide, 16 * this.size);
    pen.fillStyle = this.view.ink.text;
    pen.fillText(text, place, y);
  }

  words(pen, text) {
    this.font(pen, 12);
    pen.fillStyle = this.view.ink.soft;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.fillText(text, this.box.x + this.box.w / 2, this.box.y + this.box.h / 2, this.box.w - 8);
  }
}

// Two weights: contours of the loss, its minimum, paths, the arrows of a step, and a start point
// that can be moved. Only what the spec has.
class Plane extends Lines {
  constructor(view, spec, x, y, w, h) {
    super(view, spec, x, y, w, h);
    if (spec.start) {
      this.target = view.canvas;
      view.canvas.tabIndex = 0;
    }
    const { box } = this, wide = spec.x.max - spec.x.min, high = spec.y.max - spec.y.min;
    const unit = Math.min(box.w / wide, box.h / high); // the same for both, so that turning turns
    box.x += (box.w - unit * wide) / 2;
    box.y += (box.h - unit * high) / 2;
    box.w = unit * wide;
    box.h = unit * high;
    this.x = scale(spec.x, box.x, box.x + box.w);
    this.y = scale(spec.y, box.y + box.h, box.y);
  }

  ground(pen) {
    const { box, spec, view: { ink } } = this;
    pen.setLineDash([]);
    pen.lineWidth = 0.8;
    if (spec.contours) this.contours(pen);
    pen.strokeStyle = ink.line;
    pen.strokeRect(box.x, box.y, box.w, box.h);
    if (spec.minimum) star(pen, ...this.point(spec.minimum), 8 * this.size, ink.text);
    for (const each of spec.arrows ?? []) {
      pen.strokeStyle = pen.fillStyle = ink[each.color];
      pen.lineWidth = 2.4 * this.size;
      pen.setLineDash(each.dash.map((d) => d * this.size));
      arrow(pen, ...this.point(each.from), ...this.point(each.to), 9 * this.size);
    }
  }

  contours(pen) {
    const { ref, by, cuts } = this.spec.contours, { numbers, ink, picks, spec } = this.view;
    const { start } = spec.arrays[ref], place = by ? picks[by] : 0;
    pen.strokeStyle = ink.soft;
    pen.globalAlpha = 0.6;
    pen.beginPath();
    let on = false;
    for (let i = cuts[place]; i < cuts[place + 1]; i++) {
      const x = numbers[start + 2 * i], y = numbers[start + 2 * i + 1];
      if (Number.isNaN(x)) on = false;
      else if (on) pen.lineTo(this.x(x), this.y(y));
      else pen.moveTo(this.x(x), this.y(y)), (on = true);
    }
    pen.stroke();
    pen.globalAlpha = 1;
  }

  point(ref) {
    return [this.x(this.view.value([...ref, 0])), this.y(this.view.value([...ref, 1]))];
  }

  get place() {
    const { start } = this.spec;
    return this.view.held ?? [this.view.value([...start, 0]), this.view.value([...start, 1])];
  }

  cursor(pen) {
    if (!this.spec.start) return;
    const [x, y] = this.place;
    const r = 9 * this.size;
    pen.strokeStyle = this.view.ink.text;
    pen.lineWidth = 2 * this.size;
    pen.setLineDash([]);
    pen.beginPath();
    pen.arc(clamp(this.x(x), this.box.x, this.box.x + this.box.w),
      clamp(this.y(y), this.box.y, this.box.y + this.box.h), r, 0, 7);
    pen.stroke();
  }

  grab(px, py) {
    const { box, spec: { x, y, start } } = this;
    if (!start) return;
    this.view.begin([
      x.min + clamp((px - box.x) / box.w, 0, 1) * (x.max - x.min),
      y.max - clamp((py - box.y) / box.h, 0, 1) * (y.max - y.min),
    ]);
  }
}

// One bar an entry, its length on a fixed scale, its value written at the end.
class Bars extends Panel {
  draw(pen) {
    const { box, spec, view } = this;
    const { ink } = view;
    const high = box.h / spec.bars.length;
    pen.strokeStyle = ink.soft;
    pen.lineWidth = 1;
    const zero = spec.x.log ? box.x : clamp(this.x(0), box.x, box.x + box.w);
    line(pen, zero, box.y, zero, box.y + box.h);
    this.font(pen, 11.5);
    pen.textAlign = "left";
    if (spec.guide) this.guide(pen);
    pen.textBaseline = "middle";
    spec.bars.forEach((bar, i) => {
      const value = bar.ref ? view.value(bar.ref) : NaN;
      const y = box.y + (i + 0.5) * high;
      const none = Number.isNaN(value);
      const off = value > spec.x.max;
      const x = none ? zero : clamp(this.x(value), box.x, box.x + box.w);
      pen.fillStyle = ink[bar.color];
      pen.fillRect(Math.min(x, zero), y - high * 0.3, Math.abs(x - zero), high * 0.6);
      if (off) mark(pen, "right", x, y, 6 * this.size, ink[bar.color], ink.ground);
      const text = none ? "—" : write(value, spec.digits), place = Math.max(x, zero) + (off ? 11 : 5) * this.size;
      pen.fillStyle = ink.ground;
      pen.fillRect(place - 2, y - 8 * this.size, pen.measureText(text).width + 4, 16 * this.size);
      pen.fillStyle = ink.text;
      pen.fillText(text, place, y);
    });
  }

  guide(pen) {
    const { box, spec: { guide }, view } = this;
    const x = this.x(view.value(guide.ref));
    pen.setLineDash([5, 4]);
    pen.strokeStyle = view.ink.text;
    line(pen, x, box.y - 2, x, box.y + box.h);
    pen.setLineDash([]);
    pen.textBaseline = "bottom";
    pen.fillStyle = view.ink.text;
    pen.fillText(guide.label, x + 4, box.y + 6 * this.size);
  }
}

// From the smallest to the largest value of each entry, with a marker at the middle one; what
// stands before it is a label, or a note for every place of a control.
class Spans extends Panel {
  draw(pen) {
    const { box, spec, view, size } = this;
    const within = (x) => clamp(x, box.x, box.x + box.w);
    this.font(pen, 11.5);
    pen.textAlign = "right";
    pen.textBaseline = "middle";
    pen.setLineDash([]);
    spec.spans.forEach(({ label, note, low, middle, high, color, marker }, i) => {
      const y = box.y + ((i + 0.5) * box.h) / spec.spans.length, cap = 4 * size;
      pen.fillStyle = view.ink.text;
      pen.fillText(note ? note.texts[view.picks[note.by]] : label, box.x - 10 * size, y);
      const [x0, x, x1] = [low, middle, high].map((ref) => this.x(view.value(ref)));
      pen.strokeStyle = view.ink[color];
      pen.lineWidth = 2.2 * size;
      line(pen, within(x0), y, within(x1), y);
      for (const end of [x0, x1]) if (within(end) === end) line(pen, end, y - cap, end, y + cap);
      const shape = x > box.x + box.w ? "right" : x < box.x ? "left" : marker;
      mark(pen, shape, within(x), y, 5 * size, view.ink[color], view.ink.ground);
    });
  }
}

const PANELS = { legend: Legend, raster: Raster, lines: Lines, bars: Bars, plane: Plane, spans: Spans };

// ---- small things ----------------------------------------------------------------------------

function add(parent, tag, attributes) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return parent.appendChild(made);
}

function clamp(value, low, high) {
  return Math.min(high, Math.max(low, value));
}

// Nothing where its ends are not numbers.
function arrow(pen, x0, y0, x1, y1, head) {
  const long = Math.hypot(x1 - x0, y1 - y0);
  if (!(long > 1)) return;
  const ux = (x1 - x0) / long, uy = (y1 - y0) / long, tip = Math.min(head, long);
  line(pen, x0, y0, x1 - ux * tip * 0.8, y1 - uy * tip * 0.8);
  pen.beginPath();
  pen.moveTo(x1, y1);
  pen.lineTo(x1 - tip * (ux - uy * 0.45), y1 - tip * (uy + ux * 0.45));
  pen.lineTo(x1 - tip * (ux + uy * 0.45), y1 - tip * (uy - ux * 0.45));
  pen.fill();
}

function star(pen, x, y, r, color) {
  pen.setLineDash([]);
  pen.beginPath();
  for (let k = 0; k < 10; k++) {
    const angle = (k * Math.PI) / 5 - Math.PI / 2, long = k % 2 ? r * 0.42 : r;
    pen.lineTo(x + long * Math.cos(angle), y + long * Math.sin(angle));
  }
  pen.closePath();
  pen.fillStyle = color;
  pen.fill();
}

function inside({ x, y, w, h }, px, py) {
  return px >= x - 6 && px <= x + w + 6 && py >= y && py <= y + h;
}

function scale({ min, max, log }, from, to) {
  const f = log ? Math.log : (v) => v;
  const low = f(min), span = f(max) - low;
  const far = 4000; // pixels: far outside, and still exact for the canvas
  return (value) => {
    if (log && value <= 0) return from + (from - to) / 4; // a zero is off the scale, and comes back
    const share = (f(value) - low) / span;
    const place = from + share * (to - from);
    return clamp(place, -far, far);
  };
}

function line(pen, x0, y0, x1, y1) {
  pen.beginPath();
  pen.moveTo(x0, y0);
  pen.lineTo(x1, y1);
  pen.stroke();
}

function mark(pen, shape, x, y, r, color, ground) {
  if (shape === "none") return;
  pen.setLineDash([]);
  pen.beginPath();
  if (shape === "circle") pen.arc(x, y, r, 0, 7);
  else if (shape === "square") pen.rect(x - r * 0.9, y - r * 0.9, r * 1.8, r * 1.8);
  else if (shape === "cross") {
    pen.moveTo(x - r, y - r), pen.lineTo(x + r, y + r);
    pen.moveTo(x - r, y + r), pen.lineTo(x + r, y - r);
    pen.strokeStyle = color;
    pen.lineWidth = 2.5;
    return pen.stroke();
  } else {
    const turns = { up: 0, right: 1, down: 2, left: 3, triangle: 0, diamond: 0 }[shape];
    const corners = shape === "diamond" ? [0, 1, 2, 3] : [0, 4 / 3, 8 / 3];
    corners.forEach((corner, i) => {
      const angle = ((turns + corner - 1) * Math.PI) / 2;
      const px = x + 1.25 * r * Math.cos(angle), py = y + 1.25 * r * Math.sin(angle);
      if (i) pen.lineTo(px, py);
      else pen.moveTo(px, py);
    });
  }
  pen.closePath();
  pen.fillStyle = color;
  pen.fill();
  pen.strokeStyle = ground;
  pen.lineWidth = 1.2;
  pen.stroke();
}

function write(value, digits = 3) {
  if (Number.isNaN(value)) return "not a number";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  const text = size && (size < 1e-3 || size >= 1e5)
    ? value.toExponential(1) : String(Number(value.toPrecision(digits)));
  return text.replace("-", "−");
}

// The first opaque colour behind the view tells light from dark in every front end.
function ground(el) {
  for (let node = el; node; node = node.parentElement) {
    const color = getComputedStyle(node).backgroundColor;
    const [r, g, b, alpha = 1] = color.match(/[\d.]+/g).map(Number);
    if (alpha > 0.9) return { background: color, dark: 0.3 * r + 0.6 * g + 0.1 * b < 128 };
  }
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  return { background: dark ? "rgb(17, 17, 17)" : "rgb(255, 255, 255)", dark };
}

export default { render };
