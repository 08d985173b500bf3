import { datasetConformance } from '../test/dataset-conformance.ts';
import { ssanFixture } from '../test/fixtures/ssan.ts';
import { ssan } from './ssan.ts';

datasetConformance(ssan, ssanFixture);
