import { optionReader } from '../../options/option-reader.ts';
import { readSlurmOptions, type SlurmOptions } from './slurm-options.ts';

/** What `compare` was asked besides running a study itself. */
interface CompareModes {
  /** The file of options, or true without one. */
  readonly slurm?: string | true;
  readonly dryRun?: boolean;
  readonly finished?: boolean;
  readonly plan?: boolean;
  readonly status?: boolean;
  readonly jobs?: string;
}

/**
 * The options of `--slurm`; undefined without it.
 *
 * @throws UserError, exit code 2, for `--slurm` and `--finished` beside what they exclude; ConfigurationError for options that are wrong.
 */
export async function readSlurmMode({ slurm, dryRun, finished, plan, status, jobs }: CompareModes): Promise<SlurmOptions | undefined> {
  const { refuse } = await optionReader('compare');
  if (dryRun && slurm === undefined) refuse('--dry-run is given without --slurm', 'both');
  const given = Object.entries({ slurm, finished, plan, status, jobs }).flatMap(([mode, value]) => (value === undefined || value === false ? [] : [mode]));
  const [first, other] = given;
  if (other !== undefined && (slurm !== undefined || finished)) refuse(`--${first} and --${other} are both given`, 'one of them');
  if (slurm === undefined) return undefined;
  return readSlurmOptions(slurm === true ? undefined : slurm);
}
