/** An item by name, with its options beside the name: `{ use: 'resnet18', head: 'cosine' }`. In an experiment the options are validated and complete. */
export interface Named {
  /** Name of the item, among those of the kind that belongs in this place. */
  readonly use: string;
  readonly [option: string]: unknown;
}
