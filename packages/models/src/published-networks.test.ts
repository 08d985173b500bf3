import { testPublishedNetworks } from '../test/published-networks.ts';
import { efficientnetLite0 } from './efficientnet-lite0.ts';
import { mobilenetV2 } from './mobilenet-v2.ts';

testPublishedNetworks([
  { file: 'mobilenet_v2', definition: mobilenetV2, weights: 2_223_872, features: 1280, routes: [true, false] },
  { file: 'efficientnet_lite0', definition: efficientnetLite0, weights: 3_371_008, features: 1280, routes: [true, false] },
]);
