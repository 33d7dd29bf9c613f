// What a view is made of. A panel gets its part of the spec and its place on the canvas. `frame`
// draws what stays while controls move, `draw` what does not. One with `grab` is moved by the
// pointer, one that is `movable` by the arrow keys too; `focus` has the keys after a grab.

import { arrow, line, mark, star } from "./marks.js";
import { clamp, scale, ticks, write } from "./scales.js";

class Panel {
  // Pixels, in type of size 1, that a panel of this width asks for.
  static height(spec) {
    return spec.height;
  }

  constructor(view, spec, x, y, w, h) {
    const s = view.scale;
    Object.assign(this, { view, spec, size: s });
    if (spec.scrub) {
      const { input, texts } = view.inputs[spec.scrub];
      this.focus = input;
      this.last = texts.length - 1;
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
    pen.fillText(spec.title, outer.x + 4, outer.y + 15 * this.size, outer.w - 4);
    this.font(pen, 11);
    pen.fillStyle = ink.soft;
    pen.strokeStyle = ink.line;
    pen.lineWidth = 1;
    if (spec.x) {
      pen.textAlign = "center";
      pen.textBaseline = "top";
      for (const { at, text } of apart(ticks(spec.x, this.x), (word) => pen.measureText(word).width)) {
        line(pen, at, box.y + box.h, at, box.y + box.h + 4);
        pen.fillText(text, at, box.y + box.h + 6);
      }
      if (spec.x.label) pen.fillText(spec.x.label, box.x + box.w / 2, box.y + box.h + 20 * this.size);
    }
    if (spec.y) {
      pen.textAlign = "right";
      pen.textBaseline = "middle";
      for (const { at, text } of apart(ticks(spec.y, this.y), () => 11 * this.size)) {
        line(pen, box.x, at, box.x + (spec.y.label ? -4 : box.w), at);
        pen.fillText(text, box.x - 6, at);
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

  // As much as may be seen before the answer: up to where the control `veil` stands. A panel that
  // does not depend on it would tell too much.
  veiled(pen, veil) {
    const { box, spec, view } = this;
    const { scrub, time } = spec, follows = !time && scrub !== veil && depends(spec, veil);
    if (time === veil || follows) return this.draw(pen);
    if (time || scrub !== veil) return this.words(pen, "?");
    pen.save();
    pen.beginPath();
    pen.rect(0, 0, box.x + (view.picks[veil] / this.last) * box.w, view.height);
    pen.clip();
    this.draw(pen);
    pen.restore();
  }

  words(pen, text) {
    this.font(pen, 12);
    pen.fillStyle = this.view.ink.soft;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.fillText(text, this.box.x + this.box.w / 2, this.box.y + this.box.h / 2, this.box.w - 8);
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

// Those of an axis' ticks whose texts do not touch; the first and the last before others.
function apart(all, size) {
  const kept = [];
  for (const tick of [...all.slice(0, 1), ...all.slice(-1), ...all.slice(1, -1)]) {
    const room = (other) => (size(tick.text) + size(other.text)) / 2;
    if (kept.every((other) => Math.abs(other.at - tick.at) >= room(other))) kept.push(tick);
  }
  return kept;
}

function depends(spec, control) {
  return JSON.stringify(spec).includes(`"${control}"`);
}

// What each line is called: one beside the other, in as many rows as the width asks for.
class Legend extends Panel {
  static height(spec, width, view) {
    const rows = new Legend(view, spec, 0, 0, width, spec.height * view.scale).places.at(-1)?.row;
    return spec.height + 20 * (rows ?? 0);
  }

  get places() {
    const { box, size, spec: { entries }, view } = this;
    const pen = view.pen(view.canvas);
    this.font(pen, 12);
    let x = 0, row = 0;
    return entries.map((entry) => {
      const wide = 40 * size + pen.measureText(entry.label).width;
      if (x > 0 && x + wide > box.w) {
        x = 0;
        row += 1;
      }
      const place = { entry, x: box.x + x, row };
      x += wide + 22 * size;
      return place;
    });
  }

  frame(pen) {
    const { box, size, places } = this;
    for (const { entry, x, row } of places) {
      const y = box.y + (row + 0.5) * (box.h / (places.at(-1).row + 1));
      this.sample(pen, entry, x, y);
      this.font(pen, 12);
      pen.fillStyle = this.view.ink.text;
      pen.textAlign = "left";
      pen.textBaseline = "middle";
      pen.fillText(entry.label, x + 40 * size, y);
    }
  }

  draw() {}

  veiled() {}
}

// One row an array, a tick for each number in it that is not zero.
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
      for (const [from, to, alpha] of [[0, now, 1], [now, view.veil ? now : length, 0.35]]) {
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

// Curves over a time, or over any axis.
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
      if (!view.veil) this.path(pen, points, now, points.length);
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

  // Where point i is: at two numbers of the buffer, or at time and one number.
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
    const seen = this.view.veil ? this.now / this.view.spec.every : Infinity;
    for (let i = 0; i < points.length && i <= seen; i++) {
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
}

// Two weights: contours of the loss, its minimum, paths, the arrows of a step, and a start point
// that can be moved. Only what the spec has.
class Plane extends Lines {
  constructor(view, spec, x, y, w, h) {
    super(view, spec, x, y, w, h);
    this.movable = Boolean(spec.start);
    if (this.movable) this.focus = view.canvas;
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
      else {
        pen.moveTo(this.x(x), this.y(y));
        on = true;
      }
    }
    pen.stroke();
    pen.globalAlpha = 1;
  }

  point(ref) {
    return [this.x(this.view.value([...ref, 0])), this.y(this.view.value([...ref, 1]))];
  }

  // The start point: where the hand holds it while the kernel computes, or where the paths begin.
  get start() {
    const { view, spec: { start } } = this;
    return view.held?.start ?? [view.value([...start, 0]), view.value([...start, 1])];
  }

  cursor(pen) {
    if (!this.spec.start) return;
    const [x, y] = this.start;
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
    const { box, spec: { x, y } } = this;
    if (!this.movable) return;
    this.begin([
      x.min + clamp((px - box.x) / box.w, 0, 1) * (x.max - x.min),
      y.max - clamp((py - box.y) / box.h, 0, 1) * (y.max - y.min),
    ]);
  }

  nudge(dx, dy) {
    const [x, y] = this.start, step = (this.spec.x.max - this.spec.x.min) / 40;
    this.begin([x + dx * step, y + dy * step]);
  }

  begin(start) {
    this.view.hold({ ask: "start", start }, "The start point");
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
      const text = none ? "—" : write(value, spec.digits);
      this.number(pen, text, Math.max(x, zero), y, off ? 11 : 5);
    });
  }

  // Beyond the end of its bar, or before it where the panel has no room.
  number(pen, text, end, y, gap) {
    const { outer, size, view: { ink } } = this;
    const wide = pen.measureText(text).width;
    const beyond = end + gap * size, fits = beyond + wide + 2 <= outer.x + outer.w;
    const x = fits ? beyond : end - gap * size - wide;
    pen.fillStyle = ink.ground;
    pen.fillRect(x - 2, y - 8 * size, wide + 4, 16 * size);
    pen.fillStyle = ink.text;
    pen.fillText(text, x, y);
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

export const PANELS = {
  legend: Legend, raster: Raster, lines: Lines, plane: Plane, bars: Bars, spans: Spans,
};
