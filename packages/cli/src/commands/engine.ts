import type { Command } from 'commander';
import { withOutputOptions } from '../experiment-options.ts';
import type { CommandContext } from '../main.ts';
