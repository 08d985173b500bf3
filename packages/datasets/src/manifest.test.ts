import { datasetConformance } from '../test/dataset-conformance.ts';
import { manifestFixture } from '../test/fixtures/manifest.ts';
import { manifest } from './manifest.ts';

datasetConformance(manifest, manifestFixture);
