// Where numbers stand: in the buffer, on an axis, in words. Nothing here draws or knows a page.

// The numbers of a message. It may start anywhere in a larger one; float32 needs a multiple of four.
export function floats({ buffer, byteOffset, byteLength }) {
  return byteOffset % 4
    ? new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength))
    : new Float32Array(buffer, byteOffset, byteLength / 4);
}

// Where the numbers of a ref stand: `length` of them from `at` on, `step` apart. An index is a
// number, the name of a control, or ":" for all along one axis.
export function slice(arrays, [name, ...indices], picks) {
  const { start, shape } = arrays[name];
  let at = start, step = 0, length = 1, stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const index = indices[axis];
    if (index === ":") {
      step = stride;
      length = shape[axis];
    } else at += stride * (typeof index === "string" ? picks[index] : index);
    stride *= shape[axis];
  }
  return { at, step, length };
}

// A function from a value on an axis to pixels between `from` and `to`.
export function scale({ min, max, log }, from, to) {
  const f = log ? Math.log : (v) => v;
  const low = f(min), span = f(max) - low;
  const far = 4000; // pixels: far outside, and still exact for the canvas
  return (value) => {
    if (log && value <= 0) return from + (from - to) / 4; // a zero is off the scale, and comes back
    return clamp(from + ((f(value) - low) / span) * (to - from), -far, far);
  };
}

// The ticks of an axis, in the middle of a pixel so that a line of one pixel is sharp.
export function ticks({ min, max, ticks: marks }, place) {
  return marks
    .filter(([value]) => value >= min && value <= max)
    .map(([value, text]) => ({ at: Math.round(place(value)) + 0.5, text }));
}

export function clamp(value, low, high) {
  return Math.min(high, Math.max(low, value));
}

// A number as a status line has it.
export function write(value, digits = 3) {
  if (Number.isNaN(value)) return "not a number";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  const text = size && (size < 1e-3 || size >= 1e5)
    ? value.toExponential(1) : String(Number(value.toPrecision(digits)));
  return text.replace("-", "−");
}
