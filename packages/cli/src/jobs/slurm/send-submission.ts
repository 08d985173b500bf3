import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { PlannedSubmission } from './plan-submission.ts';
import { askSlurm } from './slurm-command.ts';
import { type Submission, submissionFile } from './submission.ts';

/**
 * Writes a submission into its folder and submits it: all of it, or nothing.
 *
 * @throws UserError where the folder cannot be written to, or sbatch refuses: what was submitted before is canceled, and the folder is removed.
 */
export async function sendSubmission(planned: PlannedSubmission): Promise<Submission> {
  const { cannot, UserError, writeAtomically } = await import('@gradalign/core');
  const { folder } = planned;
  const arrays: string[] = [];
  let record = planned.record;
  const keep = () => writeAtomically(submissionFile(folder), `${JSON.stringify(record, null, 2)}\n`);
  const send = (args: readonly string[]): string => {
    const answer = askSlurm('sbatch', args);
    if ('error' in answer) throw cannot('submit the runs', answer.error, 'options that this cluster accepts');
    const [, job] = /^(\d+)(;.*)?$/m.exec(answer.out) ?? [];
    if (job === undefined) throw cannot('submit the runs', `sbatch printed ${JSON.stringify(answer.out.slice(0, 200))}`, 'the number of a job');
    return job;
  };
  try {
    write(planned);
    keep();
    for (const i of record.stages.keys()) {
      const job = send(planned.array(i, arrays));
      arrays.push(job);
      record = { ...record, stages: record.stages.map((stage, at) => (at === i ? { ...stage, job } : stage)) };
      keep();
    }
    record = { ...record, table: { ...record.table, job: send(planned.table(arrays)) } };
    keep();
    return record;
  } catch (error) {
    const canceled = arrays.length === 0 ? undefined : askSlurm('scancel', arrays);
    if (canceled && 'error' in canceled)
      throw new UserError(`${error instanceof Error ? error.message : error}\njobs ${arrays.join(', ')} are in the queue: ${canceled.error}`, { cause: error });
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

function write({ scripts, argumentFiles }: PlannedSubmission): void {
  for (const [file, text] of Object.entries({ ...scripts, ...argumentFiles })) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  for (const file of Object.keys(scripts)) chmodSync(file, 0o755);
}
