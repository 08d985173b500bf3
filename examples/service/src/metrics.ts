import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { JudgePool } from './judge-pool.ts';

/** Figures for Prometheus. */
export interface Metrics {
  readonly registry: Registry;
  /** A request for a judgment was answered: with a decision, or with the kind of a problem. */
  answered(outcome: string, status: number, kind: string, seconds: number): void;
  /** Requests whose body is being received. */
  readonly uploads: Gauge;
}

/** Upper bounds of durations in seconds. */
const buckets = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20];

export function createMetrics(pool: JudgePool): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const checks = new Counter({
    name: 'gradalign_checks_total',
    help: 'Answers to POST /check by kind of media, status and outcome: a decision or a problem',
    labelNames: ['kind', 'status', 'outcome'] as const,
    registers,
  });
  const duration = new Histogram({
    name: 'gradalign_check_seconds',
    help: 'From the first byte of a request to its answer',
    labelNames: ['kind'] as const,
    buckets,
    registers,
  });
  const gauge = (name: string, help: string, value: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value());
      },
    });
  gauge('gradalign_processes', 'Judging processes that are alive', () => pool.alive);
  gauge('gradalign_processes_working', 'Judging processes at work', () => pool.working);
  gauge('gradalign_processes_replaced', 'Judging processes that were replaced since the start', () => pool.replaced);
  gauge('gradalign_processes_resident_bytes', 'Memory of the judging processes after their last answers, without detectors', () => pool.residentBytes);
  gauge('gradalign_queue', 'Requests that wait for a process', () => pool.waiting);
  return {
    registry,
    uploads: new Gauge({ name: 'gradalign_uploads', help: 'Requests whose body is being received', registers }),
    answered(outcome, status, kind, seconds) {
      checks.inc({ kind, status: String(status), outcome });
      duration.observe({ kind }, seconds);
    },
  };
}
