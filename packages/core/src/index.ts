export { createRandom, createSeed, type Random, type RandomStream, type Seed } from './seed.ts';
