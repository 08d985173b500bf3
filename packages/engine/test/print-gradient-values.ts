// Prints, as JSON, what the installed engine computes, and which that is.
import { loadEngine } from '../src/index.ts';
import { gradientValues } from './gradient-values.ts';

const { name } = await loadEngine();
process.stdout.write(JSON.stringify({ engine: name, values: gradientValues() }));
