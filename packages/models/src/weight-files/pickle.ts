import { fileProblem } from './file-problem.ts';
import { LeftAside } from './left-aside.ts';
import { opcodeName } from './opcode-names.ts';

/** A global that a pickle names: never looked up, only compared. */
export class PickledGlobal {
  readonly module: string;
  readonly name: string;

  constructor(module: string, name: string) {
    this.module = module;
    this.name = name;
  }

  get path(): string {
    return `${this.module}.${this.name}`;
  }
}

/** What a pickle may ask for; everything else is refused. */
export interface PickleRules {
  /** For error messages. */
  readonly file: string;
  /** Whether a global may be named at all, by its path. */
  knows(path: string): boolean;
  /** Builds what a named global is called for. */
  call(global: PickledGlobal, args: readonly unknown[]): unknown;
  /** What stands for an object of a class, which is made without a call; undefined where there may be none. */
  create(global: PickledGlobal): unknown;
  /** What a persistent id stands for. */
  persistent(id: unknown): unknown;
}

const mostObjects = 10_000_000;

/**
 * A machine for Python's pickles that builds numbers, texts, lists, tuples and dicts, and what `rules` allow: it looks nothing up and calls nothing of the
 * pickle's choosing. It knows the opcodes that torch.save writes, and refuses the others by name.
 *
 * @returns the value, and where the pickle ends.
 * @throws UserError that names the opcode or the global.
 */
export function readPickle(bytes: Buffer, start: number, rules: PickleRules): { readonly value: unknown; readonly end: number } {
  const reader = new Reader(bytes, start, rules.file);
  const machine = new Machine(rules);
  for (let objects = 0; ; objects++) {
    if (objects > mostObjects) throw fileProblem(rules.file, `its pickle has more than ${mostObjects} steps`);
    const code = reader.byte();
    if (code === 0x2e) return { value: machine.pop(), end: reader.at };
    const run = opcodes[code];
    if (!run) throw machine.refused(code);
    run(machine, reader);
  }
}

/** Bounds are checked before anything is taken. */
class Reader {
  readonly #bytes: Buffer;
  readonly #file: string;
  at: number;

  constructor(bytes: Buffer, at: number, file: string) {
    this.#bytes = bytes;
    this.#file = file;
    this.at = at;
  }

  take(count: number): Buffer {
    if (!(count >= 0 && this.at + count <= this.#bytes.length))
      throw fileProblem(this.#file, `its pickle is cut off at byte ${this.#bytes.length}, where ${count} more bytes should begin at ${this.at}`);
    this.at += count;
    return this.#bytes.subarray(this.at - count, this.at);
  }

  byte(): number {
    return this.take(1)[0] as number;
  }

  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.at);
    if (end < 0) throw fileProblem(this.#file, 'its pickle is cut off within a line');
    const text = this.take(end - this.at).toString('utf8');
    this.at++;
    return text;
  }
}

class Machine {
  readonly rules: PickleRules;
  #stack: unknown[] = [];
  readonly #marks: unknown[][] = [];
  readonly memo = new Map<number, unknown>();

  constructor(rules: PickleRules) {
    this.rules = rules;
  }

  push(value: unknown): void {
    this.#stack.push(value);
  }

  pop(): unknown {
    if (this.#stack.length === 0) throw this.damaged('takes a value where there is none');
    return this.#stack.pop();
  }

  top(): unknown {
    const value = this.pop();
    this.push(value);
    return value;
  }

  mark(): void {
    this.#marks.push(this.#stack);
    this.#stack = [];
  }

  toMark(): unknown[] {
    const values = this.#stack;
    const below = this.#marks.pop();
    if (!below) throw this.damaged('goes back to a mark that was never set');
    this.#stack = below;
    return values;
  }

  recall(key: number): unknown {
    if (!this.memo.has(key)) throw this.damaged(`recalls value ${key}, which it never stored`);
    return this.memo.get(key);
  }

  global(module: unknown, name: unknown): PickledGlobal {
    if (typeof module !== 'string' || typeof name !== 'string') throw this.damaged('names a global by what is no text');
    const global = new PickledGlobal(module, name);
    if (!this.rules.knows(global.path))
      throw fileProblem(
        this.rules.file,
        `it asks for ${global.path}, which is no tensor`,
        'a file that holds tensors alone: torch.save(model.state_dict()) writes one',
      );
    return global;
  }

  setItems(of: unknown, items: readonly unknown[]): void {
    if (of instanceof LeftAside) return;
    if (!(of instanceof Map) || items.length % 2 !== 0) throw this.damaged('sets items of what is no dict');
    for (let i = 0; i < items.length; i += 2) of.set(items[i], items[i + 1]);
  }

  append(to: unknown, items: readonly unknown[]): void {
    if (to instanceof LeftAside) return;
    if (!Array.isArray(to)) throw this.damaged('appends to what is no list');
    for (const item of items) to.push(item);
  }

  reduce(): void {
    const args = this.pop();
    const global = this.pop();
    if (!(global instanceof PickledGlobal) || !Array.isArray(args)) throw this.damaged('calls what is no function');
    this.push(this.rules.call(global, args));
  }

  newObject(): void {
    const global = this.#stack.at(-2);
    const object = global instanceof PickledGlobal ? this.rules.create(global) : undefined;
    if (object === undefined) throw this.refused(NEWOBJ);
    this.#stack.splice(-2, 2, object);
  }

  refused(code: number): Error {
    return fileProblem(
      this.rules.file,
      `its pickle uses the opcode ${opcodeName(code)}`,
      'a file that holds tensors alone, as torch.save(model.state_dict()) writes it',
    );
  }

  damaged(does: string): Error {
    return fileProblem(this.rules.file, `its pickle ${does}: it is damaged`);
  }
}

const NEWOBJ = 129;

type Opcode = (machine: Machine, reader: Reader) => void;

const text = (machine: Machine, reader: Reader, length: number): void => machine.push(reader.take(length).toString('utf8'));
const store = (machine: Machine, key: number): void => void machine.memo.set(key, machine.top());
const tuple =
  (count: number): Opcode =>
  (machine) =>
    machine.push(Array.from({ length: count }, () => machine.pop()).reverse());
const constant =
  (value: unknown): Opcode =>
  (machine) =>
    machine.push(value);

/** By code; names in comments are those of Python's pickletools. */
const opcodes: Readonly<Record<number, Opcode>> = {
  128: (machine, reader) => {
    const version = reader.byte();
    if (version > 5) throw machine.damaged(`is of protocol ${version}`);
  }, // PROTO
  149: (_, reader) => void reader.take(8), // FRAME
  40: (machine) => machine.mark(), // MARK
  48: (machine) => void machine.pop(), // POP
  78: constant(null), // NONE
  136: constant(true), // NEWTRUE
  137: constant(false), // NEWFALSE
  75: (machine, reader) => machine.push(reader.byte()), // BININT1
  77: (machine, reader) => machine.push(reader.take(2).readUInt16LE()), // BININT2
  74: (machine, reader) => machine.push(reader.take(4).readInt32LE()), // BININT
  138: (machine, reader) => machine.push(integer(reader.take(reader.byte()))), // LONG1
  71: (machine, reader) => machine.push(reader.take(8).readDoubleBE()), // BINFLOAT
  88: (machine, reader) => text(machine, reader, reader.take(4).readUInt32LE()), // BINUNICODE
  140: (machine, reader) => text(machine, reader, reader.byte()), // SHORT_BINUNICODE
  85: (machine, reader) => text(machine, reader, reader.byte()), // SHORT_BINSTRING
  84: (machine, reader) => text(machine, reader, reader.take(4).readInt32LE()), // BINSTRING
  67: (machine, reader) => text(machine, reader, reader.byte()), // SHORT_BINBYTES
  66: (machine, reader) => text(machine, reader, reader.take(4).readUInt32LE()), // BINBYTES
  125: (machine) => machine.push(new Map()), // EMPTY_DICT
  93: (machine) => machine.push([]), // EMPTY_LIST
  41: (machine) => machine.push([]), // EMPTY_TUPLE, a new one: a damaged file may append to it
  133: tuple(1), // TUPLE1
  134: tuple(2), // TUPLE2
  135: tuple(3), // TUPLE3
  116: (machine) => machine.push(machine.toMark()), // TUPLE
  115: (machine) => {
    const [value, key] = [machine.pop(), machine.pop()];
    machine.setItems(machine.top(), [key, value]);
  }, // SETITEM
  117: (machine) => {
    const items = machine.toMark();
    machine.setItems(machine.top(), items);
  }, // SETITEMS
  97: (machine) => {
    const item = machine.pop();
    machine.append(machine.top(), [item]);
  }, // APPEND
  101: (machine) => {
    const items = machine.toMark();
    machine.append(machine.top(), items);
  }, // APPENDS
  113: (machine, reader) => store(machine, reader.byte()), // BINPUT
  114: (machine, reader) => store(machine, reader.take(4).readUInt32LE()), // LONG_BINPUT
  148: (machine) => store(machine, machine.memo.size), // MEMOIZE
  104: (machine, reader) => machine.push(machine.recall(reader.byte())), // BINGET
  106: (machine, reader) => machine.push(machine.recall(reader.take(4).readUInt32LE())), // LONG_BINGET
  99: (machine, reader) => machine.push(machine.global(reader.line(), reader.line())), // GLOBAL
  147: (machine) => {
    const [name, module] = [machine.pop(), machine.pop()];
    machine.push(machine.global(module, name));
  }, // STACK_GLOBAL
  82: (machine) => machine.reduce(), // REDUCE
  [NEWOBJ]: (machine) => machine.newObject(),
  // The attributes of a state dict (its `_metadata`) are versions of layers: left aside.
  98: (machine) => {
    machine.pop();
    const of = machine.top();
    if (!(of instanceof Map || of instanceof LeftAside)) throw machine.damaged('sets attributes of what is no dict');
  }, // BUILD
  81: (machine) => machine.push(machine.rules.persistent(machine.pop())), // BINPERSID
};

/** Little-endian two's complement. Past 2^53 digits are lost: such numbers only mark the file's kind. */
function integer(bytes: Buffer): number {
  let value = 0n;
  for (const [i, byte] of bytes.entries()) value |= BigInt(byte) << BigInt(8 * i);
  const negative = bytes.length > 0 && (bytes.at(-1) as number) >= 128;
  return Number(negative ? value - (1n << BigInt(8 * bytes.length)) : value);
}
