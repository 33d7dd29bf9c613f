// The ink, and the small shapes that panels draw with it.

// Okabe and Ito's colours, on a dark ground in lighter shades.
const LIGHT = {
  text: "#1a1a1a", soft: "#5f5f5f", line: "#cccccc",
  blue: "#0072B2", vermillion: "#D55E00", green: "#009E73", purple: "#CC79A7",
};
const DARK = {
  text: "#f0f0f0", soft: "#a8a8a8", line: "#555555",
  blue: "#5AA9E6", vermillion: "#F07B32", green: "#20B58A", purple: "#CC79A7",
};

// What is behind an element, and the ink for it. The first opaque colour behind it is what one
// sees, in every host. Where there is none, the host's word counts, then the system's, and the
// element lays a ground of its own.
export function inkFor(el) {
  for (let node = el.parentElement; node; node = node.parentElement) {
    const color = getComputedStyle(node).backgroundColor;
    const [r, g, b, alpha = 1] = color.match(/[\d.]+/g).map(Number);
    if (alpha > 0.9) {
      const dark = 0.3 * r + 0.6 * g + 0.1 * b < 128;
      return { ...(dark ? DARK : LIGHT), ground: color, dark, own: false };
    }
  }
  const dark = hostIsDark(document.body);
  const ground = dark ? "rgb(17, 17, 17)" : "rgb(255, 255, 255)";
  return { ...(dark ? DARK : LIGHT), ground, dark, own: true };
}

function hostIsDark({ dataset, className }) {
  if (dataset.jpThemeLight) return dataset.jpThemeLight === "false"; // JupyterLab
  if (className.includes("vscode-")) return !className.includes("light"); // VS Code
  return matchMedia("(prefers-color-scheme: dark)").matches;
}

export function line(pen, x0, y0, x1, y1) {
  pen.beginPath();
  pen.moveTo(x0, y0);
  pen.lineTo(x1, y1);
  pen.stroke();
}

// Nothing where its ends are not numbers.
export function arrow(pen, x0, y0, x1, y1, head) {
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

export function star(pen, x, y, r, color) {
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

// A marker of a line, or an arrow head where it leaves the panel.
export function mark(pen, shape, x, y, r, color, ground) {
  if (shape === "none") return;
  pen.setLineDash([]);
  pen.beginPath();
  if (shape === "cross") {
    pen.moveTo(x - r, y - r);
    pen.lineTo(x + r, y + r);
    pen.moveTo(x - r, y + r);
    pen.lineTo(x + r, y - r);
    pen.strokeStyle = color;
    pen.lineWidth = 2.5;
    pen.stroke();
    return;
  }
  if (shape === "circle") pen.arc(x, y, r, 0, 7);
  else if (shape === "square") pen.rect(x - r * 0.9, y - r * 0.9, r * 1.8, r * 1.8);
  else {
    const turns = { up: 0, right: 1, down: 2, left: 3, triangle: 0, diamond: 0 }[shape];
    for (const corner of shape === "diamond" ? [0, 1, 2, 3] : [0, 4 / 3, 8 / 3]) {
      const angle = ((turns + corner - 1) * Math.PI) / 2;
      pen.lineTo(x + 1.25 * r * Math.cos(angle), y + 1.25 * r * Math.sin(angle));
    }
  }
  pen.closePath();
  pen.fillStyle = color;
  pen.fill();
  pen.strokeStyle = ground;
  pen.lineWidth = 1.2;
  pen.stroke();
}
