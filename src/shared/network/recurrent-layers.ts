// Which networks remember. It stands apart from their schema, which worker threads have no use for.

/** Whether the network remembers: its outputs then depend on all steps of an episode so far. */
export function hasRecurrentLayer({ layers, valueLayers = [] }: RecurrentParts): boolean {
  return [...layers, ...valueLayers].some(({ type }) => type === 'lstm');
}

interface RecurrentParts {
  readonly layers: readonly { readonly type: string }[];
  readonly valueLayers?: readonly { readonly type: string }[] | undefined;
}
