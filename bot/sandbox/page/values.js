/** What a form holds: read for a submission, kept over a redraw, checked for what is required. Pure but for the fields' own nodes. */

/** {block_id: {action_id: value}} of every field. */
export function collect(fields) {
  const values = {};
  for (const field of fields) (values[field.blockId] ??= {})[field.actionId] = field.read();
  return values;
}

/** Gives fields with the same block and action their value back, as Slack does on views.update. */
export function restore(fields, values) {
  for (const field of fields) {
    const kept = values?.[field.blockId]?.[field.actionId];
    if (kept !== undefined) field.write(kept);
  }
}

/** Inputs that must be filled in and are not. */
export function missing(fields) {
  return fields.filter((field) => field.input && !field.optional && isEmpty(field.read()));
}

function isEmpty(value) {
  return value === null || value.length === 0 || (typeof value === "string" && !value.trim());
}
