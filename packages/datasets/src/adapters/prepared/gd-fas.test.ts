import { datasetConformance } from '../../../test/dataset-conformance.ts';
import { gdFasFixture } from '../../../test/fixtures/gd-fas.ts';
import { gdFas } from './gd-fas.ts';

datasetConformance(gdFas, gdFasFixture);
