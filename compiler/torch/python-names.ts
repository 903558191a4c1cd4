const keywords =
  "False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield";

/** Names that the module uses for something else, so that no local variable has them. */
const taken =
  "self torch nn F Tensor tasks features row_weight random outputs put part weight state stored give number mixing gather math base64 Any one_hot float int bool len dict list tuple print type sum range zip";

const reserved = new Set(`${keywords} ${taken}`.split(" "));

/** A name as a Python variable. */
export function pythonName(name: string): string {
  const clean = name.replaceAll(/[^A-Za-z0-9_]/g, "_").replace(/^(?=\d)/, "_");
  return reserved.has(clean) || clean === "" ? `${clean}_` : clean;
}

/** `encoder_layer` as the name of a class: `EncoderLayer`. */
export function className(block: string): string {
  const name = block
    .split("_")
    .map((part) => part.slice(0, 1).toUpperCase() + part.slice(1))
    .join("");
  return reserved.has(name) || name === "Model" || name === "Dropout" ? `${name}_` : pythonName(name);
}

/** Attributes of `nn.Module`: a part of a model that has such a name is no attribute of its module. */
const attributesOfModule = new Set(
  "T_destination add_module apply bfloat16 buffers call_super_init children compile cpu cuda double dump_patches eval extra_repr float forward get_buffer get_extra_state get_parameter get_submodule half ipu load_state_dict modules mtia named_buffers named_children named_modules named_parameters parameters register_backward_hook register_buffer register_forward_hook register_forward_pre_hook register_full_backward_hook register_full_backward_pre_hook register_load_state_dict_post_hook register_load_state_dict_pre_hook register_module register_parameter register_state_dict_post_hook register_state_dict_pre_hook requires_grad_ set_extra_state set_submodule share_memory state_dict to to_empty train training type xpu zero_grad numbers".split(
    " ",
  ),
);

/** Methods of the model that have the name of a task. */
const methodOfTask = /^(task|evaluate|predict|encode|decode)_/;

/** True if a part of a module is an attribute of it, as `self.NAME`. */
export function isAttribute(name: string): boolean {
  return (
    /^[A-Za-z][A-Za-z0-9_]*$/.test(name) &&
    !methodOfTask.test(name) &&
    !new Set(keywords.split(" ")).has(name) &&
    !attributesOfModule.has(name)
  );
}

/** Gives each name once: a second equal one gets `_2`. */
export class Names {
  readonly #used = new Set<string>();

  constructor(used: Iterable<string> = []) {
    for (const name of used) this.#used.add(name);
  }

  fresh(wanted: string): string {
    const name = pythonName(wanted);
    let made = name;
    for (let count = 2; this.#used.has(made); count++) made = `${name}_${count}`;
    this.#used.add(made);
    return made;
  }
}
