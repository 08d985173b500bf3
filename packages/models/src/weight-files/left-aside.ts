/** Stands for an object beside the tensors: nothing of it is made, and what the file sets on it is dropped. */
export class LeftAside {}

/** Dicts under other names, read as dicts. */
const dicts: ReadonlySet<string> = new Set(['collections.defaultdict', 'easydict.EasyDict']);

/** What training scripts save beside a state dict: their arguments, and figures as NumPy's numbers. */
const others: ReadonlySet<string> = new Set([
  'argparse.Namespace',
  '_codecs.encode',
  'numpy.dtype',
  'numpy.ndarray',
  ...['numpy.core', 'numpy._core'].flatMap((module) => [`${module}.multiarray.scalar`, `${module}.multiarray._reconstruct`]),
  ...['builtins', '__builtin__'].flatMap((module) => ['bytearray', 'complex', 'dict', 'list', 'set'].map((name) => `${module}.${name}`)),
  ...['float64', 'float32', 'float16', 'bfloat16', 'int64', 'int32', 'int16', 'int8', 'uint8', 'bool'].map((type) => `torch.${type}`),
]);

/** Optimizers and schedulers: `torch.optim.lr_scheduler.StepLR`. */
const trainers = /^torch\.optim\.(\w+\.)?[A-Z]\w*$/;

/** Whether a pickle may name this class or function beside its tensors. It is compared only: none is looked up, none is called. */
export function mayStandAside(path: string): boolean {
  return dicts.has(path) || others.has(path) || trainers.test(path);
}

/** What stands for an object of such a class, or for the result of such a function. */
export function standIn(path: string): Map<unknown, unknown> | LeftAside {
  return dicts.has(path) ? new Map() : new LeftAside();
}
