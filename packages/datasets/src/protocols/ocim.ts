import { type Family, fasProtocol, type Letters } from './fas-protocol.ts';

const letters: Letters = {
  o: { domain: 'oulu', title: 'OULU-NPU', alsoCalled: ['oulu-npu', 'O'] },
  c: { domain: 'casia', title: 'CASIA-FASD', alsoCalled: ['casia-fasd', 'casia-mfsd', 'C'] },
  i: { domain: 'replay', title: 'Replay-Attack', alsoCalled: ['replay-attack', 'idiap', 'I'] },
  m: { domain: 'msu', title: 'MSU-MFSD', alsoCalled: ['msu-mfsd', 'M'] },
};

const thresholds =
  'The threshold lies where both errors are equal on the target itself (HTER there, AUC, lately TPR at a low FPR), and the released codes of SSDG, SA-FAS, FLIP and GAC-FAS evaluate on the target while they train and keep the checkpoint that is best there.';
const inflated =
  'A threshold and a checkpoint that were chosen on the test set are not to be had by whoever deploys the model: such an HTER is a lower bound. Tables mix rows that trained on the train splits with rows that trained on nearly all clips, and rows of one frame a clip with rows of two or ten; compare clip counts before figures.';

const leaveOneOut: Family = {
  letters,
  paper: 'Shao, Lan, Li, Yuen: Multi-adversarial Discriminative Deep Domain Generalization for Face Presentation Attack Detection, CVPR 2019',
  practice: `Three sets are trained on, the fourth is tested on. SA-FAS and GAC-FAS train on the sources' folder train and test on the target's folder test, one random frame a clip and epoch (option clips: train-test); SSDG trains and tests on every clip outside the development splits, one frame a clip in training and two in the test (clips: without-dev); FLIP trains on lists of the train splits, with CelebA-Spoof as a further source. ${thresholds}`,
  criticism: `${inflated} One third-party rerun of the released GAC-FAS code reports 11.33 HTER and 96.05 AUC on ICM to O, published are 8.60 and 97.16 (issue 1 of Leminhbinh0209/CVPR24-FAS); it counts 3,960 attack clips of OULU-NPU where the paper's supplement counts 2,960. The person numbers of CASIA-FASD begin at 1 in both of its parts and mean different people: the adapters tell them apart, in a folder of another making one number counts as one person, who is never parted.`,
};

const limitedSources: Family = {
  letters,
  paper: leaveOneOut.paper,
  practice: `Two sets that have few people, cameras and attacks (MSU-MFSD and Replay-Attack) are trained on; clips and frames as in the leave-one-out protocols. ${thresholds}`,
  criticism: `${inflated} Both sources have few subjects: the held-out part has a handful of people, and the deployable threshold a wide confidence interval.`,
};

const singleSource: Family = {
  letters,
  paper: 'Srivatsan, Naseer, Nandakumar: FLIP, ICCV 2023 (arXiv 2309.16649), benchmark 3: the twelve pairs',
  practice: `One set is trained on, another one tested on. FLIP trains on the train split of the source, with CelebA-Spoof beside it, and tests on two frames of each clip of the target's test split. ${thresholds}`,
  criticism: `${inflated} With one source there is nothing to align between domains: methods that align gradients of domains have one, and become what they build on.`,
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
