import { expect, test } from 'vitest';
import { type Machine, machineProblem } from './machine-problem.ts';

const sound: Machine = { platform: 'linux', cpu: { model: 'A CPU', count: 2, arch: 'x64', features: ['sse4_2', 'avx'] }, glibc: '2.27' };

test('Linux with glibc 2.27 and AVX, and macOS, have no problem', () => {
  expect(machineProblem(sound)).toBeUndefined();
  expect(machineProblem({ ...sound, glibc: '3.0' })).toBeUndefined();
  expect(machineProblem({ ...sound, platform: 'darwin', glibc: undefined })).toBeUndefined();
  expect(machineProblem({ ...sound, cpu: { ...sound.cpu, arch: 'arm64', features: ['asimd'] } })).toBeUndefined();
});

test('the problem names what is missing', () => {
  expect(machineProblem({ ...sound, glibc: '2.26' })).toBe('this system has glibc 2.26, and TensorFlow needs 2.27 or later');
  expect(machineProblem({ ...sound, glibc: undefined })).toBe('this system has no glibc, which TensorFlow needs (Alpine Linux uses musl)');
  expect(machineProblem({ ...sound, cpu: { ...sound.cpu, features: ['sse4_2'] } })).toBe('this processor (A CPU) lacks AVX, which TensorFlow needs');
  expect(machineProblem({ ...sound, platform: 'win32' })).toBe('there is no native engine for Windows (inside WSL2 there is)');
});
