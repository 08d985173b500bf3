import { datasetConformance } from '../test/dataset-conformance.ts';
import { safasFixture } from '../test/fixtures/safas.ts';
import { safas } from './safas.ts';

datasetConformance(safas, safasFixture);
