/** A named item with its validated options, defaults filled in: `{ use: 'resnet18', head: 'cosine' }`. */
export interface Named {
  readonly use: string;
  readonly [option: string]: unknown;
}
