import { bestCheckpoint } from '../callbacks/best-checkpoint.ts';
import { earlyStopping } from '../callbacks/early-stopping.ts';
import { ema } from '../callbacks/ema.ts';
import { swa } from '../callbacks/swa.ts';
import { swad } from '../callbacks/swad.ts';
import { definePlugin } from '../contracts/plugin.ts';
import { asymmetricTriplet } from '../losses/asymmetric-triplet.ts';
import { coral } from '../losses/coral.ts';
import { crossEntropy } from '../losses/cross-entropy.ts';
import { domainAdversarial } from '../losses/domain-adversarial.ts';
import { domainBce } from '../losses/domain-bce.ts';
import { mmd } from '../losses/mmd.ts';
import { accuracy } from '../metrics/accuracy.ts';
import { acer } from '../metrics/acer.ts';
import { apcer } from '../metrics/apcer.ts';
import { auc } from '../metrics/auc.ts';
import { bpcer } from '../metrics/bpcer.ts';
import { brier } from '../metrics/brier.ts';
import { ece } from '../metrics/ece.ts';
import { eer } from '../metrics/eer.ts';
import { hter } from '../metrics/hter.ts';
import { tprAtFpr } from '../metrics/tpr-at-fpr.ts';
import { tprAtNearestFpr } from '../metrics/tpr-at-nearest-fpr.ts';

/** Core's own items, which every experiment has without naming a plugin. */
export const corePlugin = definePlugin({
  name: '@gradalign/core',
  items: [
    domainBce,
    crossEntropy,
    coral,
    mmd,
    domainAdversarial,
    asymmetricTriplet,
    earlyStopping,
    bestCheckpoint,
    ema,
    swa,
    swad,
    accuracy,
    acer,
    apcer,
    auc,
    bpcer,
    brier,
    ece,
    eer,
    hter,
    tprAtFpr,
    tprAtNearestFpr,
  ],
});
