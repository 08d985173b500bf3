export { type ExportedRun, type ExportOptions, exportRun } from './export-run.ts';
