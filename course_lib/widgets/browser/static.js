// A view on a page without a kernel: what the kernel had sent, kept as JSON,
//
//   {spec, picks, alt, data, trained}
//
// whose bytes are {"base64": "…"} or {"file": "…"}, an address beside the JSON or the page;
// `trained` may be missing. Sliders move; what asks the kernel says that it needs the course.

import { mount } from "./view.js";

// Shows a view in an element, from the address of its JSON or from what that holds. Gives the
// model: a page may set `picks`, hear "change:picks", and take the view away by `remove()`.
export async function show(el, kept) {
  try {
    const from = new URL(typeof kept === "string" ? kept : "", document.baseURI);
    const state = typeof kept === "string" ? await (await get(from)).json() : { ...kept };
    state.data = await bytes(state.data, from);
    if (state.trained) {
      state.trained = { ...state.trained, data: await bytes(state.trained.data, from) };
    }
    const model = new StaticModel(state);
    model.remove = mount({ model, el });
    return model;
  } catch (error) {
    el.textContent = `This view could not be loaded: ${error.message}.`;
    throw error;
  }
}

// What `view.js` asks of a model, and no more: without `send` a view knows that it is alone.
export class StaticModel extends EventTarget {
  constructor(state) {
    super();
    this.state = state;
  }

  get(name) {
    return this.state[name];
  }

  set(name, value) {
    this.state[name] = value;
    this.dispatchEvent(new Event(`change:${name}`));
  }

  on(event, handler) {
    this.addEventListener(event, handler);
  }

  off(event, handler) {
    this.removeEventListener(event, handler);
  }

  save_changes() {}
}

async function get(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address.pathname} is not there (${answer.status})`);
  return answer;
}

async function bytes({ base64, file }, from) {
  if (file) return new DataView(await (await get(new URL(file, from))).arrayBuffer());
  return new DataView(Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)).buffer);
}
