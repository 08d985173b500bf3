import { cannot, suggestion } from '@gradalign/core';
import { Type } from '@sinclair/typebox';
import { byCodePoint } from '../../on-disk/code-point-order.ts';

/** The option of layouts with several data sets side by side. */
export const domainOption = Type.Optional(
  Type.String({ minLength: 1, description: "Which of the data sets in root, in any case; default: the only one, or the one named like the experiment's key" }),
);

interface Choice {
  /** Option domain. */
  readonly wanted: string | undefined;
  /** The experiment's key for this data set. */
  readonly domain: string;
  /** The adapter's name. */
  readonly adapter: string;
}

/**
 * Chooses among the data sets that a folder holds. An experiment takes one, since domains are what it generalizes over, so several are refused where
 * none is named. Only under the adapter's own name, as `gradalign data inspect --use` calls it, they are counted together.
 *
 * @throws UserError naming the sets that are there
 */
export function chooseSets<K extends string>(there: Iterable<K>, { wanted, domain, adapter }: Choice): K[] {
  const all = [...new Set(there)].sort(byCodePoint);
  const called = (name: string) => {
    const alike = all.filter((one) => one.normalize('NFC').toLowerCase() === name.normalize('NFC').toLowerCase());
    return all
      .filter((one) => one === name)
      .concat(alike)
      .slice(0, 1);
  };
  if (wanted === undefined && (all.length <= 1 || domain === adapter)) return all;
  const found = called(wanted ?? domain);
  if (found.length > 0) return found;
  const names = all.join(', ');
  throw cannot(
    `read data set '${domain}'`,
    wanted === undefined ? `its root holds several data sets, ${names}` : `its option domain is '${wanted}', and its root holds ${names}`,
    `option domain to name one of them${suggestion(wanted ?? domain, all)}`,
    { exitCode: 2 },
  );
}
