import { type Family, fasProtocol } from './fas-protocol.ts';

const leaveOneOut: Family = {
  letters: {
    w: { domain: 'wmca', title: 'WMCA', alsoCalled: ['W'] },
    c: { domain: 'cefa', title: 'CASIA-SURF CeFA', alsoCalled: ['casia-cefa', 'casia-surf-cefa', 'C'] },
    s: { domain: 'surf', title: 'CASIA-SURF', alsoCalled: ['casia-surf', 'S'] },
  },
  paper: 'Huang et al.: Adaptive Transformers for Robust Few-shot Cross-domain Face Anti-spoofing, ECCV 2022; FLIP, ICCV 2023 (arXiv 2309.16649), benchmark 2',
  practice:
    'Train on two sets, test on the third, with color images only; the sets also have depth and infrared. FLIP follows the lists of few-shot FAS: train lists of the sources, test list of the target, ten frames of each WMCA and CeFA clip and every image of CASIA-SURF, whole images without their black borders rather than aligned crops, CelebA-Spoof as an additional source. The threshold is the equal error point of the target, and the checkpoint that is best there is kept; figures are means over five seeds.',
  criticism:
    'Threshold and checkpoint are chosen on the test set: such an HTER is a lower bound for a deployed model. The test list that FLIP uses for CASIA-SURF has images of its Val part, the dev split of the data set as it is distributed: with CASIA-SURF as the target, use clips: train-dev. CeFA is a sequel of CASIA-SURF by the same laboratory: the two are closer to each other than either is to WMCA.',
};

/** W = WMCA, C = CASIA-SURF CeFA, S = CASIA-SURF; named as in published tables: CS to W, SW to C, CW to S. */
export const wcsProtocols = [fasProtocol(leaveOneOut, 'cs', 'w'), fasProtocol(leaveOneOut, 'sw', 'c'), fasProtocol(leaveOneOut, 'cw', 's')];
