import { type Family, fasProtocol, type Letters } from './fas-protocol.ts';

const letters: Letters = {
  o: { domain: 'oulu', title: 'OULU-NPU', alsoCalled: ['oulu-npu', 'O'], official: { train: [360, 1440], dev: [270, 1080], test: [360, 1440] } },
  c: { domain: 'casia', title: 'CASIA-FASD', alsoCalled: ['casia-fasd', 'casia-mfsd', 'C'], official: { train: [60, 180], test: [90, 270] } },
  i: { domain: 'replay', title: 'Replay-Attack', alsoCalled: ['replay-attack', 'idiap', 'I'], official: { train: [60, 300], dev: [60, 300], test: [80, 400] } },
  m: { domain: 'msu', title: 'MSU-MFSD', alsoCalled: ['msu-mfsd', 'M'], official: { train: [30, 90], test: [40, 120] } },
};

const thresholds =
  'The threshold is the equal error point of the target itself (HTER at that threshold, AUC, lately TPR at a low FPR), and the released code of SSDG, SA-FAS, FLIP and GAC-FAS evaluates on the target during training and keeps the checkpoint that is best there.';
const inflated =
  'Nobody who deploys the model can choose the threshold and checkpoint on the test set: such an HTER is a lower bound. Tables mix methods trained on the train splits with methods trained on nearly all clips, and one frame per clip with two or ten; compare clip counts before figures.';

const leaveOneOut: Family = {
  letters,
  paper: 'Shao, Lan, Li, Yuen: Multi-adversarial Discriminative Deep Domain Generalization for Face Presentation Attack Detection, CVPR 2019',
  practice: `Train on three sets, test on the fourth. The released configurations of GAC-FAS train on the sources' folder train and test on the target's folder test, one random frame per clip and epoch (option clips: train-test). The released code of SA-FAS, whose data code GAC-FAS follows, has its filter of splits commented out: it trains on every clip of the sources and tests on every clip of the target (clips: all-clips). SSDG trains and tests on every clip outside the development splits, one frame per clip in training and two in testing (clips: without-dev). FLIP trains on lists of the train splits, with CelebA-Spoof as an additional source. ${thresholds}`,
  criticism: `${inflated} A third-party rerun of the released GAC-FAS code reports 11.33 HTER and 96.05 AUC on ICM to O, where 8.60 and 97.16 are published (issue 1 of Leminhbinh0209/CVPR24-FAS); it counts 3,960 attack clips of OULU-NPU where the paper's supplement counts 2,960. The subject numbers of CASIA-FASD start at 1 in both of its parts and mean different people: the adapters distinguish them; in folders prepared otherwise one number counts as one person.`,
};

const limitedSources: Family = {
  letters,
  paper: leaveOneOut.paper,
  practice: `Train on two sets with few people, cameras and attacks (MSU-MFSD and Replay-Attack); clips and frames as in the leave-one-out protocols. ${thresholds}`,
  criticism: `${inflated} Both sources have few subjects: the held-out part has a handful of people, and the deployable threshold a wide confidence interval.`,
};

const singleSource: Family = {
  letters,
  paper: 'Srivatsan, Naseer, Nandakumar: FLIP, ICCV 2023 (arXiv 2309.16649), benchmark 3: the twelve pairs',
  practice: `Train on one set, test on another. FLIP trains on the train split of the source and on CelebA-Spoof, and tests on two frames of each clip of the target's test split. ${thresholds}`,
  criticism: `${inflated} With one source there is nothing to align: methods that align gradients between domains reduce to the method they build on.`,
};

const pairs = ['c', 'i', 'm', 'o'].flatMap((source) => ['c', 'i', 'm', 'o'].filter((target) => target !== source).map((target) => [source, target] as const));

/** O = OULU-NPU, C = CASIA-FASD, I = Replay-Attack (Idiap), M = MSU-MFSD. */
export const ocimProtocols = [
  fasProtocol(leaveOneOut, 'oci', 'm'),
  fasProtocol(leaveOneOut, 'omi', 'c'),
  fasProtocol(leaveOneOut, 'ocm', 'i'),
  fasProtocol(leaveOneOut, 'icm', 'o'),
  fasProtocol(limitedSources, 'mi', 'c'),
  fasProtocol(limitedSources, 'mi', 'o'),
  ...pairs.map(([source, target]) => fasProtocol(singleSource, source, target)),
];
