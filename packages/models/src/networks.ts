import type { Network } from './define-network.ts';
import { efficientnetLite0 } from './efficientnet-lite0.ts';
import { mobilenetV2 } from './mobilenet-v2.ts';
import { resnet18 } from './resnet18.ts';
import { resnet34 } from './resnet34.ts';
import { resnet50 } from './resnet50.ts';

/** The published networks, whose weights come from files. */
export const networks: readonly Network[] = [resnet18, resnet34, resnet50, mobilenetV2, efficientnetLite0];
