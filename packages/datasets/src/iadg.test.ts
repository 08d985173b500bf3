import { datasetConformance } from '../test/dataset-conformance.ts';
import { iadgFixture } from '../test/fixtures/iadg.ts';
import { iadg } from './iadg.ts';

datasetConformance(iadg, iadgFixture);
