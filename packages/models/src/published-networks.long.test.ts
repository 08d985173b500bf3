import { testPublishedNetworks } from '../test/published-networks.ts';
import { resnet34 } from './resnet34.ts';
import { resnet50 } from './resnet50.ts';

// The residual blocks on both routes: resnet18.test.ts and the engine's own tests.
testPublishedNetworks([
  { file: 'resnet34', definition: resnet34, weights: 21_284_672, features: 512, routes: [true] },
  { file: 'resnet50', definition: resnet50, weights: 23_508_032, features: 2048, routes: [true] },
]);
