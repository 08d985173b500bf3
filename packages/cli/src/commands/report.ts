import type { Report } from '@gradalign/report';
import type { CommandContext } from '../command-context.ts';
import { resolveFrom } from '../options/bundled-plugins.ts';
import { type ExperimentOptions, withExperimentOptions } from '../options/experiment-options.ts';
import { optionReader } from '../options/option-reader.ts';
import type { Terminal } from '../terminal.ts';

interface ReportCommandOptions extends ExperimentOptions {
  readonly output?: string;
  readonly out?: string;
  readonly dev?: string;
  readonly threshold?: string;
  readonly baseline?: string;
  readonly decision?: string;
  readonly heatMaps: boolean;
}

export function addReportCommand({ parent, run }: CommandContext): void {
  withExperimentOptions(
    parent
      .command('report')
      .summary('write a page with figures and plots about a run, a study or score files')
      .description(
        'Writes one HTML file about a run, a study or score files: summary, figures with intervals under each convention, plots, worst errors. It opens offline and asks nothing of any server.',
      )
      .argument('<what...>', 'folder of a run or of a study, a study.yaml, or score files; several are laid side by side')
      .option('-o, --output <file>', 'the page (default: report.html in the folder of the run or study, for score files in the working folder)')
      .option('--out <folder>', 'write each plot as SVG, PNG and CSV to this folder, for papers')
      .option('--dev <file>', 'scores on held-out data, for one score file: fixes the deployable threshold')
      .option('--baseline <method>', "method of a study that the others are compared with (default: the study's, else its first)")
      .option('--decision <name>', 'decision of a run that the summary and the worst errors are at (default: the last that fits)')
      .option('--no-heat-maps', 'do not show where the network looked in the worst errors (Grad-CAM): the engine is not loaded')
      .option('--threshold <value>', 'threshold of a deployed system: adds the figures at it'),
  )
    .addHelpText(
      'after',
      `
Examples:
  gradalign report runs/experiment-seed0
  gradalign report examples/quickstart/study.yaml -o study.html --out figures
  gradalign report scores.csv --dev dev.csv`,
    )
    .action((what: readonly string[], options: ReportCommandOptions) =>
      run(async (terminal) => {
        const { writePictures } = await import('@gradalign/report');
        const { inputs, page, make } = await plan(what, options, terminal);
        await refusePage(page, inputs);
        const report = await make();
        const { writeAtomically } = await import('@gradalign/core');
        writeAtomically(page, report.html);
        const plots = options.out === undefined ? [] : await writePictures(report.pictures, options.out);
        terminal.print([`report: ${page}`, ...(options.out === undefined ? [] : [`plots: ${plots.length} files in ${options.out}`])].join('\n'));
        terminal.printJson({ report: page, plots });
        return 0;
      }, options),
    );
}

interface Plan {
  /** Files that must not be overwritten. */
  readonly inputs: readonly string[];
  readonly page: string;
  make(): Promise<Report>;
}

async function plan(what: readonly string[], options: ReportCommandOptions, terminal: Terminal): Promise<Plan> {
  const [{ existsSync, statSync }, { dirname, join, resolve }] = await Promise.all([import('node:fs'), import('node:path')]);
  const { cannot } = await import('@gradalign/core');
  const { isRunFolder, readPlannedStudy, readRun, readScoreFileSubject, readStudyFolder, runReport, studyReport, subjectsReport } = await import(
    '@gradalign/report'
  );
  const { number, refuse } = await optionReader('report');
  const threshold = options.threshold === undefined ? {} : { threshold: number('threshold', options.threshold, {}) };
  const load = { data: options.data, trust: options.trust ?? [], env: process.env, resolveFrom };
  const absent = what.find((path) => !existsSync(path));
  if (absent !== undefined)
    throw cannot(`report on ${absent}`, 'it is not there', 'the folder of a run or of a study, a study.yaml, or score files', { exitCode: 2 });
  const isFolder = (path: string) => statSync(path).isDirectory();
  const isYaml = (path: string) => /\.ya?ml$/i.test(path);
  const [first = ''] = what;
  const page = options.output;
  const baseline = options.baseline === undefined ? {} : { baseline: options.baseline };
  if (options.dev !== undefined && (what.length > 1 || isFolder(first) || isYaml(first))) refuse('--dev is given', 'it with one score file only');
  const decision = options.decision === undefined ? {} : { decision: options.decision };
  if (options.decision !== undefined && (what.length > 1 || !isFolder(first) || !isRunFolder(first))) refuse('--decision is given', 'it with one run only');
  if (what.length === 1 && isYaml(first)) {
    const [{ planWholeStudy }, { readStudyFile }] = await Promise.all([import('@gradalign/core'), import('../options/read-study-file.ts')]);
    const study = await readStudyFile(first, options, terminal);
    const loading = { ...load, set: options.set, project: dirname(resolve(first)) };
    return {
      inputs: [first],
      page: page ?? (existsSync(study.output) ? join(study.output, 'report.html') : 'report.html'),
      make: async () => studyReport(await readPlannedStudy(first, study, await planWholeStudy(study, loading, terminal)), baseline),
    };
  }
  if (options.set.length > 0) refuse('--set is given', 'it with a study.yaml only: runs keep their own experiment');
  if (!what.some(isFolder)) {
    if (options.data.length > 0) refuse('--data is given', 'it with a run or a study only');
    if (load.trust.length > 0) refuse('--trust is given', 'it with a run or a study only');
  }
  if (what.length === 1 && isFolder(first) && !isRunFolder(first)) {
    return { inputs: [], page: page ?? join(first, 'report.html'), make: async () => studyReport(await readStudyFolder(first), baseline) };
  }
  if (options.baseline !== undefined) refuse('--baseline is given', 'it with a study only');
  const inputs = [...what.filter((path) => !isFolder(path)), ...(options.dev === undefined ? [] : [options.dev])];
  const read = (path: string) => (isFolder(path) ? readRun(path) : readScoreFileSubject(path, options.dev));
  if (what.length === 1) {
    return {
      inputs,
      page: page ?? (isFolder(first) ? join(first, 'report.html') : 'report.html'),
      make: async () => runReport(await read(first), { ...threshold, ...decision, heatMaps: options.heatMaps, load }),
    };
  }
  return { inputs, page: page ?? 'report.html', make: async () => subjectsReport(await Promise.all(what.map(read)), { ...threshold, load }) };
}

/** A report replaces a report, and nothing else. */
async function refusePage(page: string, inputs: readonly string[]): Promise<void> {
  const [{ existsSync }, { resolve }] = await Promise.all([import('node:fs'), import('node:path')]);
  const { cannot, describeReadError, readBounded, requireOutput } = await import('@gradalign/core');
  const refuse = (is: string): never => {
    throw cannot(`write the report to ${page}`, is, 'a new file, or an earlier report', { exitCode: 2 });
  };
  requireOutput(page);
  if (inputs.some((input) => resolve(input) === resolve(page))) refuse('it is what the report is about');
  if (!existsSync(page)) return;
  let text: string;
  try {
    text = readBounded(page, 2 ** 28).toString();
  } catch (error) {
    return refuse(describeReadError(error));
  }
  if (!text.includes('gradalign report')) refuse('it is another file');
}
