import type { Network } from './define-network.ts';
import { efficientnetLite0 } from './efficientnet-lite0.ts';
import { mobilenetV2 } from './mobilenet-v2.ts';
import type { PublishedWeights } from './published/published-weights.ts';
import { resnet18 } from './resnet18.ts';
import { resnet34 } from './resnet34.ts';
import { resnet50 } from './resnet50.ts';

/** The published networks, whose weights come from files. */
export const networks: readonly Network[] = [resnet18, resnet34, resnet50, mobilenetV2, efficientnetLite0];

/** All weights that `gradalign weights install` knows. */
export const publishedWeights: readonly PublishedWeights[] = networks.flatMap(({ published }) => published);
