import { defineProject, mergeConfig } from 'vitest/config';
import { inSharedProcess } from '../../vitest.shared.ts';

export default mergeConfig(inSharedProcess, defineProject({ test: { name: 'report' } }));
