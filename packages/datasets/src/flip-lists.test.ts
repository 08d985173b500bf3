import { datasetConformance } from '../test/dataset-conformance.ts';
import { flipListsFixture } from '../test/fixtures/flip-lists.ts';
import { flipLists } from './flip-lists.ts';

datasetConformance(flipLists, flipListsFixture);
