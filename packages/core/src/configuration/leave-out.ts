import type { Problem } from '../contracts/errors.ts';
import { type Entry, type MapNode, nameOf, problemAt } from './config-node.ts';
import { suggestion } from './nearest-name.ts';

/** Makes the source domains that `data.leaveOut` names the only targets: leave-one-domain-out by changing one value. */
export function leaveOut(root: MapNode, problems: Problem[]): MapNode {
  const data = root.entries.get('data');
  if (data?.node.kind !== 'map') return root;
  const entry = data.node.entries.get('leaveOut');
  if (!entry) return root;
  const inData = new Map(data.node.entries);
  inData.delete('leaveOut');
  // The target is not the protocol's: the experiment no longer follows it.
  inData.delete('follows');
  const names = entry.node.kind === 'list' ? entry.node.items : [entry.node];
  const source = data.node.entries.get('source');
  const sources = new Map(source?.node.kind === 'map' ? source.node.entries : []);
  const known = [...sources.keys()];
  const targets = new Map<string, Entry>();
  for (const name of names) {
    const domain = name.kind === 'scalar' ? nameOf(name) : '';
    const found = sources.get(domain);
    if (!found)
      problems.push(problemAt(name.at, 'data.leaveOut', `'${domain}' is not a source domain, expected one of ${known.join(', ')}${suggestion(domain, known)}`));
    else {
      targets.set(domain, found);
      sources.delete(domain);
    }
  }
  if (source?.node.kind === 'map') inData.set('source', { ...source, node: { ...source.node, entries: sources } });
  inData.set('target', { at: entry.at, node: { kind: 'map', at: entry.node.at, entries: targets } });
  return { ...root, entries: new Map(root.entries).set('data', { ...data, node: { ...data.node, entries: inData } }) };
}
