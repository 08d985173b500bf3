import { datasetConformance } from '../test/dataset-conformance.ts';
import { ssdgFixture } from '../test/fixtures/ssdg.ts';
import { ssdg } from './ssdg.ts';

datasetConformance(ssdg, ssdgFixture);
