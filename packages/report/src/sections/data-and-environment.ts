import { absent, table } from '../page/page.ts';
import { record } from '../read/read-run.ts';
import type { Subject } from '../read/subject.ts';
import { shortened } from '../text/format.ts';
import { type Content, type Html, html } from '../text/html.ts';

/** What was trained, held out and tested on, with counts. */
export function dataSection({ results }: Subject): Html {
  const protocol = record(results?.protocol);
  const parts = (
    [
      ['training', 'training'],
      ['heldOut', 'held out of training'],
      ['test', 'test'],
    ] as const
  ).flatMap(([key, title]) =>
    Object.entries(record(protocol[key])).map(([domain, counts]) => ({ title, domain, ...record(counts) }) as Readonly<Record<string, unknown>>),
  );
  if (parts.length === 0) return absent('The run does not say what data it used: it is not finished, or was made by an older version.');
  const { checks, name, seed, holdOut } = protocol;
  const { heldOutDisjoint, targetsDisjoint, shared } = record(checks);
  return html`<p>${typeof name === 'string' ? html`Protocol <b>${name}</b>. ` : ''}Seed ${String(seed ?? 'unknown')}; ${typeof holdOut === 'number' ? `${Math.round(holdOut * 100)}% of the source subjects were held out of training` : 'the held-out share is unknown'}.</p>
${table(
  'Data by part and domain',
  ['domain', 'part', 'clips', 'images', 'subjects'],
  parts.map((part) => [String(part['domain']), String(part['title']), clipsOf(part['clips']), numberOf(part['images']), numberOf(part['subjects'])]),
  { text: [1, 2] },
)}
${heldOutDisjoint === true && targetsDisjoint === true ? html`<p class="note">Checked: no subject is both in training and in the held-out part, and no file is on both sides.</p>` : ''}
${heldOutDisjoint === false ? html`<p class="warning">Subjects stand both in training and in the held-out part: ${Array.isArray(shared) ? shared.slice(0, 10).map(String).join(', ') : 'see results.json'}.</p>` : ''}
${targetsDisjoint === false ? html`<p class="warning">Test data overlap with the training data: the figures are too good.</p>` : ''}
${leftOutOf(results)}`;
}

/** What the domains lost, by kind: it is in no figure. */
function leftOutOf(results: Subject['results']): Content {
  const rows = Object.entries(record(results?.leftOut)).flatMap(([domain, entries]) => {
    const all = Array.isArray(entries) ? entries.map(record) : [];
    const kinds = [...new Set(all.map(({ kind }) => String(kind)))];
    return kinds.map((kind): Content[] => {
      const those = all.filter((one) => String(one['kind']) === kind);
      return [
        domain,
        kind,
        numberOf(those.length),
        shortened(
          those
            .slice(0, 3)
            .map(({ what }) => String(what))
            .join(', '),
          120,
        ),
      ];
    });
  });
  return rows.length === 0 ? undefined : table('Left out of the data, in no figure', ['domain', 'why', 'how many', 'such as'], rows, { text: [1, 3] });
}

/** Where and with what it ran, the whole experiment, and what is missing. */
export function environmentSection({ environment, experiment, problems, notes = [], path }: Subject): Html {
  const rows = Object.entries(environment ?? {}).flatMap(([name, value]) => flattened(name, value));
  return html`${
    environment
      ? html`<p>${inShort(environment)}</p><details><summary>The whole environment</summary>${table('Environment', ['what', 'value'], rows, { text: [1] })}</details>`
      : experiment && absent('The environment is not known.')
  }
${experiment ? html`<details><summary>The experiment, with every default filled in</summary><pre tabindex="0" role="region" aria-label="Experiment">${experiment.text}</pre></details>` : ''}
${problems.length > 0 ? html`<h3>Missing or unreadable</h3><ul>${problems.map((problem) => html`<li>${problem}</li>`)}</ul>` : ''}
<p class="note">Read from <code>${path}</code>.</p>
${notes.map((note) => html`<p class="note">${note}</p>`)}`;
}

/** The few things that people ask first. */
function inShort({ gradalign, node, platform, machine, engine, git }: Readonly<Record<string, unknown>>): string {
  const { cpu, cores, memoryGiB } = record(machine);
  const { name, version, gpu, threads } = record(engine);
  const parts = [
    gradalign === undefined ? undefined : `gradalign ${String(gradalign)}`,
    name === undefined
      ? undefined
      : `${String(name)} ${String(version)}${gpu === true ? ' on a GPU' : ''}${threads === undefined ? '' : ` with ${String(threads)} threads`}`,
    node === undefined ? undefined : `Node ${String(node)}`,
    cpu === undefined ? undefined : `${String(cpu)}, ${String(cores)} cores, ${String(memoryGiB)} GiB`,
    platform === undefined ? undefined : String(platform),
    git === undefined ? undefined : `git ${String(git)}`,
  ];
  return `${parts.filter((part) => part !== undefined).join(' · ')}`;
}

function clipsOf(clips: unknown): Content {
  const bySplit = Object.entries(record(clips)).map(
    ([split, classes]) =>
      `${split}: ${Object.entries(record(classes))
        .map(([name, n]) => `${numberOf(n)} ${name}`)
        .join(', ')}`,
  );
  return bySplit.join('; ');
}

function numberOf(value: unknown): string {
  return typeof value === 'number' ? value.toLocaleString('en-US') : 'unknown';
}

function flattened(name: string, value: unknown): [string, string][] {
  if (Array.isArray(value)) return [[name, value.map(String).join(' ')]];
  if (typeof value === 'object' && value !== null) return Object.entries(value).flatMap(([key, inner]) => flattened(`${name}: ${key}`, inner));
  return [[name, String(value)]];
}
