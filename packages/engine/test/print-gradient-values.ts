// Prints the installed engine's name and its gradient values as JSON.
import { loadEngine } from '../src/index.ts';
import { gradientValues } from './gradient-values.ts';

const { name } = await loadEngine();
process.stdout.write(JSON.stringify({ engine: name, values: gradientValues() }));
