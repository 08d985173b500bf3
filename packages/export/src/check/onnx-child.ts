import { answerJob, type OnnxJob } from './onnx-job.ts';

const answer = await answerJob(JSON.parse(process.argv[2] as string) as OnnxJob);
// Numbers beyond float32, which JSON has no words for, are told apart from missing ones.
process.stdout.write(`${JSON.stringify(answer, (_key, value: unknown) => (typeof value === 'number' && !Number.isFinite(value) ? String(value) : value))}\n`);
