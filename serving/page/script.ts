/** The program of the page. It builds its fields from what GET /models answers, and sends JSON. */
export const script = `
"use strict";
const element = (id) => document.getElementById(id);
const make = (name, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
};
let models = [];
let token = "";
const chosen = () => models.find(({ name }) => name === element("model").value);
const headers = () => (token ? { authorization: "Bearer " + token } : {});

function say(text, isFailure) {
  element("status").textContent = text;
  element("status").className = isFailure ? "failed" : "";
}
function sayFailure({ error, hint }) {
  say(error + (hint ? " " + hint : ""), true);
}
async function answered(response) {
  if (response.ok) return response;
  throw await response.json().catch(() => ({ error: "The server answers " + response.status + "." }));
}
async function begin() {
  const response = await fetch("models", { headers: headers() });
  element("token-row").hidden = response.status !== 401;
  if (response.status === 401) return say(token ? "The token is wrong." : "The server asks for a token.", token !== "");
  models = await response.json();
  element("model").replaceChildren(...models.map(({ name }) => make("option", { value: name, textContent: name })));
  element("model-row").hidden = models.length < 2;
  show();
}

/** Gives each kind of modality its controls, and a function that reads their value; undefined is no value. */
const controls = {
  text: ({ segments }, id) => {
    const areas = Array.from({ length: segments }, (_, at) => make("textarea", { id: at === 0 ? id : id + at, rows: 2 }));
    areas.forEach((area, at) => at > 0 && area.setAttribute("aria-label", "Segment " + (at + 1)));
    const texts = () => areas.map(({ value }) => value);
    return { nodes: areas, read: () => (texts().every((text) => text === "") ? undefined : segments === 1 ? texts()[0] : texts()) };
  },
  image: (_, id) => {
    const picture = make("img", { className: "preview", hidden: true, alt: "" });
    const input = make("input", { type: "file", id, accept: "image/*" });
    input.addEventListener("change", () => {
      if (picture.src) URL.revokeObjectURL(picture.src);
      picture.hidden = input.files.length === 0;
      if (input.files[0]) picture.src = URL.createObjectURL(input.files[0]);
    });
    return { nodes: [input, picture], read: async () => (input.files[0] ? bytesOf(input.files[0]) : undefined) };
  },
  audio: (_, id) => {
    const input = make("input", { type: "file", id, accept: "audio/*" });
    return { nodes: [input], read: async () => (input.files[0] ? bytesOf(input.files[0]) : undefined) };
  },
  video: ({ frames }, id) => {
    const input = make("input", { type: "file", id, accept: "image/*", multiple: true });
    return { nodes: [input, hintOf("The frames, of which " + frames + " are used")], read: async () => (input.files.length ? Promise.all([...input.files].map(bytesOf)) : undefined) };
  },
  table: ({ numeric, categorical }, id) => {
    const columns = [...numeric.map((name) => [name, "decimal"]), ...(categorical ?? []).map(([name]) => [name, "text"])];
    const inputs = columns.map(([name, mode], at) => [name, make("input", { id: at === 0 ? id : id + "-" + at, inputMode: mode })]);
    const cells = () => inputs.filter(([, { value }]) => value !== "").map(([name, { value }]) => [name, value]);
    const nodes = inputs.map(([name, input]) => make("div", {}, make("label", { htmlFor: input.id, textContent: name }), input));
    return { nodes, isGroup: true, read: () => (cells().length ? Object.fromEntries(cells()) : undefined) };
  },
  tensor: ({ shape }, id) => written(id, "A list of numbers, " + shape.join(" × ")),
  series: ({ steps }, id) => written(id, "A list of steps, at most " + steps),
  regions: (_, id) => written(id, '{"features": [[…]], "boxes": [[…]]}'),
};
function hintOf(text) {
  return make("p", { className: "hint", textContent: text });
}
function written(id, hint) {
  const area = make("textarea", { id, rows: 4, spellcheck: false });
  return { nodes: [area, hintOf("JSON: " + hint)], read: () => (area.value.trim() === "" ? undefined : JSON.parse(area.value)) };
}
function bytesOf(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve({ b64: reader.result.slice(reader.result.indexOf(",") + 1) });
    reader.onerror = () => reject({ error: "The file " + file.name + " cannot be read." });
    reader.readAsDataURL(file);
  });
}

let fields = [];
function show() {
  const model = chosen();
  fields = Object.entries(model.modalities).map(([name, modality], at) => {
    const id = "field-" + at;
    const isOptional = model.tasks.every(({ inputs }) => inputs.every((input) => input.modality !== name || input.optional));
    const label = name + (isOptional ? " (optional)" : "");
    const { nodes, read, isGroup } = controls[modality.kind](modality, id);
    const node = isGroup
      ? make("fieldset", {}, make("legend", { textContent: label }), ...nodes)
      : make("p", {}, make("label", { htmlFor: id, textContent: label }), ...nodes);
    return { name, read, node };
  });
  element("fields").replaceChildren(...fields.map(({ node }) => node));
  element("predict").hidden = false;
  element("generate").hidden = !model.tasks.some(({ generates }) => generates);
  element("rank").hidden = !model.ranks;
  element("answer").replaceChildren();
  say("Version " + model.version + ". Fill in the example.");
}

async function post(path) {
  const values = await Promise.all(fields.map(async ({ name, read }) => [name, await read()]));
  const body = JSON.stringify(Object.fromEntries(values.filter(([, value]) => value !== undefined)));
  return answered(await fetch(path + chosen().name, { method: "POST", headers: { ...headers(), "content-type": "application/json" }, body }));
}
async function during(work) {
  const buttons = document.querySelectorAll(".actions button");
  buttons.forEach((button) => (button.disabled = true));
  element("answer").replaceChildren();
  say("Asking …");
  const start = performance.now();
  try {
    await work();
    say("Answered in " + Math.round(performance.now() - start) + " ms.");
  } catch (failure) {
    sayFailure(failure.error ? failure : { error: failure instanceof SyntaxError ? "A field has no JSON: " + failure.message + "." : String(failure) });
  } finally {
    buttons.forEach((button) => (button.disabled = false));
  }
}

const percent = (part) => (100 * part).toFixed(1) + " %";
function sharesOf(probabilities) {
  const rows = Object.entries(probabilities).sort(([, one], [, other]) => other - one).slice(0, 12).map(([name, part]) => {
    const meter = make("meter", { min: 0, max: 1, value: part });
    meter.setAttribute("aria-label", name + ", " + percent(part));
    return make("tr", {}, make("td", { textContent: name }), make("td", {}, meter), make("td", { textContent: percent(part) }));
  });
  return make("table", { className: "shares" }, make("tbody", {}, ...rows));
}
function predictionOf(task, prediction) {
  const title = make("h3", { textContent: task });
  if (prediction.error) return [title, make("p", { className: "failed", textContent: prediction.error + (prediction.hint ? " " + prediction.hint : "") })];
  const { class: best, labels, text, value, score, probabilities, ...rest } = prediction;
  const main = best ?? text ?? (labels ? labels.join(", ") || "no label" : (value ?? score)?.toPrecision?.(6));
  const isByClass = probabilities && !Array.isArray(probabilities);
  const others = { ...rest, ...(probabilities && !isByClass ? { probabilities } : {}) };
  delete others.probability;
  return [
    title,
    ...(main === undefined ? [] : [make("p", { className: "best", textContent: main })]),
    ...(isByClass ? [sharesOf(probabilities)] : []),
    ...(Object.keys(others).length ? [make("pre", { textContent: JSON.stringify(others, undefined, 1), tabIndex: 0 })] : []),
  ];
}
element("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  if (models.length === 0) return useToken();
  during(async () => {
    const predictions = await (await post("predict/")).json();
    element("answer").replaceChildren(...Object.entries(predictions).flatMap(([task, prediction]) => predictionOf(task, prediction)));
  });
});
element("rank").addEventListener("click", () =>
  during(async () => {
    const ranked = await (await post("rank/")).json();
    const rows = ranked.map(({ rank, score, candidate }) =>
      make("tr", {}, make("td", { textContent: rank }), make("td", { textContent: score.toFixed(4) }), make("td", { textContent: JSON.stringify(candidate.columns).slice(0, 200) })));
    const head = make("tr", {}, ...["rank", "score", "candidate"].map((textContent) => make("th", { textContent, scope: "col" })));
    element("answer").replaceChildren(make("div", { className: "table", tabIndex: 0 }, make("table", {}, make("thead", {}, head), make("tbody", {}, ...rows))));
  }));
element("generate").addEventListener("click", () =>
  during(async () => {
    const response = await post("generate/");
    const text = make("p", { className: "best" });
    element("answer").replaceChildren(text);
    let rest = "";
    for await (const piece of piecesOf(response.body.pipeThrough(new TextDecoderStream()))) {
      const events = (rest + piece).split("\\n\\n");
      rest = events.pop();
      for (const event of events) {
        const [name, data] = event.split("\\n").map((line) => line.slice(line.indexOf(": ") + 2));
        if (name === "part") text.append(JSON.parse(data).text);
        if (name === "failure") throw JSON.parse(data);
        if (name === "end") text.after(make("p", { textContent: "Probability of the text: " + percent(JSON.parse(data).probability) }));
      }
    }
  }));
async function* piecesOf(stream) {
  const reader = stream.getReader();
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) yield piece.value;
}
function useToken() {
  token = element("token").value.trim();
  begin().catch(() => say("The server does not answer.", true));
}
element("use-token").addEventListener("click", useToken);
element("model").addEventListener("change", show);
begin().catch(() => say("The server does not answer.", true));
`;
